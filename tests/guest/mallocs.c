/* SPDX-License-Identifier: MIT */
/*
 * Allocates 1 byte to 64 MiB in each of a few threads, first in the main one,
 * and writes to the ends of each block. Under a fence all blocks lie inside.
 *
 *	mallocs [THREADS]
 */
#include "guest.h"

#include <malloc.h>
#include <pthread.h>

#define LARGEST (64 * MIB)
#define SMALL   10000

static void use(const char *what, char *p, size_t length)
{
	if (!p)
		die("%s of %zu bytes: %s", what, length, strerrorname_np(errno));
	if (bounds_fenced())
		expect_inside(what, p, length);
	p[0] = p[length - 1] = 1;
}

static void allocate(size_t length)
{
	char *p = malloc(length);
	void *aligned;

	use("malloc", p, length);
	p = realloc(p, 2 * length);
	use("realloc", p, 2 * length);
	free(p);
	p = calloc(1, length);
	use("calloc", p, length);
	if (posix_memalign(&aligned, 64 * KIB, length))
		die("posix_memalign of %zu bytes fails", length);
	use("posix_memalign", aligned, length);
	free(aligned);
	free(p);
}

/* So many allocations that their heap must grow. */
static void allocate_small(void)
{
	static __thread char *small[SMALL];

	for (size_t i = 0; i < SMALL; i++) {
		small[i] = malloc(i % 500 + 1);
		use("malloc", small[i], i % 500 + 1);
	}
	for (size_t i = 0; i < SMALL; i++)
		free(small[i]);
}

static void *run(void *unused)
{
	allocate_small();
	for (size_t length = 1; length <= LARGEST; length *= 2) {
		allocate(length);
		allocate(length + 1);
	}
	return unused;
}

int main(int argc, char **argv)
{
	pthread_t thread[64];
	size_t threads = argc > 1 ? number(argv[1]) : 0;

	if (threads > sizeof(thread) / sizeof(*thread))
		die("too many threads");
	run(NULL);
	for (size_t i = 0; i < threads; i++)
		if (pthread_create(&thread[i], NULL, run, NULL))
			die("pthread_create fails");
	for (size_t i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	return 0;
}
