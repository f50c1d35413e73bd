/* SPDX-License-Identifier: MIT */
/*
 * Which gap a guest mapping gets: the order in which spans are searched.
 * Pure; the random state is in the policy.
 */
#ifndef VALIMIT_CORE_POLICY_H
#define VALIMIT_CORE_POLICY_H

#include "gap.h"
#include "options.h"
#include "tree.h"
#include "window.h"

struct policy {
	enum option_place place;
	uintptr_t base;  /* where the search starts; inside the window, else its edge */
	size_t align;    /* least alignment, a power of two, at least the page */
	uint64_t random; /* state of the generator, any value */
};

/* The next 64 random bits. */
uint64_t policy_random(struct policy *policy);

/* A base for spans when the user gave none: the edge at which the search
 * begins, less (bottom-up: plus) up to a sixteenth of that span at random, as
 * the kernel randomises mmap_base; `random` 0 gives the edge itself. There is
 * at least one span. */
uintptr_t policy_base(const struct policy *policy, const struct spans *spans, size_t page,
		      uint64_t random);

/* An address for `length` bytes with `align` (or the policy's, if larger) in
 * the spans: from the base in the policy's direction to the window's end,
 * then around to the other end and back. 0: no gap fits. */
uintptr_t policy_find(struct policy *policy, const struct tree *tree, const struct spans *spans,
		      size_t length, size_t align);

/* A multiple of `align` in a gap that fits `pad` bytes more than `length`, as the kernel
 * searches for one: towards the gap's upper end, or its lower one. It does not go around
 * the base. 0: no gap fits. */
uintptr_t policy_find_padded(struct policy *policy, const struct tree *tree,
			     const struct spans *spans, size_t length, size_t align, size_t pad,
			     bool down);

/* Whether the policy fills gaps from their lower ends. */
static inline bool policy_upwards(const struct policy *policy)
{
	return policy->place == PLACE_BOTTOMUP;
}

#endif
