/* SPDX-License-Identifier: MIT */
/* MAP_FIXED and MREMAP_FIXED over what is mapped: a failure never loses it. */
#ifndef VALIMIT_PLACE_REPLACE_H
#define VALIMIT_PLACE_REPLACE_H

#include "remap.h"
#include "request.h"
#include "table/space.h"

/*
 * What mmap(2) with MAP_FIXED does at the request's address, a page boundary;
 * where it fails, all that was there is there still.
 *
 * The kernel unmaps the old mapping before it asks a file, a device or a socket
 * whether it can be mapped, and does not bring it back when the answer is no
 * (Linux 6.18 still: perf events, sockets, MAP_SYNC); before 6.12 the memory
 * accounting could say no as late. So where something is there, all but plain
 * anonymous memory on such a kernel, and private mappings of ordinary files
 * (ordinary.h), is mapped aside first, and moved over by
 * mremap(), which replaces in one step. What cannot be mapped aside, for want of
 * address space, lockable memory or mappings, fails with that error; what
 * cannot be moved, as a driver's mapping may refuse, is mapped over directly
 * once it has shown that it can be mapped.
 */
long replace_map(struct space *space, const struct request *request);

/*
 * What mremap(2) with MREMAP_FIXED does for a remap whose target is aligned and
 * lies in user space; where it fails, all that was at the target is there still,
 * and so is the source.
 *
 * The kernel unmaps the target before it accounts for the memory of a growth or
 * a copy (Linux 6.18 still), and before 6.17 before it looks at the source at
 * all. So what grows or leaves a copy does so aside first, and is moved over as
 * it is then, for which nothing more is needed. A reader of the target sees the
 * old contents or the new; the source is gone a moment earlier.
 */
long replace_move(struct space *space, const struct remap *remap);

/* Asks what both want to know of the kernel, while a filter cannot refuse it yet. */
void replace_foresee(struct space *space);

#endif
