/* SPDX-License-Identifier: MIT */
/* What is wrong with an address space, by its table and the kernel's list. */
#ifndef VACTL_FINDINGS_H
#define VACTL_FINDINGS_H

#include <stdbool.h>
#include <stddef.h>

#include "core/window.h"
#include "reader.h"

enum finding_type {
	FINDING_ESCAPE, /* outside the window, and neither host, fence nor there from the start */
	FINDING_HOLE,   /* free outside the window although a fence stands */
	FINDING_STALE,  /* the table has it, and the kernel nothing */
};
#define FINDING_TYPES 3

struct finding {
	enum finding_type type;
	struct span span;
	unsigned int kind;               /* KIND_UNKNOWN: the table does not know of it */
	const struct entry *entry;       /* NULL: none; these two are the reading's */
	const struct procmaps_line *vma; /* NULL: nothing is mapped */
};

struct findings {
	struct finding *at; /* ascending */
	size_t count;
};

/* All that a good reading shows; with `escapes_only` no others. */
void findings_collect(const struct reading *reading, bool escapes_only,
		      struct findings *findings);
void findings_free(struct findings *findings);

/* Keeps what overlaps a finding of the same type in an earlier look: what comes
 * and goes between the two lists is no finding. */
void findings_confirm(struct findings *findings, const struct findings *earlier);

const char *finding_word(enum finding_type type);

#endif
