/* SPDX-License-Identifier: MIT */
/* Whose calls a thread's are, for a while. */
#ifndef TESTS_GUEST_SCOPE_H
#define TESTS_GUEST_SCOPE_H

#include <errno.h>
#include <stdbool.h>

#include <valimit.h>

/* The answer's errno is nothing that a caller asked for. */
static inline unsigned int scope_leave_all(void)
{
	int saved = errno;
	unsigned int depth = 0;

	while (valimit_host_leave() == 0)
		depth++;
	errno = saved;
	return depth;
}

/* From here on the calling thread's calls are host or guest. The answer is for scope_end(),
 * which restores the scope before. A function of its own, since its callers may be left by
 * siglongjmp(). */
static __attribute__((noinline, unused)) unsigned int scope_begin(bool host)
{
	unsigned int depth = scope_leave_all();

	if (host)
		valimit_host_enter();
	return depth;
}

static inline void scope_end(unsigned int depth)
{
	scope_leave_all();
	while (depth--)
		valimit_host_enter();
}

#endif
