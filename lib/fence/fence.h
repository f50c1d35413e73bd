/* SPDX-License-Identifier: MIT */
/*
 * The fence: PROT_NONE reservations over every free address outside the window,
 * so that the kernel has no other place for calls that the library does not see.
 * The table does not list it: while it stands, what is free outside the window is
 * fence.
 *
 * Functions whose comment says "claimed" work on a range that their caller holds
 * a claim on (claim.h); the others take claims for themselves.
 */
#ifndef VALIMIT_FENCE_FENCE_H
#define VALIMIT_FENCE_FENCE_H

#include "table/claim.h"
#include "table/space.h"

/* Raises the fence; the table knows what is mapped. `for_good`: sealed. 0; or with
 * nothing left standing -errno:
 *   -EPERM   RLIMIT_AS is finite, and has no room for what the fence counts
 *   -ENOSPC  the kernel cannot reach the window from where it searches
 *   -ENOSYS  it cannot seal
 *   -ENOMEM  too many mappings, or the kernel refuses for another reason */
long fence_raise(struct space *space, bool for_good);

/* Bytes that the fence counts against a limit on address space: all
 * outside the window. */
size_t fence_share(const struct space *space, struct window window);

/* Takes the fence away from the span; mappings of the program stay. 0, or -errno
 * where some of it still stands. */
long fence_lower(struct space *space, struct span span);

/* Fences the free pieces of the span, by the table; mappings of the program stay.
 * 0, or -errno where some of it could not be fenced. */
long fence_extend(struct space *space, struct span span);

/* munmap() for [start, end), some of it held: it goes in one step, all or nothing, and
 * where it is held fence takes its place, so that the kernel places nothing there. 0 or -errno. */
long fence_close(struct space *space, uintptr_t start, uintptr_t end);

/* Claimed. What is mapped in [start, end) goes, in one step, and where addresses are
 * held (table/held.h) fence takes its place. 0; or -errno, and all is as it was. */
long fence_cover(struct space *space, uintptr_t start, uintptr_t end);

/* Claimed, or kept back of the window's top. Takes fence away from [start, end), by the
 * kernel's word. 0 or -errno. */
long fence_remove(const struct space *space, uintptr_t start, uintptr_t end);

/* Fences a free part of the window for a while; fence_lower() ends it. 0, or
 * -errno where something is there. */
long fence_keep(struct space *space, uintptr_t start, uintptr_t end);

/* Whether an address is the fence's. */
bool fence_holds(struct space *space, uintptr_t address);

/* In a child of fork(): closes what is open where mappings outside were not to be
 * copied (MADV_DONTFORK), and takes them out of the table; and what threads had
 * opened that the child does not have. */
void fence_inherit(struct space *space);

#endif
