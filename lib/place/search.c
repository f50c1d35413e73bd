/* SPDX-License-Identifier: MIT */
#include "search.h"

#include "core/gap.h"
#include "core/tree.h"
#include "reserved.h"

/* Of the spans what a search meets before it goes around. */
static struct spans before_around(const struct policy *policy, const struct spans *spans)
{
	struct spans before = { .count = 0 };
	struct span half = { policy->base, UINTPTR_MAX };

	if (policy->place == PLACE_RANDOM)
		return *spans;
	if (policy->place == PLACE_TOPDOWN)
		half = (struct span){ 0, policy->base };
	for (int i = 0; i < spans->count; i++) {
		struct span piece = span_cut(spans->at[i], half);

		if (!span_empty(piece))
			before.at[before.count++] = piece;
	}
	return before;
}

/* An address that is a multiple of `align`, in a gap that has `pad` bytes more
 * than are wanted: as the kernel searches for one. */
static uintptr_t find_padded(struct policy *policy, const struct tree *tree,
			     const struct spans *spans, size_t length, size_t align, size_t pad,
			     bool down)
{
	struct spans before = before_around(policy, spans);
	uintptr_t at = length + pad > length ? policy_find(policy, tree, &before, length + pad, 0) : 0;

	if (at == 0)
		return 0;
	return (at + (down ? pad : align - 1)) & ~(align - 1);
}

/* As the caller has it: from the hint or an end of the area. */
static struct policy directed(const struct policy *policy, const struct want *want)
{
	struct policy own = *policy;
	bool up = want->direction == DIRECTION_UP;

	own.place = up ? PLACE_BOTTOMUP : PLACE_TOPDOWN;
	own.base = want->base || up ? want->base : UINTPTR_MAX;
	return own;
}

/* x86's kernel searches there from the bottom, at a random offset of its own. */
static struct policy low_policy(const struct space *space, struct policy *policy)
{
	uint64_t random = space->randomised ? policy_random(policy) : 0;
	struct policy low = *policy;

	if (low.place == PLACE_RANDOM)
		return low;
	low.place = PLACE_BOTTOMUP;
	low.base = AREA_LOW_START + random % (AREA_LOW_OFFSETS / space->page) * space->page;
	return low;
}

/* The kernel looks for a place first, and then for an aligned one. */
static uintptr_t find_shared(const struct space *space, struct policy *policy,
			     const struct spans *spans, const struct want *want)
{
	const struct tree *tree = &space->table->tree;
	uintptr_t any = policy_find(policy, tree, spans, want->length, want->align), at;

	if (any == 0 || (any & (want->huge - 1)) == 0)
		return any;
	at = find_padded(policy, tree, spans, want->length, want->huge, want->huge - space->page,
			 policy->place == PLACE_TOPDOWN);
	return at ? at : any;
}

static uintptr_t search(const struct space *space, struct policy *policy, const struct want *want)
{
	const struct tree *tree = &space->table->tree;
	struct spans spans = area_spans(space, &want->area);
	uintptr_t at = 0;

	if (want->shared && want->huge > want->align)
		return find_shared(space, policy, &spans, want);
	if (want->huge > want->align)
		/* A low one too, whose search goes upwards. */
		at = find_padded(policy, tree, &spans, want->length, want->huge, want->huge,
				 (want->direction ? policy : &space->guest)->place == PLACE_TOPDOWN);
	else if (want->align > space->page)
		at = find_padded(policy, tree, &spans, want->length, want->align,
				 want->align - space->page, policy->place == PLACE_TOPDOWN);
	return at ? at : policy_find(policy, tree, &spans, want->length, want->align);
}

/* A hint that is free; in a reservation, for a range. */
static bool is_good(const struct space *space, const struct want *want, uintptr_t hint)
{
	uintptr_t end = hint + want->length;

	return area_holds(space, &want->area, hint, want->length) &&
	       (tree_is_free(&space->table->tree, hint, end) ||
		(want->area.kind == AREA_RANGE && reserved_free(space, hint, end)));
}

/* A range has what is free beside reservations first, so that one which is meant to be
 * anywhere does not fill those of others. */
static uintptr_t search_reserved(const struct space *space, struct policy *policy,
				 const struct want *want)
{
	uintptr_t at = search(space, policy, want);

	if (at || !space->reserves || want->area.kind != AREA_RANGE)
		return at;

	struct reserved_want reserved = {
		.spans = area_spans(space, &want->area),
		.length = want->length,
		.align = want->align,
		.huge = want->huge,
		.base = want->direction ? want->base : 0,
	};

	return reserved_find(space, policy, &reserved);
}

uintptr_t search_find(struct space *space, struct want *want)
{
	struct policy *policy = want->area.kind == AREA_OUTSIDE ? &space->host : &space->guest;
	uintptr_t hint = want->hint;

	want->hint = 0; /* a second attempt shall not try it again */
	if (hint && is_good(space, want, hint))
		return hint;
	if (want->direction == DIRECTION_POLICY && want->area.kind != AREA_LOW)
		return search_reserved(space, policy, want);

	struct policy own = want->direction ? directed(policy, want) : low_policy(space, policy);

	return search_reserved(space, &own, want);
}
