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

/* The space that the kernel may map in. NULL for hosts' calls too. */
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

/* Whether an error is the answer. -ENOMEM is not if the reserved part of the window's top can
 * be released, or if the slow path may find a place that the kernel does not find for huge
 * pages. */
static RARE bool is_final(struct space *space, enum call_name name, bool huge, long error)
{
	if (error == -ENOMEM &&
	    (huge || __atomic_load_n(&space->table->edge, __ATOMIC_RELAXED) != 0))
		return false;
	space_count_call(space, name, call_error(error));
	return true;
}

/* Tells the table that an unmapped range is free. */
static RARE void note_unmapped(struct space *space, uintptr_t start, size_t length)
{
	struct pass pass;

	call_begin(&pass);
	passthrough_left(space, start, start + space_pages(space, length));
	call_end(&pass);
}

/* Returns the parts outside the window to the fence, and unmaps the rest. */
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

/* Handles a mapping that the kernel has placed outside the window, which may have changed
 * since. True if the mapping now lies inside. False if it has to be mapped again: then it is
 * unmapped, unless it looks like the fence (`fence_like`) and the window has changed, since it may
 * have been unmapped with the fence and its place reused. */
static RARE bool place_late(struct space *space, uintptr_t start, size_t length, bool fence_like,
			    uint32_t limits)
{
	struct span span = { start, start + space_pages(space, length) };
	bool inside, certain;
	struct pass pass;

	call_begin(&pass);
	inside = space_inside(space, start, length);
	certain = !fence_like || limits_stay(space, limits);
	if (!inside && certain)
		give_back_parts(space, span);
	call_end(&pass);
	return inside && certain;
}

/* File mappings may have huge pages, too. */
static inline bool may_be_huge(int flags)
{
	return (flags & (MAP_ANONYMOUS | MAP_HUGETLB)) != MAP_ANONYMOUS;
}

/* Whether the kernel's mapping is the answer. `limits` is the window's number from before the
 * call. A mapping that looks like the fence (PROT_NONE, anonymous) may have been placed in a
 * hole of the old fence and unmapped with it, so that a change of the window makes it invalid
 * even if it lies inside. */
static inline bool is_placed(struct space *space, long result, size_t length, int prot, int flags,
			     uint32_t limits)
{
	bool fence_like = prot == PROT_NONE && flags & MAP_ANONYMOUS;

	if (sys_failed(result))
		return is_final(space, CALL_MMAP, may_be_huge(flags), result);
	if (space_inside(space, (uintptr_t)result, length) ?
		    fence_like && !limits_stay(space, limits) :
		    !place_late(space, (uintptr_t)result, length, fence_like, limits))
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
	/* Memory that is kept back takes the slow path, which releases it first: the munmap()'s
	 * hole then belongs to the kernel. */
	if (!passthrough_holds(space, address, length) || passthrough_keeps(space, address, length))
		return call_answer(call_munmap(address, length, caller));
	result = sys_munmap(address, length);
	if (sys_failed(result)) {
		space_count_call(space, CALL_MUNMAP, call_error(result));
		return call_answer(result);
	}
	if (!limits_stay(space, limits))
		note_unmapped(space, address, length);
	space_count_call(space, CALL_MUNMAP, OUTCOME_DONE);
	return 0;
}

/* Handles a mapping that mremap() has left in place, perhaps outside the window, which has
 * changed. The part by which it shrank is a hole in the fence; the part by which it grew must
 * not be taken for fence. */
static RARE void note_resized(struct space *space, uintptr_t old, size_t old_size, size_t new_size)
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

/* Handles a mapping that mremap() has moved while the window changed: the new place may be
 * outside, and the old one a hole in the fence. Returns the address where it finally lies. */
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

/* Resizes a mapping at a place of the kernel's choice. */
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
	note_resized(space, old, old_size, new_size);
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
