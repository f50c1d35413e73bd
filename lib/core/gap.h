/* SPDX-License-Identifier: MIT */
/*
 * Finding room: the gaps between the tree's intervals. Lengths and alignments
 * are bytes; length is above 0, align a power of two. All return the address,
 * or 0 where no gap fits (address 0 is never a gap: MIN is above it).
 */
#ifndef VALIMIT_CORE_GAP_H
#define VALIMIT_CORE_GAP_H

#include <stdint.h>

#include "tree.h"
#include "window.h"

uintptr_t gap_highest(const struct tree *tree, struct span span, size_t length, size_t align);
uintptr_t gap_lowest(const struct tree *tree, struct span span, size_t length, size_t align);

/* A gap at or near a random point of the span, and a random place in it;
 * `random` is 64 random bits. Finds a fit wherever there is one. */
uintptr_t gap_random(const struct tree *tree, struct span span, size_t length, size_t align,
		     uint64_t random);

/* The smallest gap so far, and the highest place in it. */
struct gap_best {
	uintptr_t base; /* of the gap that holds it only the part below is looked at */
	uintptr_t at;   /* 0: none yet */
	size_t size;
};

/* Puts the smallest gap of the span that fits into *best, of several the highest, unless
 * *best is smaller. Looks at each gap that fits. */
void gap_best(const struct tree *tree, struct span span, size_t length, size_t align,
	      struct gap_best *best);

/* The lowest gap of the span, of any length, or its part that lies in the span;
 * empty where there is none. */
struct span gap_first(const struct tree *tree, struct span span);

/* The largest gap's length inside the span. */
size_t gap_largest(const struct tree *tree, struct span span);

#endif
