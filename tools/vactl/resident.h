/* SPDX-License-Identifier: MIT */
/*
 * How much of each mapping is in memory: /proc/PID/smaps, which the kernel
 * counts page by page, so for whoever asks for it only.
 */
#ifndef VACTL_RESIDENT_H
#define VACTL_RESIDENT_H

#include <stddef.h>
#include <stdint.h>

#include "pieces.h"

struct resident {
	struct resident_line {
		uintptr_t start, end;
		uint64_t bytes;
	} *line; /* ascending */
	size_t count;
};

/* Nothing where it cannot be read. */
void resident_read(int pid, struct resident *resident);
void resident_free(struct resident *resident);

/* Bytes of a piece that is a whole mapping; false where it is not, or unknown. */
bool resident_of(const struct resident *resident, const struct piece *piece, uint64_t *bytes);

#endif
