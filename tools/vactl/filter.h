/* SPDX-License-Identifier: MIT */
/* Selects pieces of an address space: by kind, place and owner. */
#ifndef VACTL_FILTER_H
#define VACTL_FILTER_H

#include "command.h"
#include "core/window.h"
#include "pieces.h"

struct filter {
	unsigned int kinds; /* a bit for each; 0: all */
	bool has_range;
	struct window range;
	const char *owner; /* globs; NULL: any */
};

#define FILTER_CHOICES \
	{ .name = "kind", STORED(kinds), .argument = "KINDS", \
	  .help = "only these kinds, with commas between" }, \
	{ .name = "range", STORED(range), .argument = "LOWER-UPPER", \
	  .help = "only what lies in a window, wholly or in part" }, \
	{ .name = "owner", STORED(owner), .argument = "GLOBS", \
	  .help = "only what these files' code mapped, with : between" }

/* Reads the options' values. Returns 0, or the command's failure status after a
 * message. */
int filter_open(struct filter *filter, const struct command *command,
		const struct arguments *arguments);

/* Whether a piece is selected. */
bool filter_takes(const struct filter *filter, const struct piece *piece,
		  const struct vmas *vmas);

/* Whether one of the globs matches the file's whole path or its last part, as in
 * VA_LIMIT_HOST. */
bool filter_matches(const char *globs, const struct procmaps_line *file);

#endif
