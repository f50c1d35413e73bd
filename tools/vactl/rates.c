/* SPDX-License-Identifier: MIT */
#include "rates.h"

#include <stdio.h>

#include "core/summary.h"

/* The calls that each rate counts, with any outcome. */
static const struct {
	const char *name;
	unsigned int calls; /* a bit for each enum call_name */
} rows[RATES] = {
	[RATE_MMAP] = { "mmap", 1U << CALL_MMAP | 1U << CALL_MMAP_RANGE },
	[RATE_MUNMAP] = { "munmap", 1U << CALL_MUNMAP },
	[RATE_MREMAP] = { "mremap", 1U << CALL_MREMAP | 1U << CALL_MREMAP_RANGE },
	[RATE_SHM] = { "shm", 1U << CALL_SHMAT | 1U << CALL_SHMDT | 1U << CALL_SHMAT_RANGE },
	[RATE_FAILED] = { "failed", 0 },
	[RATE_RETRIED] = { "retried", 0 },
};

static uint64_t count_calls(const struct table *table, enum rate rate)
{
	uint64_t count = rate == RATE_RETRIED ? table->counter[COUNT_RETRY] : 0;

	for (enum call_name name = 0; name < CALLS; name++) {
		if (rows[rate].calls >> name & 1)
			count += summary_calls(table, name);
		for (enum outcome o = OUTCOME_ENOMEM; rate == RATE_FAILED && o < OUTCOMES; o++)
			count += table->call[name][o];
	}
	return count;
}

void rates_between(const struct table *before, const struct table *after, double seconds,
		   struct rates *rates)
{
	*rates = (struct rates){ .known = seconds > 0 };
	for (enum rate rate = 0; rate < RATES && rates->known; rate++) {
		uint64_t was = count_calls(before, rate), is = count_calls(after, rate);

		rates->known = is >= was;
		rates->rate[rate] = (double)(is - was) / seconds;
	}
}

const char *rate_name(enum rate rate)
{
	return rows[rate].name;
}

struct word rate_text(const struct rates *rates, enum rate rate)
{
	double value = rates->rate[rate];
	struct word word = { "-" };

	if (rates->known)
		snprintf(word.text, sizeof(word.text), value > 0 && value < 10 ? "%.1f" : "%.0f",
			 value);
	return word;
}
