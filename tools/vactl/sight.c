/* SPDX-License-Identifier: MIT */
#include "sight.h"

#include <stdio.h>
#include <time.h>

#include "cmdline.h"
#include "utf8.h"

double sight_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void sight_take(int pid, struct sight *sight)
{
	struct target target = target_process(pid);

	*sight = (struct sight){ .when = sight_clock() };
	reader_read(&target, &sight->reading);
	if (sight->reading.state != READER_GOOD)
		return;
	tiles_make(&sight->tiles, &sight->reading.table, &sight->reading.intervals,
		   &sight->reading.vmas);
	totals_compute(&sight->reading, &sight->totals);
	sight->title[cmdline_read(pid, sight->title, sizeof(sight->title) - 1)] = 0;
	utf8_plain(sight->title);
}

void sight_free(struct sight *sight)
{
	tiles_free(&sight->tiles);
	reader_free(&sight->reading);
	*sight = (struct sight){ .reading.core.fd = -1 };
}

void sight_why(const struct sight *sight, char *text)
{
	const struct reading *reading = &sight->reading;
	const char *why = "its table cannot be read any more";

	if (reading->state == READER_GONE)
		why = "it has ended";
	else if (reading->state == READER_UNCONFINED)
		why = "it runs another program now, which is not confined";
	snprintf(text, SIGHT_WHY_MAX, "%s: %s", reading->subject, why);
}
