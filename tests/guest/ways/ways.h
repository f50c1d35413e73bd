/* SPDX-License-Identifier: MIT */
/* The ways in which modules come to mmap(), spread over an emulator, a library of
 * its own and two thunk libraries. A call is a tail call where the optimizer
 * makes a jump of it. */
#ifndef TESTS_GUEST_WAYS_H
#define TESTS_GUEST_WAYS_H

#include <stddef.h>
#include <sys/mman.h>
#include <sys/types.h>

#define SIZE 65536
#define LARGE (256 * SIZE)
#define NOW_MAP(function) function(NULL, SIZE, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)

typedef void *map_function(void *, size_t, int, int, int, off_t);
typedef void *way_function(void);

/* Keeps a call from being its function's last. */
static inline void *not_last(void *at)
{
	__asm__ volatile("" : "+r"(at));
	return at;
}

#ifdef __cplusplus
extern "C" {
#endif

void *thunk_direct(void);
void *thunk_tail(void);
void *thunk_chain(void);
void *thunk_syscall(void);
void *thunk_next(void);
void *thunk_mremap(void *at);
void *thunk_shmat(int id);
void *thunk_call(map_function *function);
void *thunk_call_tail(map_function *function);
void *thunk_call_way(way_function *function);
void *thunk_call_kept(void);
void thunk_keep(map_function *function);
map_function *thunk_pointer(void);
void thunk_handler(int signal);
void *thunk_handled(void);
void *thunk_thread(void);
void *thunk_constructed(void);
void *chain_tail(void);

void *hostlib_direct(void);
void *hostlib_tail(void);
void *hostlib_next(void);
void *hostlib_constructed(void);

#ifdef __cplusplus
}
#endif

#endif
