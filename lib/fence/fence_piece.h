/* SPDX-License-Identifier: MIT */
/*
 * How one piece of a fence is made, as system calls: the library makes them at
 * once; the launcher lists them for code that runs when it is gone itself.
 */
#ifndef VALIMIT_FENCE_FENCE_PIECE_H
#define VALIMIT_FENCE_FENCE_PIECE_H

#include "core/window.h"
#include "sys/sys.h"

/* The name in /proc/PID/maps, where the kernel has names for anonymous memory. */
#define PIECE_NAME "valimit-fence"

/* On AArch64 with 52 bits the kernel gives what lies above only to those who ask
 * for it by an address there, and so no piece that reaches across. */
#define PIECE_SEAM (1UL << 48)

struct piece_call {
	long number;
	long arguments[6];
};

/* Makes the call now: the kernel's answer. */
static inline long piece_make(struct piece_call call)
{
	const long *a = call.arguments;

	return sys_call(call.number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* Of an empty or larger span the part that can be reserved first: all of it,
 * but for what reaches across 2^48. AArch64 kernels with 52 bits give what lies
 * above only to calls that name an address above, and refuse all others that
 * are longer than what is below. */
struct span piece_first(struct span span);

/* Reserves the addresses. `how` is MAP_FIXED, over whatever is there, or
 * MAP_FIXED_NOREPLACE. */
struct piece_call piece_map(struct span piece, int how);

/* Leaves it out of core dumps: a core would have all of it, and gcore would
 * read it. */
struct piece_call piece_undump(struct span piece);

/* Names it; not every kernel can. `name` must be there when the call is made. */
struct piece_call piece_name(struct span piece, const char *name);

/* Seals it, for good (Linux 6.10). */
struct piece_call piece_seal(struct span piece);

#endif
