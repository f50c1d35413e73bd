/* SPDX-License-Identifier: MIT */
/*
 * Finding room: the gaps between the tree's intervals. Lengths and alignments are bytes; a
 * length is above 0, an alignment a power of two. A search returns an address, or 0 if no gap
 * fits (address 0 is never in a gap: MIN is above it).
 */
#ifndef VALIMIT_CORE_GAP_H
#define VALIMIT_CORE_GAP_H

#include <stdint.h>

#include "tree.h"
#include "window.h"

uintptr_t gap_highest(const struct tree *tree, struct span span, size_t length, size_t align);
uintptr_t gap_lowest(const struct tree *tree, struct span span, size_t length, size_t align);

/* A random place in a gap at or near a random point of the span; `random` is 64 random bits.
 * Finds a fit if there is one. */
uintptr_t gap_random(const struct tree *tree, struct span span, size_t length, size_t align,
		     uint64_t random);

/* The smallest gap found so far, and the highest place in it. */
struct gap_best {
	uintptr_t base; /* the gap that holds it counts only up to it */
	uintptr_t at;   /* 0: none yet */
	size_t size;
};

/* Looks at each gap of the span, and stores the smallest that fits in *best unless *best is
 * smaller. Of several equal gaps the highest is stored. */
void gap_best(const struct tree *tree, struct span span, size_t length, size_t align,
	      struct gap_best *best);

/* The span's lowest gap, of any length, cut to the span; an empty span: there is none. */
struct span gap_first(const struct tree *tree, struct span span);

/* The length of the largest gap in the span, in bytes. */
size_t gap_largest(const struct tree *tree, struct span span);

#endif
