/* SPDX-License-Identifier: MIT */
#include "policy.h"

#include "random.h"

/* The kernel randomises mmap_base by 28 bits of pages on 64-bit machines. */
#define BASE_PAGES_MAX (1UL << 28)
#define BASE_FRACTION 16

uint64_t policy_random(struct policy *policy)
{
	return random_next(&policy->random);
}

static bool upwards(const struct policy *policy)
{
	return policy->place == PLACE_BOTTOMUP;
}

uintptr_t policy_base(const struct policy *policy, const struct spans *spans, size_t page,
		      uint64_t random)
{
	/* Bottom-up begins at the window's lower end: the last span in the
	 * order from the top. */
	struct span s = spans->at[upwards(policy) ? spans->count - 1 : 0];
	uintptr_t pages = (s.end - s.start) / BASE_FRACTION / page;

	if (pages > BASE_PAGES_MAX)
		pages = BASE_PAGES_MAX;

	uintptr_t offset = pages ? random % pages * page : 0;

	return upwards(policy) ? s.start + offset : s.end - offset;
}

static uintptr_t search(struct policy *policy, const struct tree *tree, struct span span,
			size_t length, size_t align)
{
	if (span_empty(span))
		return 0;
	switch (policy->place) {
	case PLACE_BOTTOMUP:
		return gap_lowest(tree, span, length, align);
	case PLACE_RANDOM:
		return gap_random(tree, span, length, align, policy_random(policy));
	case PLACE_TOPDOWN:
		break;
	}
	return gap_highest(tree, span, length, align);
}

/* The span that a search from `base` begins in: the one that holds it, an edge
 * included; the first in the direction of the search where none does. */
static int first_span(const struct policy *policy, const struct spans *spans, int order)
{
	for (int i = 0; i < spans->count; i++) {
		int n = order > 0 ? i : spans->count - 1 - i;
		struct span s = spans->at[n];

		if (policy->base >= s.start && policy->base <= s.end)
			return n;
	}
	return order > 0 ? 0 : spans->count - 1;
}

uintptr_t policy_find(struct policy *policy, const struct tree *tree, const struct spans *spans,
		      size_t length, size_t align)
{
	/* spans are in the order from the top; bottom-up goes the other way. */
	int order = upwards(policy) ? -1 : 1;
	uintptr_t at = 0;

	if (spans->count == 0)
		return 0;
	if (align < policy->align)
		align = policy->align;

	int first = first_span(policy, spans, order);
	struct span beyond = spans->at[first];

	if (policy->place == PLACE_TOPDOWN && policy->base < beyond.end)
		beyond.end = policy->base;
	if (policy->place == PLACE_BOTTOMUP && policy->base > beyond.start)
		beyond.start = policy->base;
	if (policy->place == PLACE_RANDOM)
		first = (int)(policy_random(policy) % (uint64_t)spans->count);
	else
		at = search(policy, tree, beyond, length, align);
	/* Around: the other span, then the whole of the first, since the only
	 * gap that fits may straddle the base. */
	for (int i = 1; at == 0 && i <= spans->count; i++) {
		int n = (first + spans->count + order * i) % spans->count;

		at = search(policy, tree, spans->at[n], length, align);
	}
	return at;
}
