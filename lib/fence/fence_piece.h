/* SPDX-License-Identifier: MIT */
/*
 * The system calls that make one piece of a fence. The library makes the calls at once; the
 * launcher lists them for code that runs after the launcher is unmapped.
 */
#ifndef VALIMIT_FENCE_FENCE_PIECE_H
#define VALIMIT_FENCE_FENCE_PIECE_H

#include "core/window.h"
#include "sys/sys.h"

/* Name in /proc/PID/maps, on kernels that name anonymous memory. */
#define PIECE_NAME "valimit-fence"

/* AArch64 with 52-bit addresses maps above 2^48 only for a call whose address lies above,
 * so no piece crosses this border. */
#define PIECE_SEAM (1UL << 48)

struct piece_call {
	long number;
	long arguments[6];
};

/* Makes the call now and returns the kernel's answer. */
static inline long piece_make(struct piece_call call)
{
	const long *a = call.arguments;

	return sys_call(call.number, a[0], a[1], a[2], a[3], a[4], a[5]);
}

/* The first part of the span that can be reserved in one call: all of it, unless it crosses
 * 2^48. AArch64 kernels with 52-bit addresses map above 2^48 only for calls whose address
 * lies above, and refuse other calls that are longer than the space below. Empty for an
 * empty span. */
struct span piece_first(struct span span);

/* Reserves the addresses. `how` is MAP_FIXED, which replaces any mapping there, or
 * MAP_FIXED_NOREPLACE. */
struct piece_call piece_map(struct span piece, int how);

/* Leaves the piece out of core dumps: a core would have its full size, and gcore would read
 * all of it. */
struct piece_call piece_undump(struct span piece);

/* Names the piece; kernels without PR_SET_VMA_ANON_NAME fail. `name` must be readable when
 * the call is made. */
struct piece_call piece_name(struct span piece, const char *name);

/* Seals the piece for the life of the process (mseal(), Linux 6.10). */
struct piece_call piece_seal(struct span piece);

#endif
