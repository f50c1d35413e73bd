/* SPDX-License-Identifier: MIT */
/*
 * The fence: PROT_NONE reservations over every free address outside the window,
 * so that the kernel has no other place for calls that nobody sees. The table
 * does not list it: while it stands, what is free outside the window is fence.
 */
#ifndef VALIMIT_KERNEL_FENCE_H
#define VALIMIT_KERNEL_FENCE_H

#include "space.h"

/* Raises the fence; the table knows what is mapped. `for_good`: sealed,
 * against everybody. 0; or with nothing left standing -errno:
 *   -EPERM   RLIMIT_AS is finite: reservations count against it
 *   -ENOSPC  the kernel cannot reach the window from where it searches
 *   -ENOSYS  it cannot seal
 *   -ENOMEM  too many mappings, or the kernel refuses for another reason */
long fence_raise(struct space *space, bool for_good);

/* Replaces what is mapped in [start, end), outside the window, by fence: in
 * one step, so that nobody slips in. 0 or -errno. */
long fence_close(struct space *space, uintptr_t start, uintptr_t end);

/* The same for what the table does not have. */
long fence_put(struct space *space, uintptr_t start, uintptr_t end);

/* Whether a mapping of the kernel's list that the table does not know is fence;
 * it may reach into the window where a guest's own reservation adjoins. */
bool fence_is(const struct space *space, struct span span, int prot, bool anonymous);

/* Fences a part of the window for a while; fence_lower() ends it. 0, or -errno
 * where something is there. */
long fence_keep(struct space *space, uintptr_t start, uintptr_t end);

/* Whether an address is the fence's. */
bool fence_holds(struct space *space, uintptr_t address);

/* Takes the fence away from the span; what others have put there stays. 0, or
 * -errno where some of it still stands. */
long fence_lower(struct space *space, struct span span);

/* After something failed: stands again in all of the span, where nobody else
 * is; the table is not asked. 0, or -errno where some of it is open. */
long fence_restore(struct space *space, struct span span);

/* The same for what of [start, end) lies outside the window; fence_patch() ends
 * it. */
void fence_open(struct space *space, uintptr_t start, uintptr_t end);

/* As fence_restore(), for what of [start, end) lies outside the window. */
void fence_patch(struct space *space, uintptr_t start, uintptr_t end);

/* Fences what lies outside the window of a hole that is left where somebody was,
 * if a fence stands; whoever is there by now stays. Where the kernel refuses,
 * the next call that mends tries once more. */
void fence_mend(struct space *space, uintptr_t start, uintptr_t end);

/* In a child of fork(): closes what is open where mappings outside were not to be
 * copied (MADV_DONTFORK), and takes them out of the table. */
void fence_inherit(struct space *space);

/* Fences what is free in [start, end); what others have put there stays. 0, or
 * -errno where some of it could not be fenced. */
long fence_fill(struct space *space, uintptr_t start, uintptr_t end);

#endif
