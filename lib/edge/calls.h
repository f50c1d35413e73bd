/* SPDX-License-Identifier: MIT */
/*
 * The slow path of the intercepted calls, for all names they are called by: decides whether a
 * call is a guest's or a host's, and makes it. All functions return the call's result or -errno.
 *
 * The first of these rules that applies decides:
 *
 *   scope    valimit_host_enter(): all calls of the thread are hosts'
 *   range    a call with a range is a host's, unless the range lies in the window
 *   module   VA_LIMIT_HOST and VA_LIMIT_GUEST, by the calling module, which each entry of the
 *            exported functions stands for (bind.h)
 *   default  the call is a guest's
 */
#ifndef VALIMIT_EDGE_CALLS_H
#define VALIMIT_EDGE_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/call.h"
#include "gate.h"
#include "sys/sys.h"

/* A caller's restrictions of the place; begin == end: no range. */
struct range {
	uintptr_t begin, end;
	size_t align; /* a power of two, in bytes; 0: a page */
	enum direction direction;
	bool host; /* the caller is known to be a host module */
};
extern const struct range range_none;
#define RANGE_NONE (&range_none)

long call_mmap(uintptr_t address, size_t length, int prot, int flags, int fd, long offset,
	       const struct range *range, uintptr_t caller);
long call_munmap(uintptr_t address, size_t length, uintptr_t caller);
long call_mremap(uintptr_t old, size_t old_size, size_t new_size, int flags, uintptr_t new,
		 const struct range *range, uintptr_t caller);
long call_shmat(int id, uintptr_t address, int flags, const struct range *range,
		uintptr_t caller);
long call_shmdt(uintptr_t address, uintptr_t caller);

/* The depth of the thread's host scopes. call_host_enter() increments it; call_host_leave()
 * decrements it, or returns -EINVAL outside all scopes. */
extern __thread uint32_t call_host_depth;
void call_host_enter(uintptr_t caller);
long call_host_leave(uintptr_t caller);

/* Begins and ends each use of the table: meanwhile the window does not change, and unfinished
 * changes have been settled. `pass` is a local variable of the caller's. */
void call_begin(struct pass *pass);
void call_end(struct pass *pass);

/* Counts and traces a finished call. */
void call_note(const struct call *call);

/* Turns an error into -1 and errno, as libc does. */
long call_fail(long error);

static inline long call_answer(long result)
{
	return sys_failed(result) ? call_fail(result) : result;
}

#endif
