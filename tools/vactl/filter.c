/* SPDX-License-Identifier: MIT */
#include "filter.h"

#include <stdlib.h>
#include <string.h>

#include "core/glob.h"
#include "core/text.h"
#include "message.h"
#include "names.h"

enum { KEY_KIND = 512, KEY_RANGE, KEY_OWNER };

const struct choice filter_choices[] = {
	{ .name = "kind", .key = KEY_KIND, .argument = "KINDS",
	  .help = "only these kinds, with commas between" },
	{ .name = "range", .key = KEY_RANGE, .argument = "LOWER-UPPER",
	  .help = "only what lies in a window, wholly or in part" },
	{ .name = "owner", .key = KEY_OWNER, .argument = "GLOBS",
	  .help = "only what these files' code mapped, with : between" },
	{ .name = NULL },
};

static unsigned int kind_bit(const char *name, size_t length)
{
	for (unsigned int kind = KIND_GUEST; kind < KIND_NAMES; kind++)
		if (text_is(name, length, name_kind(kind)))
			return 1U << kind;
	return 0;
}

static const char *choose_kinds(struct filter *filter, const char *value)
{
	for (;; value++) {
		size_t length = strcspn(value, ",");
		unsigned int bit = kind_bit(value, length);

		if (!bit)
			return "takes guest, host, foreign, fence, guard, own, unknown, with commas "
			       "between";
		filter->kinds |= bit;
		value += length;
		if (!*value)
			return NULL;
	}
}

static const char *choose_range(struct filter *filter, const char *value)
{
	const char *why = NULL;

	filter->has_range = true;
	if (window_parse(value, 0, &filter->range, &why) == 0)
		return NULL;
	return why ? why : "is no window";
}

bool filter_choose(struct filter *filter, const struct choice *choice, const char *value,
		   const char **why)
{
	*why = NULL;
	switch (choice->key) {
	case KEY_KIND:
		*why = choose_kinds(filter, value);
		return true;
	case KEY_RANGE:
		*why = choose_range(filter, value);
		return true;
	case KEY_OWNER:
		filter->owner = value;
		return true;
	}
	return false;
}

static bool in_range(const struct window *range, const struct piece *piece)
{
	struct spans spans = window_spans(range, 0, UINTPTR_MAX);

	for (int i = 0; i < spans.count; i++)
		if (!span_empty(span_cut(spans.at[i], (struct span){ piece->start, piece->end })))
			return true;
	return false;
}

/* By its whole path or by the last part of it, as VA_LIMIT_HOST has it. */
static bool is_owner(const char *globs, const struct procmaps_line *owner)
{
	char *path = memory_text("%.*s", (int)owner->name_length, owner->name);
	const char *slash = strrchr(path, '/');
	bool found = glob_match_any(globs, path) || (slash && glob_match_any(globs, slash + 1));

	free(path);
	return found;
}

bool filter_takes(const struct filter *filter, const struct piece *piece,
		  const struct procmaps_line *owner)
{
	return (!filter->kinds || filter->kinds >> piece_kind(piece) & 1) &&
	       (!filter->has_range || in_range(&filter->range, piece)) &&
	       (!filter->owner || (owner && is_owner(filter->owner, owner)));
}
