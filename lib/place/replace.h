/* SPDX-License-Identifier: MIT */
/* MAP_FIXED and MREMAP_FIXED over mappings: a failure never loses the old mapping. */
#ifndef VALIMIT_PLACE_REPLACE_H
#define VALIMIT_PLACE_REPLACE_H

#include "remap.h"
#include "request.h"
#include "table/space.h"

/*
 * mmap(2) with MAP_FIXED at the request's address, a page boundary. Where it fails, all old
 * mappings are still there.
 *
 * The kernel unmaps the old mapping before it asks a file, a device or a socket whether it
 * can be mapped, and does not restore it after a refusal (still in Linux 6.18: perf events,
 * sockets, MAP_SYNC); before 6.12 the memory accounting could refuse as late. So over an
 * old mapping, the new one is made aside, and moved over by mremap(), which replaces in one
 * step. Exceptions are private anonymous memory since 6.12, and mappings of ordinary files
 * (ordinary.h): private ones, if writable since 6.12, and shared ones since 6.14. A mapping
 * that cannot be made aside, for want of address space, lockable memory or VMAs, fails with
 * that error; a mapping that cannot be moved, as a driver's may refuse, is mapped over
 * directly, after it has shown that it can be mapped.
 */
long replace_map(struct space *space, const struct request *request);

/*
 * mremap(2) with MREMAP_FIXED, for a remap whose target is aligned and lies in user space.
 * Where it fails, all mappings at the target are still there, and so is the source.
 *
 * The kernel unmaps the target before it accounts for the memory of a growth or a copy
 * (still in Linux 6.18), and before 6.17 even before it looks at the source. So a mapping
 * grows or is copied aside first, and moves over at its final size, for which the kernel
 * needs no more memory. A reader of the target sees the old contents or the new; the source
 * is unmapped a moment earlier.
 */
long replace_move(struct space *space, const struct remap *remap);

/* Asks for the kernel's version, before a seccomp filter can forbid uname(). */
void replace_foresee(struct space *space);

#endif
