/* SPDX-License-Identifier: MIT */
/*
 * Starts threads, all alive at once; under a fence the stack, the thread-local
 * storage and the malloc arena of each lie inside.
 *
 *	threads COUNT [ring]	each sets up asynchronous I/O as well, whose ring
 *				the kernel maps
 */
#include "guest.h"

#include <linux/aio_abi.h>
#include <pthread.h>

static pthread_barrier_t all_there;
static __thread char local[4096];
static bool rings;

static void expect_fenced(const char *what, const void *p, size_t length)
{
	if (bounds_fenced())
		expect_inside(what, p, length);
}

static void set_ring_up(void)
{
	aio_context_t context = 0;
	long result = raw6(SYS_io_setup, 8, (long)&context, 0, 0, 0, 0);

	if (result)
		die("io_setup: %s", strerrorname_np((int)-result));
	expect_fenced("ring", (void *)context, page_size());
}

static void *run(void *unused)
{
	pthread_attr_t attributes;
	void *stack;
	size_t size;
	char *block = calloc(1, 100);

	if (!block || pthread_getattr_np(pthread_self(), &attributes) ||
	    pthread_attr_getstack(&attributes, &stack, &size))
		die("a thread does not know its stack");
	pthread_attr_destroy(&attributes);
	expect_fenced("stack", stack, size);
	expect_fenced("arena", block, 100);
	local[0] = 1;
	expect_fenced("thread-local storage", local, sizeof(local));
	if (rings)
		set_ring_up();
	pthread_barrier_wait(&all_there);
	free(block);
	return unused;
}

int main(int argc, char **argv)
{
	size_t count = argc > 1 ? number(argv[1]) : 8;
	pthread_t *thread = calloc(count, sizeof(*thread));

	rings = argc > 2 && strcmp(argv[2], "ring") == 0;
	if (!thread)
		die("calloc: %s", strerrorname_np(errno));
	pthread_barrier_init(&all_there, NULL, (unsigned int)count);
	for (size_t i = 0; i < count; i++)
		if (pthread_create(&thread[i], NULL, run, NULL))
			die("pthread_create of thread %zu fails", i);
	for (size_t i = 0; i < count; i++)
		pthread_join(thread[i], NULL);
	printf("threads %zu\n", count);
	return 0;
}
