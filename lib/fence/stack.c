/* SPDX-License-Identifier: MIT */
#include "stack.h"

#include <signal.h>

#include "core/size.h"
#include "sys/feel.h"
#include "sys/sys.h"
#include "sys/sysinfo.h"
#include "table/lock.h"
#include "table/sync.h"

static size_t kept(struct rlimit *rlimit)
{
	*rlimit = (struct rlimit){ 0 };
	return sys_rlimit(RLIMIT_STACK, NULL, rlimit) < 0 ? 0 : limits_stack(rlimit);
}

/* The start that RLIMIT_STACK allows, whatever is mapped there. */
static uintptr_t lowest_wanted(const struct space *space, size_t limit)
{
	size_t size = round_down(limit, space->page);

	if (space->program.handoff) /* the launcher has already grown it to its full room */
		return space->program.stack.start;
	if (space->program.stack.end - space->min < size)
		return space->min;
	if (space->program.stack.end - size > space->program.stack.start)
		return space->program.stack.start;
	return space->program.stack.end - size;
}

static uintptr_t below(const struct space *space, uintptr_t address, size_t size)
{
	return address - space->min > size ? address - size : space->min;
}

/* The lowest start of the main stack. Room for more than the present RLIMIT_STACK is kept,
 * and on AArch64 libraries lie that near to one stack of 500: the kernel lets no stack grow
 * into the guard gap above them. */
static uintptr_t find_lowest(struct space *space, size_t limit)
{
	uintptr_t lowest = lowest_wanted(space, limit);
	uintptr_t at = below(space, lowest, guard_size(space));
	const struct tree *tree = &space->table->tree;
	struct entry entry;

	/* A stack that is not known yet, or a table without its lock: the stack does not
	 * grow. */
	if (span_empty(space->program.stack) || !lock_table(space))
		return space->program.stack.start;
	for (; tree_entry(tree, tree_seek(tree, at), &entry) &&
	       entry.start < space->program.stack.start;
	     at = entry.end)
		if (entry.info.kind != KIND_GUARD && lowest < entry.end + guard_size(space))
			lowest = entry.end + guard_size(space);
	unlock_table(space);
	return lowest < space->program.stack.start ? lowest : space->program.stack.start;
}

uintptr_t stack_lowest(struct space *space)
{
	struct rlimit rlimit;

	return find_lowest(space, kept(&rlimit));
}

uintptr_t stack_room_start(const struct space *space)
{
	/* Where prlimit() fails, assume the room of an unlimited stack, which is at least
	 * what was kept. */
	struct rlimit rlimit = { .rlim_cur = RLIM_INFINITY };

	sys_rlimit(RLIMIT_STACK, NULL, &rlimit);
	return below(space, space->program.stack.end, limits_stack(&rlimit) + guard_size(space));
}

size_t stack_room(const struct space *space)
{
	struct rlimit rlimit;

	return kept(&rlimit) + guard_size(space);
}

/* Where the stack begins, after the kernel has written at `lowest` (`written`) or has
 * refused to. */
static uintptr_t find_start(const struct space *space, uintptr_t lowest, bool written)
{
	const struct vma_bounds bounds = space_bounds(space);
	struct vma_facts facts;

	if (written && space->program.fresh)
		return lowest;
	if (vma_at(space->program.stack.end - 1, &facts))
		return facts.span.start;
	return feel_one(&bounds, lowest, space->program.stack.end) ? lowest :
								     space->program.stack.start;
}

void stack_grow(struct space *space)
{
	struct rlimit saved, raised = { .rlim_cur = kept(&saved) };
	uintptr_t lowest = find_lowest(space, raised.rlim_cur);
	long written;

	if (span_empty(space->program.stack) || lowest >= space->program.stack.start)
		return;
	raised.rlim_max = saved.rlim_max;
	if (saved.rlim_cur < raised.rlim_cur)
		sys_rlimit(RLIMIT_STACK, &raised, NULL);
	/* Let the kernel write at the lowest address: it answers EFAULT where growth is
	 * refused. Old kernels check the stack pointer only on a fault of user code. */
	written = SYS(SYS_rt_sigprocmask, SIG_BLOCK, 0, lowest, sizeof(uint64_t));
	if (saved.rlim_cur < raised.rlim_cur)
		sys_rlimit(RLIMIT_STACK, &saved, NULL);
	lowest = find_start(space, lowest, written == 0);
	if (!lock_table(space))
		return;
	space->program.stack.start = lowest;
	sync_enter(space, space->program.stack.start, space->program.stack.end, KIND_FOREIGN);
	unlock_table(space);
}
