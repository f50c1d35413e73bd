/* SPDX-License-Identifier: MIT */
/*
 * Which gap a guest mapping gets. Pure; the generator's state is in the policy.
 */
#ifndef VALIMIT_CORE_POLICY_H
#define VALIMIT_CORE_POLICY_H

#include "gap.h"
#include "options.h"
#include "tree.h"
#include "window.h"

struct policy {
	enum option_place place;
	uintptr_t base;  /* where the search starts: inside the window, or at its edge */
	size_t align;    /* least alignment, a power of two, at least the page */
	uint64_t random; /* state of the generator, any value */
};

/* The generator's next 64 bits. */
uint64_t policy_random(struct policy *policy);

/* The base for a window when the user gave none: the window's end at which the search begins,
 * moved inwards at random by up to a sixteenth of that span, as the kernel randomises
 * mmap_base. `random` 0 gives the end itself. There is at least one span. */
uintptr_t policy_base(const struct policy *policy, const struct spans *spans, size_t page,
		      uint64_t random);

/* An address in the spans for `length` bytes, aligned to `align` or to the policy's alignment,
 * whichever is larger. Searches from the base in the policy's direction to the window's end,
 * then from the other end back to the base. 0: no gap fits. */
uintptr_t policy_find(struct policy *policy, const struct tree *tree, const struct spans *spans,
		      size_t length, size_t align);

/* A multiple of `align` in a gap that fits `length` + `pad` bytes, as the kernel aligns
 * mappings (vm_unmapped_area()): near the gap's upper end (`down`) or its lower one. The search
 * does not go around the base. 0: no gap fits. */
uintptr_t policy_find_padded(struct policy *policy, const struct tree *tree,
			     const struct spans *spans, size_t length, size_t align, size_t pad,
			     bool down);

/* Whether the policy fills gaps from their lower ends. */
static inline bool policy_upwards(const struct policy *policy)
{
	return policy->place == PLACE_BOTTOMUP;
}

#endif
