/* SPDX-License-Identifier: MIT */
/* The process's state, made by the first call that needs it. */
#ifndef VALIMIT_EDGE_PROCESS_H
#define VALIMIT_EDGE_PROCESS_H

#include "table/space.h"

/* The address space for the fast path (fast.h), or NULL if it must not be taken: `unmap` for
 * calls that unmap; `map` for calls that map, if all are guests'; `ask` for calls that map, if
 * they have to be classified first (owner.h). */
extern struct process_fast {
	struct space *unmap, *map, *ask;
	struct space *made;     /* the result of process_made() */
	struct space *confined; /* the result of process_space(), once it is known */
} process_fast;

/* The confined address space. NULL: no window is in force, or the environment is not known yet.
 * Async-signal-safe. */
struct space *process_space_early(void);
static inline struct space *process_space(void)
{
	struct space *space = __atomic_load_n(&process_fast.confined, __ATOMIC_ACQUIRE);

	return space ? space : process_space_early();
}

/* The address space for a call with a range, also if no window is in force. NULL: it cannot be
 * made. */
struct space *process_space_for_range(void);

/* The address space if any call has made it, also if no window is in force now; NULL otherwise. */
static inline struct space *process_made(void)
{
	return __atomic_load_n(&process_fast.made, __ATOMIC_ACQUIRE);
}

/* Reads the environment and raises the fence. Only the first call acts. An invalid value ends
 * the process with status 125. */
void process_start(char *const *envp);

/* User space, [lower, upper), as the kernel gives it to a process. */
struct window process_bounds(void);

/* Calls act(space, start, end) while no other thread is in a call, in process_alone() or in
 * fork(), and no handler runs: so neither window nor reservations change during a call. -EAGAIN
 * if that is impossible: a handler has interrupted a call, another thread's change or fork
 * lasts longer than a second, or another thread has left a call by siglongjmp() with the table
 * locked and has made no call since. */
long process_alone(struct space *space, long (*act)(struct space *, uintptr_t, uintptr_t),
		   uintptr_t start, uintptr_t end);

/* Changes the window, after clamping it; equal bounds remove it. Returns 0 or valimit_set(3)'s
 * -errno. */
long process_limit(struct window window);

/* The window in force; equal bounds: none. */
struct window process_limits(void);

#endif
