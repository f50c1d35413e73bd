/* SPDX-License-Identifier: MIT */
/*
 * Keeps the middle of a mapping outside the window from its child
 * (MADV_DONTFORK): there is room in the child, and no mapping that the kernel places may get it.
 *
 *	uncopied [all]
 *
 * With "all" the child gets all of it, and ends at once.
 */
#include "guest.h"

#include <sys/wait.h>

#define OUTSIDE 0x500000000UL

static char *map_at(uintptr_t at, size_t length)
{
	char *p = mmap((void *)at, length, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (p != (char *)at)
		die("mmap at 0x%lx: %s", at, strerrorname_np(errno));
	return p;
}

static int child(char *p)
{
	char *raw = raw_mmap(0, MIB, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS);

	if (bounds_fenced())
		expect_inside("a raw call in the child", raw, MIB);
	expect_inside("mmap in the child", map_at(bounds_get().lower, MIB), MIB);
	if (p[MIB - 1] != 1 || p[3 * MIB] != 1)
		die("the rests have lost their contents");
	map_at(OUTSIDE + MIB, MIB);
	if (munmap(p, 4 * MIB))
		die("munmap: %s", strerrorname_np(errno));
	map_at(OUTSIDE + 2 * MIB, MIB);
	return 0;
}

int main(int argc, char **argv)
{
	bool all = argc > 1 && strcmp(argv[1], "all") == 0;
	char *p = map_at(OUTSIDE, 4 * MIB);
	pid_t pid;
	int status;

	memset(p, 1, 4 * MIB);
	if (!all && madvise(p + MIB, 2 * MIB, MADV_DONTFORK))
		die("madvise: %s", strerrorname_np(errno));
	pid = fork();
	if (pid == 0)
		_exit(all ? 0 : child(p));
	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		die("the child has failed");
	if (p[MIB] != 1)
		die("the parent has lost its contents");
	return 0;
}
