/* SPDX-License-Identifier: MIT */
#include "remap.h"

#include "../guest/guest.h"
#include "aim.h"
#include "demand.h"
#include "fill.h"
#include "vmas.h"

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

/* In the process without the library: what a move may not take for a mapping. */
static void open_source(struct site *site, const struct op *op, const struct demand *source)
{
	uint64_t length = aim_pages(source->length);

	if (!(op->flags & MREMAP_FIXED) && !fill_is_at(site, source->address))
		return;
	if (!(op->flags & MREMAP_FIXED) || length == 0 || length >= 1UL << 47)
		length = 4096;
	fill_open(site, source->address, source->address + length);
}

static bool overlap(const struct demand *a, const struct demand *b)
{
	return a->address < b->address + b->length && b->address < a->address + a->length;
}

/* A move to an address, but for what is refused whatever lies where. */
static bool demands(const struct op *op, const struct demand *source, const struct demand *target)
{
	uint64_t length = aim_pages(source->length);

	return op->flags & MREMAP_FIXED && op->flags & MREMAP_MAYMOVE && !(op->flags & ~7) &&
	       !(op->flags & MREMAP_DONTUNMAP && length != aim_pages(target->length)) &&
	       length <= SITE_TOP && source->address <= SITE_TOP - length &&
	       source->address % 4096 == 0 && !overlap(source, target);
}

/* The kernel rounds the sizes of huge mappings, and what else lies there goes
 * with them; false where that is too much. */
static bool round_huge(const struct site *site, struct demand *demand, bool there)
{
	uint64_t length = (demand->length + 2 * MIB - 1) & -(2 * MIB);
	struct room room = site_room(site, demand->address, true);

	if (length - demand->length > 2 * MIB || demand->length >= 1UL << 47)
		return true;
	demand->length = length;
	return !there || length <= room.end - demand->address;
}

int64_t remap(struct site *site, const struct op *op, struct op_outcome *outcome)
{
	bool fixed = op->flags & MREMAP_FIXED, whole = demand_whole(site, op);
	struct demand source = demand_source(site, op);
	struct demand target = { aim_address(site, op->target), op->size, 4096, fixed };
	struct oracle_call call = { .number = SYS_mremap,
			     .route = (enum op_route)op->route,
			     .unseen = UNSEEN_LEAVES | (fixed ? UNSEEN_TAKES : UNSEEN_ANY),
			     .start = source.address,
			     .length = source.length };
	uint64_t old_size, new_size;
	bool deniable;
	long answer;

	/* Growth in place depends on the neighbours. */
	if (whole && !(op->flags & MREMAP_MAYMOVE) && target.length > source.length)
		target.length = source.length;
	/* What is a hint only must overlap the source in both processes or none. */
	if (fixed || (op->flags & MREMAP_DONTUNMAP && !site->config->exact))
		aim_demand(site, &target.address, &target.length, 2 * MIB);
	/* Of several mappings that move there an inaccessible one is taken for
	 * fence, which looks the same. */
	if (fixed && source.length > 4096 && !aim_is_inside(site, target.address, target.length))
		target.address = site->config->bed[0].start + target.address % (32 * 4096);
	if (fixed)
		aim_demand(site, &target.address, &target.length, 2 * MIB);
	if (!aim_is_inside(site, target.address, target.length) && fixed)
		call.route = call.route == ROUTE_RAW ? ROUTE_LIBC : call.route;
	old_size = source.length;
	new_size = target.length;
	deniable = demands(op, &source, &target);
	if (site->huge && vmas_named(source.address, "huge") &&
	    (source.address % (2 * MIB) || !round_huge(site, &source, true) ||
	     !round_huge(site, &target, fixed && target.address % (2 * MIB) == 0)))
		return 0;
	if (deniable && demand_denied(site, &target))
		return -ENOMEM;
	open_source(site, op, &source);
	outcome->socket = vmas_named(source.address, "socket:");
	outcome->segment = vmas_named(source.address, "/SYSV");
	/* libc's function does not pass what has no meaning. */
	call_arguments(&call, (long)source.address, (long)old_size, (long)new_size, op->flags,
		       op->flags & (MREMAP_FIXED | MREMAP_DONTUNMAP) ? (long)target.address : 0, 0);
	answer = demand_call(site, &call, &target, outcome);
	/* Of several mappings some may have moved. */
	if (answer < 0 && fixed && whole)
		site->slot[op->at.index].address = 0;
	if (answer < 0)
		return answer;

	int64_t compared = demand_compared(site, answer, target.length);

	if (whole && source.length && !(op->flags & MREMAP_DONTUNMAP))
		site->slot[op->at.index].address = 0;
	demand_fill(site, op->to, answer, target.length);
	return whole && compared >= ANSWER_IN_SLOT ? ANSWER_ELSEWHERE : compared;
}
