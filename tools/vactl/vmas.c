/* SPDX-License-Identifier: MIT */
#include "vmas.h"

#include <stdlib.h>
#include <string.h>

#include "core/text.h"
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

/* A line about a mapping: "Rss:      4 kB". */
static void add_usage(const char *text, uint64_t bytes[USAGES])
{
	static const struct {
		const char *name;
		enum usage_kind kind;
	} names[] = {
		{ "Rss:", USAGE_RSS }, { "Pss:", USAGE_PSS }, { "Swap:", USAGE_SWAP },
		{ "Shared_Dirty:", USAGE_DIRTY }, { "Private_Dirty:", USAGE_DIRTY },
		{ "AnonHugePages:", USAGE_THP }, { "ShmemPmdMapped:", USAGE_THP },
		{ "FilePmdMapped:", USAGE_THP },
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (text_behind(text, names[i].name))
			bytes[names[i].kind] +=
				1024 * strtoull(text_behind(text, names[i].name), NULL, 10);
}

void smaps_read(int pid, struct smaps *smaps)
{
	char *text, *rest, *at;
	struct procmaps_line line;

	*smaps = (struct smaps){ 0 };
	rest = procfile_read(pid, "smaps", SIZE_MAX, &text) < 0 ? NULL : text;
	/* The line of a mapping as in maps, then lines about it. */
	while (rest && (at = strsep(&rest, "\n")) && rest) {
		rest[-1] = '\n';
		if (procmaps_parse(at, (size_t)(rest - at), &line) > 0) {
			smaps->line = memory_room(smaps->line, smaps->count, &smaps->room,
						  sizeof(*smaps->line));
			smaps->line[smaps->count++] =
				(struct smaps_line){ .start = line.start, .end = line.end };
		} else if (smaps->count && text_behind(at, "VmFlags:")) {
			smaps->line[smaps->count - 1].grows = memmem(at, (size_t)(rest - at),
								     " gd", 3) != NULL;
		} else if (smaps->count) {
			add_usage(at, smaps->line[smaps->count - 1].bytes);
		}
	}
	free(text);
}

void smaps_free(struct smaps *smaps)
{
	free(smaps->line);
	*smaps = (struct smaps){ 0 };
}

const struct smaps_line *smaps_at(const struct smaps *smaps, uintptr_t start)
{
	size_t at = array_seek(smaps->line, smaps->count, sizeof(*smaps->line), start);

	return at < smaps->count && smaps->line[at].start == start ? &smaps->line[at] : NULL;
}

const uint64_t *smaps_of(const struct smaps *smaps, uintptr_t start, uintptr_t end)
{
	const struct smaps_line *line = smaps_at(smaps, start);

	return line && line->end == end ? line->bytes : NULL;
}
