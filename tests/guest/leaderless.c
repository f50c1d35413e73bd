/* SPDX-License-Identifier: MIT */
/*
 * A process whose first thread has ended, so that /proc/self/maps is empty: what is
 * in the way is found all the same, and noticed when it has gone.
 */
#include "guest.h"

#include <pthread.h>

static pthread_t first;

static void take(uintptr_t start, uintptr_t end)
{
	if (raw_mmap(start, end - start, PROT_NONE,
		     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED) == MAP_FAILED)
		die("the window cannot be filled");
}

static void *ask(size_t size)
{
	return mmap(NULL, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

static void *go_on(void *unused)
{
	struct bounds window = bounds_get();
	size_t half = (window.upper - window.lower) / 2;
	uintptr_t hole = window.lower + half;
	struct vma vma;

	(void)unused;
	pthread_join(first, NULL);
	maps_open("/proc/self/maps");
	if (vma_read(&vma))
		die("the first thread has ended, and /proc/self/maps is not empty");
	maps_close();
	take(window.lower, hole);
	take(hole + page_size(), window.upper);
	if (ask(page_size()) != (void *)hole)
		die("the only free page was not found");
	if (ask(page_size()) != MAP_FAILED)
		die("there is room in a full window");
	raw_munmap((void *)window.lower, half);
	if (ask(half) != (void *)window.lower)
		die("what has gone was not noticed");
	exit(0);
}

int main(void)
{
	pthread_t other;

	first = pthread_self();
	if (pthread_create(&other, NULL, go_on, NULL))
		die("no thread");
	pthread_exit(NULL);
}
