/* SPDX-License-Identifier: MIT */
/*
 * Changing the table. A change consists of a system call and of the table's update, and the
 * lock is not held over the system call. So each change begins with a claim on exactly its
 * range, and ends with the range's new state.
 *
 * THE INVARIANT. Where the kernel does not refuse (MAP_FIXED, MREMAP_FIXED and munmap
 * replace any mapping), a range that the caller did not name (fence, a placeholder) is
 * opened or mapped over only by the holder of an exclusive claim on exactly that range; and
 * a claim ends only by its holder's hand. Functions that correct the table (sync.h, a
 * fork's child, a change of the window) skip claimed ranges. Once a range may have become a
 * hole, every thread, its holder too, fills it with MAP_FIXED_NOREPLACE only: the kernel
 * may have placed a mapping there.
 *
 * A claim is exclusive wherever held memory stands in for free memory (held.h): outside the
 * window under a fence, and in the program's reservations. There only the table tells which
 * call may have a range, so an exclusive claim is marked in the tree: free pieces of the
 * range become KIND_CLAIM, mapped and reserved ones get ENTRY_CLAIMED, and both carry the
 * claim's number. A call that names a claimed range waits for the claim to end.
 *
 * Everywhere else the kernel arbitrates (MAP_FIXED_NOREPLACE); the table is a cache, and a
 * claim marks nothing. It remembers the number of the table's latest change: if another
 * change has touched the range meanwhile, the kernel's list decides.
 *
 * Where the lock cannot be had (a signal handler has interrupted its holder, or the holder
 * is stopped), claims are not held. The functions that end a claim then defer the update to
 * the end of the thread's call (deferred.h).
 */
#ifndef VALIMIT_TABLE_CLAIM_H
#define VALIMIT_TABLE_CLAIM_H

#include "space.h"

struct claim {
	uintptr_t start, end;
	uint32_t operation; /* the table's latest change when the claim began */
	uint32_t epoch;
	uint16_t number;    /* of an exclusive claim's marks in the tree; 0: no marks */
	bool held;          /* false: the table could not be had */
	bool entered;       /* the mapping is in the table before its system call */
};

/* Whether claims on [start, end) are exclusive. */
bool claim_excludes(const struct space *space, uintptr_t start, uintptr_t end);

/* Claims the free [start, end) for a mapping with `info` that is about to be made. False,
 * with nothing claimed, where the table has no memory for the claim. Call inside the lock. */
bool claim_place(struct space *space, struct claim *claim, uintptr_t start, uintptr_t end,
		 const struct mapping_info *info);

/* Claims [start, end), which the library's caller has named, with all mappings there; waits
 * until no other claim touches it. False where an exclusive claim is needed and cannot be
 * had: then no claim keeps other calls away, and the range is the caller's only because the
 * caller has named it. */
bool claim_take(struct space *space, struct claim *claim, uintptr_t start, uintptr_t end);

/* Claims [start, end) for a mapping with `info`, if the table has no mapping there; the
 * guard gap of a growing mapping and the free part of a reservation count as free. False
 * where the range is not free or claimed, without waiting for the claim. */
bool claim_vacant(struct space *space, struct claim *claim, uintptr_t start, uintptr_t end,
		  const struct mapping_info *info);

/* A claim that is not held: it remembers the table's latest change, and excludes no call. */
struct claim claim_none(const struct space *space, uintptr_t start, uintptr_t end);

/* Ends a claim: the range is mapped now, with `info`. */
void claim_mapped(struct space *space, struct claim *claim, const struct mapping_info *info);

/* Ends a claim: the range is unmapped now (fence, while one stands). */
void claim_gone(struct space *space, struct claim *claim);

/* Ends a claim: the range is as it was before the claim. */
void claim_kept(struct space *space, struct claim *claim);

/* Ends the claim on the part [start, end) of its range, which has `info` now (KIND_NONE:
 * free). The rest stays claimed. */
void claim_part(struct space *space, const struct claim *claim, uintptr_t start, uintptr_t end,
		const struct mapping_info *info);

/* The first piece at or above `at` of an exclusive claim's range that was free, reserved or
 * a guard gap when the claim began; empty where there is none. */
struct span claim_gap(struct space *space, const struct claim *claim, uintptr_t at);

/* Records a mapping with `info` at [start, end), an address of the kernel's choice. */
void claim_set(struct space *space, uintptr_t start, uintptr_t end,
	       const struct mapping_info *info);

/* Makes the deferred changes (deferred.h). Call inside the lock. */
void claim_catch_up(struct space *space);

#endif
