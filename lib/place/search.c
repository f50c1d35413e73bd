/* SPDX-License-Identifier: MIT */
#include "search.h"

#include "core/gap.h"
#include "core/tree.h"
#include "reserved.h"

/* The policy of a call with its own direction: from its base or an end of the area. */
static struct policy directed(const struct policy *policy, const struct want *want)
{
	struct policy own = *policy;
	bool up = want->direction == DIRECTION_UP;

	own.place = up ? PLACE_BOTTOMUP : PLACE_TOPDOWN;
	own.base = want->base || up ? want->base : UINTPTR_MAX;
	return own;
}

/* The policy for MAP_32BIT: x86's kernel searches bottom-up, from a random offset of its
 * own. */
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

/* Searches as the kernel does: for a padded length, of which an aligned part is taken; for
 * shared memory first without padding, whether that place is aligned
 * (shmem_get_unmapped_area()). */
static uintptr_t search(const struct space *space, struct policy *policy, const struct want *want)
{
	const struct tree *tree = &space->table->tree;
	struct spans spans = area_spans(space, &want->area);
	bool huge = want->huge > want->align, down = !policy_upwards(policy);
	size_t align = huge ? want->huge : want->align, pad = align - space->page;
	uintptr_t any = 0, at = 0;

	if (huge && want->shared) {
		any = policy_find(policy, tree, &spans, want->length, want->align);
		if ((any & (align - 1)) == 0)
			return any;
	} else if (huge) {
		pad = align;
		/* The alignment goes by the guests' policy, even for MAP_32BIT, which
		 * searches bottom-up. */
		if (want->direction == DIRECTION_POLICY)
			down = !policy_upwards(&space->guest);
	}
	if (align > space->page)
		at = policy_find_padded(policy, tree, &spans, want->length, align, pad, down);
	if (at || any)
		return at ? at : any;
	return policy_find(policy, tree, &spans, want->length, want->align);
}

/* Whether the hint is free; for a range, also if it is in the free part of a reservation. */
static bool is_good(const struct space *space, const struct want *want, uintptr_t hint)
{
	uintptr_t end = hint + want->length;

	return area_holds(space, &want->area, hint, want->length) &&
	       (tree_is_free(&space->table->tree, hint, end) ||
		(want->area.kind == AREA_RANGE && reserved_free(space, hint, end)));
}

/* A range takes free addresses beside reservations first, so that a call that may lie
 * anywhere does not fill the reservations of others. */
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

	want->hint = 0; /* a second attempt must not try the hint again */
	if (hint && is_good(space, want, hint))
		return hint;
	if (want->direction == DIRECTION_POLICY && want->area.kind != AREA_LOW)
		return search_reserved(space, policy, want);

	struct policy own = want->direction ? directed(policy, want) : low_policy(space, policy);

	return search_reserved(space, &own, want);
}
