/* SPDX-License-Identifier: MIT */
/*
 * $ORIGIN in the program's run path. Dynamic linkers replace it by the folder of
 * /proc/self/exe. That names the launcher if the kernel does not let it be changed, so that the
 * launcher replaces $ORIGIN itself.
 */
#ifndef LAUNCH_ORIGIN_H
#define LAUNCH_ORIGIN_H

#include "plan.h"
#include "program.h"

/* Bytes that the run path may take. */
#define ORIGIN_MAX 4096

struct origin {
	uint64_t *entry;       /* the dynamic section's, in memory: text - strings; */
	uintptr_t strings;     /* NULL: there is nothing to replace */
	int prot;              /* of the entry's segment */
	char text[ORIGIN_MAX]; /* the run path without $ORIGIN */
};

/* Looks for $ORIGIN in the program's mapped image. */
void origin_find(struct origin *origin, const struct program *program, const struct plan *plan);

/* Points the dynamic section to `text`, a lasting copy of origin->text. */
void origin_replace(const struct origin *origin, uintptr_t text, size_t page);

#endif
