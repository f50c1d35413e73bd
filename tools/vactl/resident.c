/* SPDX-License-Identifier: MIT */
#include "resident.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/procmaps.h"
#include "message.h"

static void add_line(struct resident *resident, size_t *room, const struct procmaps_line *line)
{
	if (resident->count == *room) {
		*room = *room ? *room * 2 : 256;
		resident->line = memory_array(resident->line, *room, sizeof(*resident->line));
	}
	resident->line[resident->count++] = (struct resident_line){ line->start, line->end, 0 };
}

void resident_read(int pid, struct resident *resident)
{
	struct procmaps_line line;
	size_t size = 0, room = 0;
	uint64_t kib;
	char *text = NULL, path[32];
	ssize_t length;
	FILE *file;

	*resident = (struct resident){ 0 };
	snprintf(path, sizeof(path), "/proc/%d/smaps", pid);
	file = fopen(path, "re");
	/* A line of a mapping, and below it what is to be known of it. */
	while (file && (length = getline(&text, &size, file)) > 0) {
		if (procmaps_parse(text, (size_t)length, &line) > 0)
			add_line(resident, &room, &line);
		else if (resident->count && sscanf(text, "Rss: %" SCNu64 " kB", &kib) == 1)
			resident->line[resident->count - 1].bytes = kib * 1024;
	}
	free(text);
	if (file)
		fclose(file);
}

void resident_free(struct resident *resident)
{
	free(resident->line);
	*resident = (struct resident){ 0 };
}

bool resident_of(const struct resident *resident, const struct piece *piece, uint64_t *bytes)
{
	size_t low = 0, high = resident->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (resident->line[middle].start < piece->start)
			low = middle + 1;
		else
			high = middle;
	}
	if (!piece->vma || low == resident->count || resident->line[low].start != piece->start ||
	    resident->line[low].end != piece->end)
		return false;
	*bytes = resident->line[low].bytes;
	return true;
}
