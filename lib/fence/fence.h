/* SPDX-License-Identifier: MIT */
/*
 * The fence: PROT_NONE reservations over every free address outside the window, so that the
 * kernel cannot place calls there that the library does not see. The table does not list
 * the fence: while it stands, an address outside that the table has free is fence.
 * fence_range.h changes a part of the fence; fence_hole.h finds and fills its holes.
 */
#ifndef VALIMIT_FENCE_FENCE_H
#define VALIMIT_FENCE_FENCE_H

#include "table/claim.h"
#include "table/space.h"

/* Raises the fence. All mappings of the process must be in the table. `for_good` seals the
 * fence. 0; or -errno, with no fence left:
 *   -EPERM   RLIMIT_AS is finite, and has no room for the bytes that the fence counts
 *   -ENOSPC  the kernel cannot reach the window from where its search begins
 *   -ENOSYS  the kernel has no mseal()
 *   -ENOMEM  too many mappings, or the kernel refuses for another reason */
long fence_raise(struct space *space, bool for_good);

/* Takes the fence away from the span; the program's mappings stay. 0, or -errno where a
 * part of the fence still stands. */
long fence_lower(struct space *space, struct span span);

/* Fences every address of the span that the table has free; the program's mappings stay. 0,
 * or -errno where a part could not be fenced. */
long fence_ensure(struct space *space, struct span span);

/* Whether the address is fence: outside the window, free in the table, and a reservation to
 * the kernel. */
bool fence_owns(struct space *space, uintptr_t address);

/* In a child of fork(): takes mappings outside that the kernel has not copied
 * (MADV_DONTFORK) out of the table. Fills their holes, and the holes that threads of the
 * parent had open. */
void fence_inherit(struct space *space);

/* Bytes that the fence around `window` counts against RLIMIT_AS: all of user space outside
 * the window. */
size_t fence_share(const struct space *space, struct window window);

#endif
