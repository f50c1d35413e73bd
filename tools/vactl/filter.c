/* SPDX-License-Identifier: MIT */
#include "filter.h"

#include <stdlib.h>
#include <string.h>

#include "core/glob.h"
#include "core/text.h"
#include "names.h"

/* The bits of the kinds in a list; 0 if one is none. */
static unsigned int kind_bits(const char *list)
{
	unsigned int bits = 0;

	for (;; list++) {
		size_t length = strcspn(list, ",");
		unsigned int kind = KIND_GUEST;

		while (kind < KIND_NAMES && !text_is(list, length, kind_names[kind]))
			kind++;
		if (kind == KIND_NAMES)
			return 0;
		bits |= 1U << kind;
		list += length;
		if (!*list)
			return bits;
	}
}

int filter_open(struct filter *filter, const struct command *command,
		const struct arguments *arguments)
{
	const char *why = NULL;

	*filter = (struct filter){
		.kinds = arguments->kinds ? kind_bits(arguments->kinds) : 0,
		.has_range = arguments->range, .owner = arguments->owner,
	};
	if (arguments->kinds && !filter->kinds)
		return command_misused(command, "--kind takes guest, host, other, fence, guard, "
				       "own, claim, unknown, with commas between");
	if (arguments->range && window_parse(arguments->range, 0, &filter->range, &why))
		return command_misused(command, "--range %s", why ? why : "is no window");
	return 0;
}

static bool in_range(const struct window *range, const struct piece *piece)
{
	struct spans spans = window_spans(range, 0, UINTPTR_MAX);

	for (int i = 0; i < spans.count; i++)
		if (!span_empty(span_cut(spans.at[i], (struct span){ piece->start, piece->end })))
			return true;
	return false;
}

bool filter_matches(const char *globs, const struct procmaps_line *file)
{
	const char *slash = strrchr(file->name, '/');

	return glob_match_any(globs, file->name) || (slash && glob_match_any(globs, slash + 1));
}

bool filter_takes(const struct filter *filter, const struct piece *piece,
		  const struct vmas *vmas)
{
	const struct procmaps_line *owner = filter->owner ? piece_owner(piece, vmas) : NULL;

	return (!filter->kinds || filter->kinds >> piece->kind & 1) &&
	       (!filter->has_range || in_range(&filter->range, piece)) &&
	       (!filter->owner || (owner && filter_matches(filter->owner, owner)));
}
