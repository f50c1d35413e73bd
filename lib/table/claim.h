/* SPDX-License-Identifier: MIT */
/*
 * Changing the table. A change consists of a system call and of the table's
 * update, and the lock is not held over the system call. So each change begins
 * with a claim on exactly the range that it is about, and ends with what has
 * become of that range.
 *
 * THE INVARIANT. Where the kernel does not refuse (MAP_FIXED, MREMAP_FIXED and
 * munmap replace whatever is there), a range that the caller did not name (fence, a
 * placeholder) is opened or mapped over only by the holder of an exclusive claim on
 * exactly that range; and a claim ends only by its holder's hand. Whatever corrects
 * the table (sync.h, a fork's child, a change of limits) skips claimed ranges. Once
 * a range may have become a hole, its holder too fills it with MAP_FIXED_NOREPLACE
 * only: the kernel may have placed something there. So may any thread.
 *
 * A claim is exclusive wherever held memory stands in for free memory (held.h):
 * outside the window under a fence, and in the program's reservations. There the table is the only judge of who may have a
 * range, so an exclusive claim is marked in the tree: free pieces of the range
 * become KIND_CLAIM, mapped and reserved ones get ENTRY_CLAIMED, and both carry the claim's
 * number. A call that names a claimed range waits for the claim to end.
 *
 * Everywhere else MAP_FIXED_NOREPLACE asks the kernel, which says no; the table
 * is a cache, and a claim there marks nothing. It remembers the number of the
 * table's latest change: if another change touched the range meanwhile, the
 * kernel is asked what is there now.
 *
 * Where the lock cannot be had (a signal handler has interrupted its holder, or
 * the holder is stopped), claims are not held. The functions that end a claim
 * then put the update off until the thread's call ends.
 */
#ifndef VALIMIT_TABLE_CLAIM_H
#define VALIMIT_TABLE_CLAIM_H

#include "space.h"

struct claim {
	uintptr_t start, end;
	uint32_t operation; /* the table's latest change when the claim began */
	uint32_t epoch;
	uint16_t number;    /* exclusive: of the marks in the tree; 0: no marks */
	bool held;          /* false: the table could not be had */
	bool entered;       /* the mapping to come is in the table already */
};

/* Whether claims on [start, end) are exclusive. */
bool claim_excludes(const struct space *space, uintptr_t start, uintptr_t end);

/* Inside the lock: claims the free [start, end) for a mapping with `info` that
 * is about to be made. False, with nothing claimed, where the table has no
 * memory for it. */
bool claim_place(struct space *space, struct claim *claim, uintptr_t start, uintptr_t end,
		 const struct mapping_info *info);

/* Claims [start, end), which the caller of the library named, with all that is
 * there; waits until no other claim touches it. False where an exclusive claim
 * is needed and cannot be had: then the range's owner is the caller alone. */
bool claim_take(struct space *space, struct claim *claim, uintptr_t start, uintptr_t end);

/* Like claim_take(), but only if the table has no mapping in the range; room below
 * growing mappings and what is reserved are none. Does not wait. The mapping to come has `info`. */
bool claim_vacant(struct space *space, struct claim *claim, uintptr_t start, uintptr_t end,
		  const struct mapping_info *info);

/* A claim that is not held. */
struct claim claim_none(const struct space *space, uintptr_t start, uintptr_t end);

/* Each ends a claim. The range is mapped now, with `info`; it is free now
 * (fence, where one stands); it is what it was before. */
void claim_mapped(struct space *space, struct claim *claim, const struct mapping_info *info);
void claim_gone(struct space *space, struct claim *claim);
void claim_kept(struct space *space, struct claim *claim);

/* Ends the claim on [start, end) of its range: it is `info` now, or free
 * (KIND_NONE). The rest stays claimed. */
void claim_part(struct space *space, const struct claim *claim, uintptr_t start, uintptr_t end,
		const struct mapping_info *info);

/* The first piece at or above `at` that was free or reserved when an exclusive claim
 * began, or room below a growing mapping; empty at the end. */
struct span claim_gap(struct space *space, const struct claim *claim, uintptr_t at);

/* The kernel has chosen [start, end) for a mapping. */
void claim_set(struct space *space, uintptr_t start, uintptr_t end,
	       const struct mapping_info *info);

/* Inside the lock: makes the changes that were put off (deferred.h). */
void claim_catch_up(struct space *space);

#endif
