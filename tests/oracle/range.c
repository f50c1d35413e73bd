/* SPDX-License-Identifier: MIT */
#include "range.h"

#include "../guest/guest.h"
#include "aim.h"
#include "call.h"
#include "demand.h"
#include "fill.h"
#include "supply.h"
#include "vmas.h"

/* The range that the operation is about; false where there is no model for it:
 * not where a stack keeps a gap, which fillers would hide; nor without limits,
 * where the library finds no memory for a table. */
static bool range_of(const struct site *site, const struct op *op, struct room *range)
{
	uintptr_t begin = aim_address(site, op->target);
	uint64_t size = op->room;

	if (!site->config->exact || begin >= SITE_TOP || site->grows ||
	    site->config->lower == site->config->upper)
		return false;
	aim_room(site, &begin, &size, false);
	*range = (struct room){ begin, begin + size };
	return true;
}

/* In the process without the library: the plain call, where there is room in the
 * range only. An empty one is none. */
static long call_in(struct site *site, const struct room *range, const struct oracle_call *call,
		    struct op_outcome *outcome)
{
	bool ranged = range->start != range->end;
	long answer;

	if (ranged && (range->start % 4096 || range->end % 4096))
		return -EINVAL;
	if (ranged)
		fill_but(site, range->start, range->end);
	answer = call_make(site, call, outcome);
	if (ranged)
		fill_undo(site);
	return answer;
}

static long call_ranged(struct site *site, const struct room *range, const struct oracle_call *call,
			struct op_outcome *outcome)
{
	if (site->side == SIDE_LIBRARY)
		return call_range(range->start, range->end, call, outcome);
	return call_in(site, range, call, outcome);
}

int64_t range_mmap(struct site *site, const struct op *op, struct op_outcome *outcome)
{
	struct oracle_call call = { .number = SYS_mmap };
	struct room range;
	long answer;

	if (op->file == FILE_RING || !range_of(site, op, &range))
		return 0;
	call_arguments(&call, 0, (long)op->length, op->prot, op->flags, site->fd[op->file],
		       op->offset);
	answer = call_ranged(site, &range, &call, outcome);
	site->huge |= answer >= 0 && op_is_huge(op);
	site->grows |= answer >= 0 && op->flags & MAP_GROWSDOWN;
	return demand_keep(site, op, answer, op->length);
}

int64_t range_shmat(struct site *site, const struct op *op, struct op_outcome *outcome)
{
	struct oracle_call call = { .number = SYS_shmat };
	struct room range;

	if (!range_of(site, op, &range))
		return 0;
	call_arguments(&call, site->segment[op->segment], 0, op->flags, 0, 0, 0);
	return demand_keep(site, op, call_ranged(site, &range, &call, outcome),
			   supply_length(op->segment));
}

/* Whether one mapping holds all of it. */
static bool is_one(uintptr_t address, uint64_t length)
{
	size_t count;
	const struct mapping *mapping = vmas_read(&count);

	for (size_t i = 0; i < count; i++)
		if (address >= mapping[i].start && address < mapping[i].end)
			return length <= mapping[i].end - address;
	return false;
}

/* In the process without the library: what lies elsewhere moves to where the
 * kernel would place a new mapping of the size. Several that do not change their
 * size move only where the caller says where to. */
static long move_into(struct site *site, const struct room *range, const struct oracle_call *move,
		      struct op_outcome *outcome)
{
	uint64_t old_length = aim_pages((uint64_t)move->argument[1]);
	uint64_t length = aim_pages((uint64_t)move->argument[2]);
	struct oracle_call hold = { .number = SYS_mmap }, moved = *move;
	long at, answer;

	if (!(move->argument[3] & MREMAP_MAYMOVE))
		return -ENOMEM;
	if (old_length == length && !is_one((uintptr_t)move->argument[0], length))
		return -EFAULT;
	call_arguments(&hold, 0, (long)length, PROT_NONE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	at = call_in(site, range, &hold, outcome);
	if (at < 0)
		return at;
	moved.argument[3] |= MREMAP_FIXED;
	moved.argument[4] = at;
	answer = call_make(site, &moved, outcome);
	if (answer < 0)
		call_undo(site, (uintptr_t)at, length);
	return answer;
}

static long move_in(struct site *site, const struct room *range, const struct oracle_call *move,
		    struct op_outcome *outcome)
{
	uint64_t length = aim_pages((uint64_t)move->argument[2]);
	uintptr_t old = (uintptr_t)move->argument[0];
	bool stays = move->argument[1] && !(move->argument[3] & ~MREMAP_MAYMOVE) &&
		     old >= range->start && old < range->end && length <= range->end - old;

	if (move->argument[3] & MREMAP_FIXED || range->start % 4096)
		return -EINVAL;
	return stays ? call_in(site, range, move, outcome) : move_into(site, range, move, outcome);
}

int64_t range_mremap(struct site *site, const struct op *op, struct op_outcome *outcome)
{
	struct demand source = demand_source(site, op);
	struct oracle_call call = { .number = SYS_mremap };
	struct room range;
	long answer;

	/* Without one it is the plain call. */
	if (!range_of(site, op, &range) || range.start == range.end ||
	    (site->huge && vmas_named(source.address, "huge")))
		return 0;
	range.end = (range.end + 4095) & -4096UL;
	call_arguments(&call, (long)source.address, (long)source.length, (long)op->size, op->flags,
		       0, 0);
	if (site->side == SIDE_LIBRARY) {
		answer = call_range(range.start, range.end, &call, outcome);
	} else {
		fill_open(site, source.address, source.address + 4096);
		answer = move_in(site, &range, &call, outcome);
	}
	if (answer >= 0)
		demand_fill(site, op->to, answer, op->size);
	return answer;
}
