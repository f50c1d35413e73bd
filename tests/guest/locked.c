/* SPDX-License-Identifier: MIT */
/*
 * Maps and unmaps outside the window what gets locked (MCL_FUTURE), without the
 * privilege to lock more than a limit: together it is more, at no time is it.
 */
#include "guest.h"

#include <sys/resource.h>

#define OUTSIDE 0x500000000UL
#define LIMIT (4 * MIB)
#define LENGTH (LIMIT / 2 - 256 * KIB)
#define ROUNDS 8

static char *map_at(uintptr_t at, size_t length)
{
	char *p = mmap((void *)at, length, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);

	if (p != (char *)at)
		die("mmap at 0x%lx: %s", at, strerrorname_np(errno));
	return p;
}

static void unmap(char *p, size_t length)
{
	if (munmap(p, length))
		die("munmap: %s", strerrorname_np(errno));
}

int main(void)
{
	struct rlimit limit = { LIMIT, LIMIT };
	char *large = map_at(OUTSIDE, 16 * LIMIT);

	if (setrlimit(RLIMIT_MEMLOCK, &limit) || (geteuid() == 0 && seteuid(65534)) ||
	    mlockall(MCL_FUTURE))
		die("mlockall: %s", strerrorname_np(errno));
	unmap(large, 16 * LIMIT);
	for (uintptr_t i = 0; i < ROUNDS; i++)
		unmap(map_at(OUTSIDE + i * LIMIT, LENGTH), LENGTH);
	for (uintptr_t i = 0; i < ROUNDS; i++)
		unmap(map_at(OUTSIDE, LENGTH), LENGTH);
	if (bounds_fenced())
		expect_inside("a raw call",
			      raw_mmap(0, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS),
			      MIB);
	return 0;
}
