/* SPDX-License-Identifier: MIT */
/* Which pieces of an address space are to be shown: by kind, place and owner. */
#ifndef VACTL_FILTER_H
#define VACTL_FILTER_H

#include "command.h"
#include "core/window.h"
#include "pieces.h"

struct filter {
	unsigned int kinds;    /* a bit for each; 0: all */
	bool has_range;
	struct window range;
	const char *owner;     /* globs; NULL: any */
};

extern const struct choice filter_choices[];

/* Takes an option's value; false where it is not one of these. Else *why is
 * NULL, or what is wrong with the value. */
bool filter_choose(struct filter *filter, const struct choice *choice, const char *value,
		   const char **why);

/* Whether a piece, of a mapping by the file `owner` (NULL: unknown), is shown. */
bool filter_takes(const struct filter *filter, const struct piece *piece,
		  const struct procmaps_line *owner);

#endif
