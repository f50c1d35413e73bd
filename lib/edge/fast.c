/* SPDX-License-Identifier: MIT */
#include "fast.h"

#include <errno.h>

#include "core/call.h"
#include "gate.h"
#include "kernel/direct.h"
#include "kernel/sys.h"

/* Whether an error is the answer: there is nothing left to give up for it. */
static bool is_final(const struct space *space, long result)
{
	return result != -ENOMEM || __atomic_load_n(&space->table->edge, __ATOMIC_RELAXED) == 0;
}

static void count(struct space *space, enum call_name name, enum outcome success, long result)
{
	space_count_call(space, name, sys_failed(result) ? call_error(result) : success);
}

static bool limits_stay(const struct space *space, uint32_t limits)
{
	return __atomic_load_n(&space->limits, __ATOMIC_ACQUIRE) == limits;
}

/* Nothing is mapped there now. */
static void left(struct space *space, uintptr_t start, size_t length)
{
	bool entered = gate_enter();

	direct_left(space, start, start + space_pages(space, length));
	gate_leave(entered);
}

bool fast_mmap(struct space *space, size_t length, int prot, int flags, int fd, long offset,
	       long *result)
{
	*result = sys_mmap(0, length, prot, flags, fd, offset);
	if (sys_failed(*result) ? is_final(space, *result) :
				  space_inside(space, (uintptr_t)*result, length)) {
		count(space, CALL_MMAP, OUTCOME_PLACED, *result);
		return true;
	}
	if (!sys_failed(*result)) {
		sys_munmap((uintptr_t)*result, length);
		left(space, (uintptr_t)*result, length);
	}
	return false;
}

bool fast_munmap(struct space *space, uintptr_t address, size_t length, long *result)
{
	uint32_t limits = __atomic_load_n(&space->limits, __ATOMIC_ACQUIRE);

	if (!direct_holds(space, address, length))
		return false;
	*result = sys_munmap(address, length);
	if (!limits_stay(space, limits) && *result == 0)
		left(space, address, length);
	count(space, CALL_MUNMAP, OUTCOME_DONE, *result);
	return true;
}

/* The limits have changed: the old place may be a hole in the fence, and the
 * new one outside. */
static void make_good(struct space *space, const struct remap *remap, long *result)
{
	bool entered = gate_enter();

	*result = move_home(space, remap, *result);
	if (*result != (long)remap->old)
		direct_left(space, remap->old, remap->old + space_pages(space, remap->old_size));
	gate_leave(entered);
}

bool fast_mremap(struct space *space, const struct remap *remap, long *result)
{
	uint32_t limits = __atomic_load_n(&space->limits, __ATOMIC_ACQUIRE);

	if (!direct_holds(space, remap->old, remap->old_size ? remap->old_size : 1))
		return false;
	*result = sys_mremap(remap->old, remap->old_size, remap->new_size, remap->flags, 0);
	if (sys_failed(*result) && !is_final(space, *result))
		return false;
	if (!sys_failed(*result) && (!limits_stay(space, limits) ||
				     !space_inside(space, (uintptr_t)*result, remap->new_size)))
		make_good(space, remap, result);
	count(space, CALL_MREMAP,
	      *result == (long)remap->old ? OUTCOME_IN_PLACE : OUTCOME_MOVED, *result);
	return true;
}
