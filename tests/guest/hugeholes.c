/* SPDX-License-Identifier: MIT */
/*
 * Fills the window with huge pages, takes one away, and maps another: there is room for
 * one page, and none for its alignment as well.
 *
 *	hugeholes SIZE private|file|segment
 */
#include "guest.h"

#include <sys/shm.h>

#define PAGES_MAX 4096

#ifndef MAP_HUGE_SHIFT
#define MAP_HUGE_SHIFT 26
#endif

static size_t size;
static int order, file = -1, segment = -1;

static void *map_private(void)
{
	return mmap(NULL, size, PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | MAP_NORESERVE | order << MAP_HUGE_SHIFT,
		    -1, 0);
}

static void *map_file(void)
{
	return mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_NORESERVE, file, 0);
}

static void *map_segment(void)
{
	return shmat(segment, NULL, 0);
}

/* The file or segment; no page of it is ever touched. */
static bool prepare(const char *what)
{
	if (strcmp(what, "file") == 0) {
		file = memfd_create("huge", MFD_CLOEXEC | MFD_HUGETLB |
						    (unsigned int)order << MAP_HUGE_SHIFT);
		return file >= 0 && ftruncate(file, (off_t)size) == 0;
	}
	if (strcmp(what, "segment") == 0) {
		segment = shmget(IPC_PRIVATE, size,
				 IPC_CREAT | 0600 | SHM_HUGETLB | SHM_NORESERVE | order << MAP_HUGE_SHIFT);
		return segment >= 0;
	}
	return true;
}

static void remove_segment(void)
{
	if (segment >= 0)
		shmctl(segment, IPC_RMID, NULL);
}

static void take_away(void *at)
{
	if (segment >= 0 ? shmdt(at) : munmap(at, size))
		die("munmap: %s", strerrorname_np(errno));
}

static void test(void *(*map)(void))
{
	static void *made[PAGES_MAX];
	size_t count = 0;
	void *again;

	while (count < PAGES_MAX && (made[count] = map()) != MAP_FAILED)
		expect_inside("a huge page", made[count++], size);
	if (count < 2 || count == PAGES_MAX || errno != ENOMEM)
		die("%zu huge pages, then %s", count, strerrorname_np(errno));
	printf("%zu huge pages\n", count);
	for (size_t i = 0; i < count; i += count / 2) {
		take_away(made[i]);
		again = map();
		if (again != made[i])
			die("the hole at %p is not found: %p, %s", made[i], again,
			    again == MAP_FAILED ? strerrorname_np(errno) : "elsewhere");
	}
}

int main(int argc, char **argv)
{
	if (argc != 3)
		die("usage: hugeholes SIZE private|file|segment");
	size = number(argv[1]);
	order = __builtin_ctzl(size);
	atexit(remove_segment);
	if (!prepare(argv[2])) {
		printf("none: %s\n", strerrorname_np(errno));
		return 0;
	}
	test(file >= 0 ? map_file : segment >= 0 ? map_segment : map_private);
	return 0;
}
