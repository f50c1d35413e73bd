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

uintptr_t policy_base(const struct policy *policy, const struct spans *spans, size_t page,
		      uint64_t random)
{
	/* Spans are ordered from the top: the window's lower end is in the last one. */
	struct span s = spans->at[policy_upwards(policy) ? spans->count - 1 : 0];
	uintptr_t pages = (s.end - s.start) / BASE_FRACTION / page;

	if (pages > BASE_PAGES_MAX)
		pages = BASE_PAGES_MAX;

	uintptr_t offset = pages ? random % pages * page : 0;

	return policy_upwards(policy) ? s.start + offset : s.end - offset;
}

/* The arguments of each policy's search; there is at least one span. */
struct policy_want {
	struct policy *policy;
	const struct tree *tree;
	const struct spans *spans;
	size_t length, align;
};

/* The span in which a search from the base begins: the span that holds the base, its edges
 * included, or the first in the search's direction if no span does. */
static int first_span(const struct policy_want *want, int order)
{
	const struct spans *spans = want->spans;
	int start = order > 0 ? 0 : spans->count - 1, i = start;

	for (; i >= 0 && i < spans->count; i += order)
		if (want->policy->base >= spans->at[i].start &&
		    want->policy->base <= spans->at[i].end)
			return i;
	return start;
}

/* Searches the base's span on the search's side of the base, then the other span, then the
 * whole of the first, since the only gap that fits may straddle the base. `order` is 1 for
 * spans from the top, and -1 for spans from the bottom. */
static uintptr_t from_base(const struct policy_want *want, int order, struct span side,
			   uintptr_t (*gap)(const struct tree *tree, struct span span,
					    size_t length, size_t align))
{
	const struct spans *spans = want->spans;
	int first = first_span(want, order);
	struct span span = span_cut(spans->at[first], side);

	for (int i = 1;; i++) {
		uintptr_t at = gap(want->tree, span, want->length, want->align);

		if (at || i > spans->count)
			return at;
		span = spans->at[(first + spans->count + order * i) % spans->count];
	}
}

static uintptr_t find_topdown(const struct policy_want *want)
{
	return from_base(want, 1, (struct span){ 0, want->policy->base }, gap_highest);
}

static uintptr_t find_bottomup(const struct policy_want *want)
{
	return from_base(want, -1, (struct span){ want->policy->base, UINTPTR_MAX }, gap_lowest);
}

/* The random search has no base: it begins in a random span. */
static uintptr_t find_random(const struct policy_want *want)
{
	uint64_t first = policy_random(want->policy), count = (uint64_t)want->spans->count;
	uintptr_t at = 0;

	for (uint64_t i = 1; at == 0 && i <= count; i++)
		at = gap_random(want->tree, want->spans->at[(first % count + i) % count],
				want->length, want->align, policy_random(want->policy));
	return at;
}

/* The part of a gap above the base serves last, as in a search from the top: so the first
 * places are as random as the base. */
static uintptr_t find_bestfit(const struct policy_want *want)
{
	struct gap_best best = { .base = want->policy->base, .size = SIZE_MAX };

	/* From the bottom: of equal gaps the last one found counts, which has to be the
	 * highest. */
	for (int i = want->spans->count - 1; i >= 0; i--)
		gap_best(want->tree, want->spans->at[i], want->length, want->align, &best);
	return best.at ? best.at : find_topdown(want);
}

static uintptr_t (*const find[])(const struct policy_want *want) = {
	[PLACE_TOPDOWN] = find_topdown,
	[PLACE_BOTTOMUP] = find_bottomup,
	[PLACE_RANDOM] = find_random,
	[PLACE_BESTFIT] = find_bestfit,
};

uintptr_t policy_find(struct policy *policy, const struct tree *tree, const struct spans *spans,
		      size_t length, size_t align)
{
	const struct policy_want want = { policy, tree, spans, length,
				   align < policy->align ? policy->align : align };

	return spans->count ? find[policy->place](&want) : 0;
}

/* The parts of the spans that a search from the base meets before it goes around. */
static struct spans before_around(const struct policy *policy, const struct spans *spans)
{
	struct spans before = { .count = 0 };
	struct span side = { 0, UINTPTR_MAX };

	if (policy->place == PLACE_BOTTOMUP)
		side.start = policy->base;
	if (policy->place == PLACE_TOPDOWN)
		side.end = policy->base;
	for (int i = 0; i < spans->count; i++) {
		struct span piece = span_cut(spans->at[i], side);

		if (!span_empty(piece))
			before.at[before.count++] = piece;
	}
	return before;
}

uintptr_t policy_find_padded(struct policy *policy, const struct tree *tree,
			     const struct spans *spans, size_t length, size_t align, size_t pad,
			     bool down)
{
	struct spans before = before_around(policy, spans);
	uintptr_t at = length + pad > length ? policy_find(policy, tree, &before, length + pad, 0) : 0;

	if (at == 0)
		return 0;
	return (at + (down ? pad : align - 1)) & ~(align - 1);
}
