/* SPDX-License-Identifier: MIT */
#include "passthrough.h"

#include <errno.h>

#include "fence/fence_hold.h"
#include "fence/fence_hole.h"
#include "fence/fence_range.h"
#include "sys/patience.h"
#include "sys/sys.h"
#include "sys/vma.h"
#include "table/claim.h"
#include "table/lookup.h"
#include "table/sync.h"

/* External definition for files in which the compiler does not inline the function. */
extern inline bool passthrough_holds(const struct space *space, uintptr_t start, size_t length);

static bool own_policy(const struct space *space)
{
	const struct policy *policy = &space->guest;

	return policy->place != PLACE_TOPDOWN || policy->align > space->page || space->based;
}

static void keep_edge(struct space *space)
{
	struct window window = space_window(space);
	size_t bytes;

	if (!space->randomised || space->table->edge)
		return;
	bytes = window_edge(&window, space->page, policy_random(&space->guest));
	if (bytes && fence_hold_free(space, window.upper - bytes, window.upper) == 0) {
		space->table->edge = window.upper - bytes;
		space->table->edge_end = window.upper;
	}
}

void passthrough_start(struct space *space)
{
	space->passthrough = space_fenced(space) && !own_policy(space);
	space->table->passthrough = space->passthrough;
	if (space->passthrough)
		keep_edge(space);
}

/* Whether this thread is giving back the reserve; its handlers must not wait for that then. */
static __thread bool yields;

/* Waits while another thread gives back the reserve. True if no reserve is left. */
static bool await_yield(struct space *space)
{
	for (int turn = 0; !yields && turn < PATIENCE_TURNS; turn++) {
		if (!__atomic_load_n(&space->yielding, __ATOMIC_ACQUIRE))
			break;
		patience_turn(turn);
	}
	return __atomic_load_n(&space->table->edge, __ATOMIC_RELAXED) == 0;
}

bool passthrough_yield_kept(struct space *space)
{
	struct table *table = space->table;
	bool interrupted = yields, done;
	uintptr_t start;

	yields = true;
	if (__atomic_exchange_n(&space->yielding, 1, __ATOMIC_ACQUIRE)) {
		yields = interrupted;
		return await_yield(space);
	}
	/* The table shows the reserve until it is unmapped: a reader of the kernel's list
	 * would take it for the program's own reservation. */
	start = __atomic_load_n(&table->edge, __ATOMIC_RELAXED);
	done = start == 0 || fence_open(space, start, table->edge_end) == 0;
	if (done)
		__atomic_store_n(&table->edge, 0, __ATOMIC_RELEASE);
	__atomic_store_n(&space->yielding, 0, __ATOMIC_RELEASE);
	yields = interrupted;
	return done;
}

void passthrough_left(struct space *space, uintptr_t start, uintptr_t end)
{
	sync_recheck(space, start, end);
	/* The kernel could place there, so an unseen call has opened the fence, and more of
	 * it may be open. Closing it page by page, as mappings appear, would never end. */
	fence_patch(space, space->min, space->top);
}

static bool is_taken(uint8_t kind)
{
	return kind == KIND_HOST || kind == KIND_GUEST;
}

/* Replaces [start, end) of the claimed range with fence. */
static void cover_up_to(struct space *space, const struct claim *claim, uintptr_t start,
			uintptr_t end)
{
	static const struct mapping_info nothing = { .kind = KIND_NONE };

	if (start >= end)
		return;
	if (fence_replace(space, start, end) < 0 && sys_munmap(start, end - start) < 0)
		return;
	claim_part(space, claim, start, end, &nothing);
}

/* Unmaps the mapping without the table, if it can be accessed: then no other call takes it
 * for fence and maps over it. */
static bool discard_untabled(struct space *space, uintptr_t start, uintptr_t end)
{
	struct vma_facts facts;

	if (!vma_at(start, &facts) || facts.span.start > start || vma_reserves(&facts) ||
	    sys_munmap(start, end - start) < 0)
		return false;
	fence_patch(space, start, end);
	return true;
}

bool passthrough_give_back(struct space *space, uintptr_t start, size_t length)
{
	uintptr_t at = start, end = start + space_pages(space, length);
	struct claim claim;
	struct entry entry;
	long found;

	if (!claim_take(space, &claim, start, end))
		return discard_untabled(space, start, end);
	while ((found = lookup_mapping(space, at, end, &entry)) > 0) {
		if (is_taken(entry.info.kind)) {
			cover_up_to(space, &claim, at, entry.start);
			at = entry.end;
			continue;
		}
		cover_up_to(space, &claim, at, entry.end < end ? entry.end : end);
		at = entry.end;
	}
	if (found == 0 && at < end)
		cover_up_to(space, &claim, at, end);
	claim_kept(space, &claim);
	fence_patch(space, start, end);
	return found == 0;
}

bool passthrough_again(struct space *space, long *result, size_t length, passthrough_undo *undo,
		       int *tries)
{
	uintptr_t at = (uintptr_t)*result;

	if (sys_failed(*result))
		return *result == -ENOMEM && passthrough_yield(space);
	if (space_inside(space, at, length))
		return false;
	*result = -ENOMEM;
	if (!undo(space, at, length))
		return false;
	/* More of the fence may be open. Closing it page by page, as mappings appear, would
	 * never end. */
	fence_patch(space, space->min, space->top);
	patience_turn(*tries);
	return ++*tries < PATIENCE_TURNS;
}
