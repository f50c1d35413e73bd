/* SPDX-License-Identifier: MIT */
/* Errors of an address space, found by its table and the kernel's list. */
#ifndef VACTL_FINDINGS_H
#define VACTL_FINDINGS_H

#include "pieces.h"
#include "reader.h"

enum finding_type {
	FINDING_ESCAPE, /* outside the window, and neither host, fence nor there from the start */
	FINDING_HOLE,   /* free outside the window although a fence stands */
	FINDING_STALE,  /* in the table, and not in the kernel's list */
};
#define FINDING_TYPES 3

struct finding {
	enum finding_type type;
	struct piece piece; /* of the reading's lists; of a hole a gap */
};

struct findings {
	struct finding *at; /* ascending */
	size_t count, room;
};

/* Collects the findings of a good reading; with `escapes_only` escapes alone. */
void findings_collect(const struct reading *reading, bool escapes_only, struct findings *findings);

/* Keeps findings that overlap one of their type in an earlier look. The others are mappings
 * that came or went between the reading of the two lists. */
void findings_confirm(struct findings *findings, const struct findings *earlier);

#endif
