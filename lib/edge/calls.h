/* SPDX-License-Identifier: MIT */
/*
 * The calls as the library makes them, whatever name they come by: whose they
 * are is decided here. All return the answer or -errno.
 *
 * What decides, the first that speaks:
 *
 *   scope    valimit_host_enter(): the thread's calls are host
 *   range    a call with a range of its own: host, unless the range lies in
 *            the window
 *   module   VA_LIMIT_HOST, VA_LIMIT_GUEST, by the calling module: by the entry
 *            that the call has come to (bind.h)
 *   default  guest
 */
#ifndef VALIMIT_EDGE_CALLS_H
#define VALIMIT_EDGE_CALLS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/call.h"
#include "gate.h"
#include "sys/sys.h"

/* What a caller says of the place; begin == end: no range. */
struct range {
	uintptr_t begin, end;
	size_t align; /* a power of two; 0: the page */
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

/* The thread's host scope and how deep it is: one deeper; one less deep, or
 * -EINVAL where it is in none. */
extern __thread uint32_t call_host_depth;
void call_host_enter(uintptr_t caller);
long call_host_leave(uintptr_t caller);

/* Around each use of the table: limits stay as they are, and the table is in order.
 * `pass` is a local variable of the caller's. */
void call_begin(struct pass *pass);
void call_end(struct pass *pass);

/* Counts and traces a call that is over. */
void call_note(const struct call *call);

/* Errors become -1 and errno, as libc's do. */
long call_fail(long error);

static inline long call_answer(long result)
{
	return sys_failed(result) ? call_fail(result) : result;
}

#endif
