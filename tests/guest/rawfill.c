/* SPDX-License-Identifier: MIT */
/*
 * Takes, by raw system calls, all that the kernel still gives, in ever smaller
 * pieces and with every flag that makes the kernel search in another way. Under
 * a fence all of it lies inside, to the last page.
 *
 *	rawfill LARGEST
 */
#include "guest.h"

static const struct way {
	const char *name;
	int flags;
} ways[] = {
	{ "plain", 0 },
	{ "MAP_32BIT", 0x40 },
	{ "MAP_GROWSDOWN", MAP_GROWSDOWN },
	{ "MAP_STACK", MAP_STACK },
	{ "MAP_SHARED", MAP_SHARED },
};

static size_t take(const struct way *way, size_t length)
{
	int flags = MAP_ANONYMOUS | MAP_NORESERVE | way->flags |
		    (way->flags & MAP_SHARED ? 0 : MAP_PRIVATE);
	char *p = raw_mmap(0, length, PROT_NONE, flags);

	if (p == MAP_FAILED)
		return 0;
	if (bounds_fenced())
		expect_inside(way->name, p, length);
	return length;
}

int main(int argc, char **argv)
{
	size_t sum = 0;

	/* One piece of each first, while there is room for all. */
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		printf("%s 0x%zx\n", ways[i].name, take(&ways[i], page_size()));
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++)
		for (size_t size = number(argc > 1 ? argv[1] : "1G"); size >= page_size();) {
			size_t got = take(&ways[i], size);

			sum += got;
			size = got ? size : size / 2;
		}
	printf("taken 0x%zx\n", sum);
	return 0;
}
