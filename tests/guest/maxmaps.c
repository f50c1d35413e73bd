/* SPDX-License-Identifier: MIT */
/*
 * Maps pages that do not merge until vm.max_map_count stops it, then once more
 * a hundred times: the answer is ENOMEM each time, and quickly.
 */
#include "guest.h"

#include <time.h>

#define MOST 200000

static char *page_map(size_t i)
{
	return mmap(NULL, page_size(), i % 2 ? PROT_READ : PROT_NONE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void expect_refused(size_t i)
{
	if (page_map(i) != MAP_FAILED)
		die("the limit holds once and not again");
	if (errno != ENOMEM)
		die("mmap: %s, not ENOMEM", strerrorname_np(errno));
}

int main(void)
{
	static char *pages[MOST];
	struct timespec start, end;
	size_t count = 0;

	while (count < MOST && (pages[count] = page_map(count)) != MAP_FAILED)
		expect_inside("mmap", pages[count++], page_size());
	if (count == MOST)
		die("no limit met");
	clock_gettime(CLOCK_MONOTONIC, &start);
	for (int i = 0; i < 100; i++)
		expect_refused(count);
	clock_gettime(CLOCK_MONOTONIC, &end);
	printf("mappings %u\n", vma_count());
	printf("ms %ld\n", (end.tv_sec - start.tv_sec) * 1000 +
				   (end.tv_nsec - start.tv_nsec) / 1000000);
	if (munmap(pages[count - 1], page_size()) || page_map(count - 1) == MAP_FAILED)
		die("what was freed cannot be mapped again: %s", strerrorname_np(errno));
	return 0;
}
