/* SPDX-License-Identifier: MIT */
#include "fast.h"

#include <errno.h>

#include "calls.h"
#include "core/rare.h"
#include "place/passthrough.h"
#include "place/moving.h"
#include "sys/probe.h"
#include "sys/sys.h"
#include "table/sync.h"
#include "owner.h"
#include "process.h"

static inline struct space *space_to_unmap(void)
{
	return __atomic_load_n(&process_fast.unmap, __ATOMIC_ACQUIRE);
}

static RARE struct space *space_for_guest(struct space *space, uintptr_t caller)
{
	return owner_kind(caller) == KIND_GUEST ? space : NULL;
}

/* NULL for calls that are a host's, too. */
static inline struct space *space_to_map(uintptr_t caller)
{
	struct space *space = __atomic_load_n(&process_fast.map, __ATOMIC_ACQUIRE);

	if (call_host_depth)
		return NULL;
	if (space)
		return space;
	space = __atomic_load_n(&process_fast.ask, __ATOMIC_ACQUIRE);
	return space ? space_for_guest(space, caller) : NULL;
}

static inline bool limits_stay(const struct space *space, uint32_t limits)
{
	return __atomic_load_n(&space->limits, __ATOMIC_ACQUIRE) == limits;
}

/* An error is the answer where there is nothing left to give up for it, and no place
 * that the kernel does not find for huge pages. */
static RARE bool is_final(struct space *space, enum call_name name, bool huge, long error)
{
	if (error == -ENOMEM &&
	    (huge || __atomic_load_n(&space->table->edge, __ATOMIC_RELAXED) != 0))
		return false;
	space_count_call(space, name, call_error(error));
	return true;
}

/* Nothing is mapped there now. */
static RARE void left(struct space *space, uintptr_t start, size_t length)
{
	struct pass pass;

	call_begin(&pass);
	passthrough_left(space, start, start + space_pages(space, length));
	call_end(&pass);
}

/* What lies outside goes back to the fence. */
static void give_back_parts(struct space *space, struct span span)
{
	struct spans outside = space_rest(space), inside = space_spans(space);

	for (int i = 0; i < outside.count; i++) {
		struct span part = span_cut(span, outside.at[i]);

		if (!span_empty(part) &&
		    !passthrough_give_back(space, part.start, part.end - part.start))
			space_missed(space);
	}
	for (int i = 0; i < inside.count; i++) {
		struct span part = span_cut(span, inside.at[i]);

		if (!span_empty(part))
			space_discard(space, part.start, part.end - part.start);
	}
}

/* What the kernel has placed outside the window. The limits may have changed since: then
 * it may lie inside, and is placed; but what looks like fence may have gone with the
 * fence, and nothing tells whose its place is now. */
static RARE bool place_late(struct space *space, uintptr_t start, size_t length, bool hollow,
			    uint32_t limits)
{
	struct span span = { start, start + space_pages(space, length) };
	bool inside, certain;
	struct pass pass;

	call_begin(&pass);
	inside = space_inside(space, start, length);
	certain = !hollow || limits_stay(space, limits);
	if (!inside && certain)
		give_back_parts(space, span);
	call_end(&pass);
	return inside && certain;
}

/* Files may have huge pages, too. */
static inline bool may_be_huge(int flags)
{
	return (flags & (MAP_ANONYMOUS | MAP_HUGETLB)) != MAP_ANONYMOUS;
}

/* `limits`: in force before the call. Where the kernel had placed what looks like fence
 * in a hole of that, it has gone with the fence since, also if it lies inside now. */
static inline bool is_placed(struct space *space, long result, size_t length, int prot, int flags,
			     uint32_t limits)
{
	bool hollow = prot == PROT_NONE && flags & MAP_ANONYMOUS;

	if (sys_failed(result))
		return is_final(space, CALL_MMAP, may_be_huge(flags), result);
	if (space_inside(space, (uintptr_t)result, length) ?
		    hollow && !limits_stay(space, limits) :
		    !place_late(space, (uintptr_t)result, length, hollow, limits))
		return false;
	space_count_call(space, CALL_MMAP, OUTCOME_PLACED);
	return true;
}

long fast_mmap(uintptr_t caller, size_t length, int prot, int flags, int fd, long offset)
{
	struct space *space = space_to_map(caller);
	long result;

	if (space) {
		uint32_t limits = __atomic_load_n(&space->limits, __ATOMIC_ACQUIRE);

		result = sys_mmap(0, length, prot, flags, fd, offset);
		if (is_placed(space, result, length, prot, flags, limits)) {
			PROBE3(passed, result, length, caller);
			return call_answer(result);
		}
	}
	return call_answer(call_mmap(0, length, prot, flags, fd, offset, RANGE_NONE,
				     caller));
}

long fast_munmap(uintptr_t address, size_t length, uintptr_t caller)
{
	struct space *space = space_to_unmap();
	uint32_t limits;
	long result;

	address = sys_untag(address);
	if (!space)
		return call_answer(call_munmap(address, length, caller));
	limits = __atomic_load_n(&space->limits, __ATOMIC_ACQUIRE);
	/* What is kept back is given up for a munmap: what comes there next is not ours. */
	if (!passthrough_holds(space, address, length) || passthrough_keeps(space, address, length))
		return call_answer(call_munmap(address, length, caller));
	result = sys_munmap(address, length);
	if (sys_failed(result)) {
		space_count_call(space, CALL_MUNMAP, call_error(result));
		return call_answer(result);
	}
	if (!limits_stay(space, limits))
		left(space, address, length);
	space_count_call(space, CALL_MUNMAP, OUTCOME_DONE);
	return 0;
}

/* The limits have changed, and it stays where it is, perhaps outside now. What it has
 * left is a hole in the fence; what it has grown by shall not be taken for fence. */
static RARE void stayed(struct space *space, uintptr_t old, size_t old_size, size_t new_size)
{
	uintptr_t before = old + space_pages(space, old_size);
	uintptr_t end = old + space_pages(space, new_size);
	struct pass pass;

	call_begin(&pass);
	if (end < before)
		passthrough_left(space, end, before);
	else if (!space_inside(space, before, end - before))
		sync_admit(space, before, end);
	call_end(&pass);
}

/* The limits have changed: the old place may be a hole in the fence, and the
 * new one outside. Where it lies then. */
static RARE long bring_home(struct space *space, uintptr_t old, size_t old_size, size_t new_size,
			    uintptr_t caller, long result)
{
	struct remap remap = {
		.kind = KIND_GUEST,
		.old = old,
		.old_size = old_size,
		.new_size = new_size,
		.caller = caller,
	};
	struct pass pass;

	call_begin(&pass);
	result = moving_home(space, &remap, result);
	passthrough_left(space, old, old + space_pages(space, old_size));
	call_end(&pass);
	return result;
}

static inline bool is_moved(struct space *space, uintptr_t old, long result)
{
	if (sys_failed(result))
		return is_final(space, CALL_MREMAP, false, result);
	space_count_call(space, CALL_MREMAP,
			 result == (long)old ? OUTCOME_IN_PLACE : OUTCOME_MOVED);
	return true;
}

/* Of a mapping that the kernel is left to move. */
static inline long remap(struct space *space, uintptr_t old, size_t old_size, size_t new_size,
			 int flags, uintptr_t caller)
{
	uint32_t limits = __atomic_load_n(&space->limits, __ATOMIC_ACQUIRE);
	long result = sys_mremap(old, old_size, new_size, flags, 0);

	if (sys_failed(result) ||
	    (limits_stay(space, limits) && space_inside(space, (uintptr_t)result, new_size)))
		return result;
	if (result != (long)old)
		return bring_home(space, old, old_size, new_size, caller, result);
	stayed(space, old, old_size, new_size);
	return result;
}

long fast_mremap(uintptr_t old, size_t old_size, size_t new_size, int flags, uintptr_t caller)
{
	struct space *space = space_to_map(caller);
	long result;

	old = sys_untag(old);
	if (space && passthrough_holds(space, old, old_size ? old_size : 1)) {
		result = remap(space, old, old_size, new_size, flags, caller);
		if (is_moved(space, old, result)) {
			PROBE4(moved, result, old, new_size, caller);
			return call_answer(result);
		}
	}
	return call_answer(call_mremap(old, old_size, new_size, flags, 0, RANGE_NONE,
				       caller));
}
