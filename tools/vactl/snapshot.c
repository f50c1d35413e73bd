/* SPDX-License-Identifier: MIT */
#include "snapshot.h"

#include <stdio.h>
#include <time.h>

#include "message.h"

double snapshot_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void snapshot_take(int pid, struct snapshot *snapshot)
{
	struct reading *reading = &snapshot->reading;

	*snapshot = (struct snapshot){ .when = snapshot_clock() };
	reader_read(pid, NULL, reading);
	if (!reader_shows(reading))
		return;
	regions_make(&snapshot->regions, reader_table(reading), &reading->intervals, &reading->vmas);
	totals_compute(reading, &snapshot->totals);
	snapshot->title = title_plain(reading);
}

void snapshot_free(struct snapshot *snapshot)
{
	memory_drop(&snapshot->regions);
	reader_free(&snapshot->reading);
}

bool snapshot_next(struct snapshot *snapshot)
{
	const struct table *was = reader_table(&snapshot->reading), *is;
	struct snapshot next;

	snapshot_take(snapshot->reading.pid, &next);
	is = reader_table(&next.reading);
	if (!reader_shows(&next.reading) || (was && !is)) {
		snprintf(snapshot->why, sizeof(snapshot->why), "%s: %s", next.reading.subject,
			 next.reading.state == READER_GONE ? "it has ended" :
			 next.reading.state == READER_UNCONFINED ?
				"it runs another program now, which is not confined" :
				"its table cannot be read any more");
		snapshot_free(&next);
		return false;
	}
	if (was)
		rates_between(was, is, next.when - snapshot->when, &next.rates);
	snapshot_free(snapshot);
	*snapshot = next;
	return true;
}

struct word snapshot_figures(const struct totals *totals, bool other)
{
	uint64_t bytes = totals->kind[KIND_FOREIGN].bytes + totals->kind[KIND_UNKNOWN].bytes;
	struct word word;

	snprintf(word.text, sizeof(word.text), "%8.8s %8.8s %*.8s%s%8.8s %8lu",
		 human(totals->kind[KIND_GUEST].bytes).text,
		 human(totals->kind[KIND_HOST].bytes).text, other ? 8 : 0,
		 other ? human(bytes).text : "", other ? " " : "",
		 human(span_length(totals->window.largest)).text,
		 (unsigned long)totals->mappings);
	return word;
}
