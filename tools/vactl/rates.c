/* SPDX-License-Identifier: MIT */
#include "rates.h"

#include <stdio.h>
#include <string.h>

#include "core/summary.h"

static uint64_t count_failed(const struct table *table)
{
	uint64_t failed = 0;

	for (enum call_name name = 0; name < CALLS; name++)
		for (enum outcome outcome = OUTCOME_ENOMEM; outcome < OUTCOMES; outcome++)
			failed += table->call[name][outcome];
	return failed;
}

static uint64_t count(const struct table *table, enum rate rate)
{
	switch (rate) {
	case RATE_MMAP:
		return summary_calls(table, CALL_MMAP) + summary_calls(table, CALL_MMAP_RANGE);
	case RATE_MUNMAP:
		return summary_calls(table, CALL_MUNMAP);
	case RATE_MREMAP:
		return summary_calls(table, CALL_MREMAP) + summary_calls(table, CALL_MREMAP_RANGE);
	case RATE_SHM:
		return summary_calls(table, CALL_SHMAT) + summary_calls(table, CALL_SHMDT) +
		       summary_calls(table, CALL_SHMAT_RANGE);
	case RATE_FAILED:
		return count_failed(table);
	case RATE_RETRIED:
		return table->counter[COUNT_RETRY];
	case RATES:
		break;
	}
	return 0;
}

void rates_between(const struct table *before, const struct table *after, double seconds,
		   struct rates *rates)
{
	*rates = (struct rates){ .known = seconds > 0 };
	for (enum rate rate = 0; rate < RATES && rates->known; rate++) {
		uint64_t was = count(before, rate), is = count(after, rate);

		rates->known = is >= was;
		rates->rate[rate] = (double)(is - was) / seconds;
	}
}

const char *rate_name(enum rate rate)
{
	static const char *const names[RATES] = {
		[RATE_MMAP] = "mmap", [RATE_MUNMAP] = "munmap", [RATE_MREMAP] = "mremap",
		[RATE_SHM] = "shm", [RATE_FAILED] = "failed", [RATE_RETRIED] = "retried",
	};

	return names[rate];
}

void rate_text(const struct rates *rates, enum rate rate, char *text)
{
	double value = rates->rate[rate];

	if (!rates->known)
		strcpy(text, "-");
	else
		snprintf(text, RATE_MAX, value > 0 && value < 10 ? "%.1f" : "%.0f", value);
}
