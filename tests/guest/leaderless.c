/* SPDX-License-Identifier: MIT */
/*
 * A process whose first thread has ended, so that /proc/self/maps is empty: the library still
 * finds the mapping in the way, and notices when it has gone.
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

/* The kernel wakes a thread that joins another before it takes the memory from that one. */
static void wait_until_unlisted(void)
{
	struct vma vma;
	bool listed = true;

	for (int i = 0; listed && i < 30000; i++) {
		usleep(1000);
		maps_open("/proc/self/maps");
		listed = vma_read(&vma);
		maps_close();
	}
	if (listed)
		die("the first thread has ended, and /proc/self/maps is not empty");
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

	(void)unused;
	pthread_join(first, NULL);
	wait_until_unlisted();
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
