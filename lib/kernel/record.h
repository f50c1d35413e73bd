/* SPDX-License-Identifier: MIT */
/*
 * What happened goes into the table through these functions. Each takes the
 * lock for itself, none holds it over the system call that it is about, and
 * each works, later or in effect, where the lock is not to be had.
 *
 * Between a system call and its record others may have been given the same
 * addresses. So a change begins with a ticket, and where the ticket shows that
 * others recorded something about the same range meanwhile, the kernel is
 * asked what is there now.
 */
#ifndef VALIMIT_KERNEL_RECORD_H
#define VALIMIT_KERNEL_RECORD_H

#include "space.h"

/* A change that has begun: what the table's numbers were. */
struct ticket {
	uint32_t operation;
	uint32_t epoch;
	bool tabled; /* a claim is in the table already */
};

/* [start, end) is mapped now, whatever was there. */
void record_set(struct space *space, uintptr_t start, uintptr_t end, const struct detail *detail);

/* What is known of the address, as of an interval that begins there; KIND_NONE
 * where nothing is. */
struct detail record_of(struct space *space, uintptr_t address);

/* Whether the table has nothing in [start, end). */
bool record_free(struct space *space, uintptr_t start, uintptr_t end);

/* The same, but for the room that is kept below growing mappings. */
bool record_vacant(struct space *space, uintptr_t start, uintptr_t end);

/* Whether [start, start + length) has no gap in the table. */
bool record_covered(struct space *space, uintptr_t start, size_t length);

/* Before a call that may take mappings away; and after it, with the range that
 * is free now, or an empty one. */
struct ticket record_begin(struct space *space);
void record_gone(struct space *space, struct ticket ticket, uintptr_t start, uintptr_t end);

/* Inside the lock: enters the free [start, end) as if the mapping that is about
 * to be made were there. */
struct ticket record_claim(struct space *space, uintptr_t start, uintptr_t end,
			   const struct detail *detail);

/* The same by a caller without the lock; where the table has something there
 * already, nothing is claimed. */
struct ticket record_try_claim(struct space *space, uintptr_t start, uintptr_t end,
			       const struct detail *detail);

/* After the call: whether the mapping is there. */
void record_claimed(struct space *space, struct ticket ticket, uintptr_t start, uintptr_t end,
		    const struct detail *detail, bool mapped);

/* What a signal handler's calls did while their thread held the table: done
 * now, inside the lock. And whether there is any. */
void record_catch_up(struct space *space);
bool record_waiting(void);

#endif
