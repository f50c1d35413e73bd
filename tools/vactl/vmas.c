/* SPDX-License-Identifier: MIT */
#include "vmas.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "procfile.h"

int vmas_read(int pid, struct vmas *vmas)
{
	size_t room = 0;
	long length, used;

	*vmas = (struct vmas){ 0 };
	length = procfile_read(pid, "maps", SIZE_MAX, &vmas->text);
	if (length < 0)
		return (int)length;
	for (const char *at = vmas->text, *end = at + length; ; at += used, vmas->count++) {
		vmas->line = memory_room(vmas->line, vmas->count, &room, sizeof(*vmas->line));
		used = procmaps_parse(at, (size_t)(end - at), &vmas->line[vmas->count]);
		if (used <= 0)
			return 0;
	}
}

void vmas_free(struct vmas *vmas)
{
	free(vmas->text);
	free(vmas->line);
	*vmas = (struct vmas){ 0 };
}

void resident_read(int pid, struct resident *resident)
{
	char *text, *rest, *at;
	struct procmaps_line line;
	uint64_t kib;

	*resident = (struct resident){ 0 };
	rest = procfile_read(pid, "smaps", SIZE_MAX, &text) < 0 ? NULL : text;
	/* The line of a mapping as in maps, then lines about it. */
	while (rest && (at = strsep(&rest, "\n")) && rest) {
		rest[-1] = '\n';
		if (procmaps_parse(at, (size_t)(rest - at), &line) > 0) {
			resident->line = memory_room(resident->line, resident->count, &resident->room,
						     sizeof(*resident->line));
			resident->line[resident->count++] =
				(struct resident_line){ .start = line.start, .end = line.end };
		} else if (strncmp(at, "Rss:", 4) == 0 && resident->count &&
			   sscanf(at, "Rss: %" SCNu64, &kib) == 1) {
			resident->line[resident->count - 1].bytes = kib * 1024;
		} else if (strncmp(at, "VmFlags:", 8) == 0 && resident->count) {
			resident->line[resident->count - 1].grows = memmem(at, (size_t)(rest - at),
									   " gd", 3) != NULL;
		}
	}
	free(text);
}

void resident_free(struct resident *resident)
{
	free(resident->line);
	*resident = (struct resident){ 0 };
}

const struct resident_line *resident_at(const struct resident *resident, uintptr_t start)
{
	size_t at = array_seek(resident->line, resident->count, sizeof(*resident->line), start);

	return at < resident->count && resident->line[at].start == start ? &resident->line[at] : NULL;
}

bool resident_of(const struct resident *resident, uintptr_t start, uintptr_t end,
		 uint64_t *bytes)
{
	const struct resident_line *line = resident_at(resident, start);

	if (!line || line->end != end)
		return false;
	*bytes = line->bytes;
	return true;
}
