/* SPDX-License-Identifier: MIT */
/* The process that the library lives in: its one state, made at the first need. */
#ifndef VALIMIT_EDGE_PROCESS_H
#define VALIMIT_EDGE_PROCESS_H

#include "table/space.h"

/* The address space where its plain calls may be passed straight to the kernel (fast.h),
 * else NULL: those that unmap; those that map, all of which are guests'; those
 * that map where it has to be asked whose they are (owner.h). */
extern struct process_fast {
	struct space *unmap, *map, *ask;
	struct space *made;     /* process_made()'s answer */
	struct space *confined; /* process_space()'s, once it is known */
} process_fast;

/* The confined address space; NULL where nothing is confined: no window is in
 * force, or it is too early to know. Async-signal-safe. */
struct space *process_space_early(void);
static inline struct space *process_space(void)
{
	struct space *space = __atomic_load_n(&process_fast.confined, __ATOMIC_ACQUIRE);

	return space ? space : process_space_early();
}

/* The address space for a call that brings its own limits: also where none are
 * in force. NULL where it cannot be had. */
struct space *process_space_for_range(void);

/* The address space as it was made by any call before: also where no limits are
 * in force now. NULL where none was. */
static inline struct space *process_made(void)
{
	return __atomic_load_n(&process_fast.made, __ATOMIC_ACQUIRE);
}

/* Reads the environment, raises the fence; only the first call acts. A value
 * that cannot be used ends the process with status 125. */
void process_start(char *const *envp);

/* The ends of user space, [lower, upper), as the kernel gives it to a process. */
struct window process_bounds(void);

/* Acts on addresses while no other thread is in a call, at such an act or at a fork, and no
 * handler runs: the window and the reservations change for no call that is on its way.
 * -EAGAIN where that cannot be had: a handler has interrupted a call, another thread's
 * act or fork lasts for longer than a second, or another thread has left a call by
 * siglongjmp() with the table and made none since. */
long process_alone(struct space *space, long (*act)(struct space *, uintptr_t, uintptr_t),
		   uintptr_t start, uintptr_t end);

/* Puts other limits in force, clamped; equal bounds lift them. 0, or -errno as
 * valimit_set(3) has it. */
long process_limit(struct window window);

/* The limits in force; equal bounds where there are none. */
struct window process_limits(void);

#endif
