/* SPDX-License-Identifier: MIT */
/*
 * The fence: PROT_NONE reservations over every free address outside the window, so that
 * the kernel has no other place for calls that the library does not see. The table does
 * not list it: while the fence stands, an address outside that the table has free is
 * fence. fence_range.h has what is done to a part of it, fence_hole.h how its holes are
 * found and filled.
 */
#ifndef VALIMIT_FENCE_FENCE_H
#define VALIMIT_FENCE_FENCE_H

#include "table/claim.h"
#include "table/space.h"

/* Raises the fence. The table has all that is mapped by then. `for_good`: seals it. 0; or
 * -errno, and nothing is left standing:
 *   -EPERM   RLIMIT_AS is finite, and has no room for the bytes that the fence counts
 *   -ENOSPC  the kernel cannot reach the window from where it searches
 *   -ENOSYS  it cannot seal
 *   -ENOMEM  too many mappings, or the kernel refuses for another reason */
long fence_raise(struct space *space, bool for_good);

/* Takes the fence away from the span; mappings of the program stay. 0, or -errno where
 * some of it still stands. */
long fence_lower(struct space *space, struct span span);

/* Makes all of the span fence that the table has free; mappings of the program stay. 0, or
 * -errno where some of it could not be fenced. */
long fence_ensure(struct space *space, struct span span);

/* Whether the fence has the address. */
bool fence_owns(struct space *space, uintptr_t address);

/* In a child of fork(): takes mappings outside that were not copied (MADV_DONTFORK) out of
 * the table, and fills the holes that they, and threads of the parent, have left. */
void fence_inherit(struct space *space);

/* Bytes that the fence of a window counts against RLIMIT_AS: all outside of it. */
size_t fence_share(const struct space *space, struct window window);

#endif
