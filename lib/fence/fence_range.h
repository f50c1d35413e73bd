/* SPDX-License-Identifier: MIT */
/*
 * What is done to a range of held addresses (table/held.h: the fence, and the program's
 * reservations). The kernel refuses nothing here, so the caller holds a claim on exactly
 * the range (table/claim.h), unless a comment says otherwise.
 */
#ifndef VALIMIT_FENCE_FENCE_RANGE_H
#define VALIMIT_FENCE_FENCE_RANGE_H

#include "table/held.h"
#include "table/space.h"

/* Makes [start, start + length) ready to be mapped over with MAP_FIXED: finds that held
 * addresses hold nothing else, and puts placeholders on all others. 0, -EEXIST where an
 * unseen mapping is there, or another -errno; then all is as before. */
long fence_carve(struct space *space, uintptr_t start, size_t length);

/* Undoes fence_carve(), after a mapping there has failed: takes the placeholders away. The
 * claim is to be ended with fence_refill(), since a failed MAP_FIXED may leave a hole. */
void fence_uncarve(struct space *space, uintptr_t start, size_t length);

/* Unmaps [start, end) in one step: fence takes the place of each mapping, and where the
 * addresses are not held it is taken away again. 0; or -errno, and all is as it was. */
long fence_replace(struct space *space, uintptr_t start, uintptr_t end);

/* munmap() for a range with held addresses: like fence_replace(), with a claim of its own.
 * 0, -EPERM or -ENOMEM. */
long fence_unmap(struct space *space, uintptr_t start, uintptr_t end);

/* Takes fence away from [start, end), a hole then; mappings of the program, as the kernel
 * shows them, stay. The range is claimed, or is kept back of the window's top. 0 or
 * -errno. */
long fence_open(const struct space *space, uintptr_t start, uintptr_t end);

#endif
