/* SPDX-License-Identifier: MIT */
#include "stack.h"

#include <signal.h>

#include "foreign.h"
#include "guard.h"
#include "limits.h"
#include "obstacle.h"
#include "sys.h"

static size_t kept(struct rlimit *rlimit)
{
	return sys_rlimit(RLIMIT_STACK, NULL, rlimit) < 0 ? 0 : limits_stack(rlimit);
}

uintptr_t stack_lowest(const struct space *space)
{
	struct rlimit rlimit;
	size_t size = kept(&rlimit) & ~(space->page - 1);

	if (space->launched) /* it has been given all its room */
		return space->stack.start;
	if (space->stack.end - space->min < size)
		return space->min;
	if (space->stack.end - size > space->stack.start)
		return space->stack.start;
	return space->stack.end - size;
}

size_t stack_room(const struct space *space)
{
	struct rlimit rlimit;

	return kept(&rlimit) + guard_size(space);
}

void stack_grow(struct space *space)
{
	uintptr_t lowest = stack_lowest(space);
	struct obstacle_facts facts;
	struct rlimit saved, raised;

	if (span_empty(space->stack) || lowest >= space->stack.start)
		return;
	raised.rlim_cur = raised.rlim_max = kept(&saved);
	raised.rlim_max = saved.rlim_max;
	if (saved.rlim_cur < raised.rlim_cur)
		sys_rlimit(RLIMIT_STACK, &raised, NULL);
	/* Let the kernel write there: it answers EFAULT where growth is refused,
	 * and old ones check the stack pointer only on a fault of user code. */
	SYS(SYS_rt_sigprocmask, SIG_BLOCK, 0, lowest, sizeof(uint64_t));
	if (saved.rlim_cur < raised.rlim_cur)
		sys_rlimit(RLIMIT_STACK, &saved, NULL);
	if (!obstacle_at(space->stack.end - 1, &facts) || !space_lock(space))
		return;
	space->stack.start = facts.span.start;
	foreign_enter(space, facts.span.start, facts.span.end, KIND_FOREIGN);
	space_unlock(space);
}
