/* SPDX-License-Identifier: MIT */
/*
 * Recurses to nearly RLIMIT_STACK. With BYTES, raises the soft limit first, as
 * gcc's cc1 does: the stack may then grow past what was known at the start.
 *
 *	stackgrow [BYTES]
 */
#include "guest.h"

#include <sys/resource.h>

#define FRAME (64 * KIB)

__attribute__((noinline)) static unsigned int recurse(size_t left)
{
	volatile char frame[FRAME];

	frame[0] = 1;
	return left <= FRAME ? 1 : recurse(left - FRAME) + (unsigned char)frame[0];
}

int main(int argc, char **argv)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_STACK, &limit))
		die("getrlimit: %s", strerrorname_np(errno));
	if (argc > 1) {
		limit.rlim_cur = number(argv[1]);
		if (setrlimit(RLIMIT_STACK, &limit))
			die("setrlimit: %s", strerrorname_np(errno));
	}
	/* An unlimited stack gets a size that any program would expect. */
	if (limit.rlim_cur == RLIM_INFINITY)
		limit.rlim_cur = 64 * MIB;
	printf("frames %u\n", recurse(limit.rlim_cur - 8 * FRAME));
	return 0;
}
