/* SPDX-License-Identifier: MIT */
/*
 * Threads that map and unmap, each mapping a length of its own that no other
 * has, while a timer's handler, in whichever thread it comes, does the same:
 * for a trace of it. Prints how many calls there were.
 *
 *	lines THREADS ROUNDS
 */
#include "guest.h"

#include <pthread.h>
#include <signal.h>
#include <sys/time.h>

#define HANDLER_LENGTH (3 * MIB)

static unsigned long handled;
static unsigned long rounds;

static void map_once(size_t length)
{
	void *p = mmap(NULL, length, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (p == MAP_FAILED || munmap(p, length))
		die("mmap or munmap: %s", strerrorname_np(errno));
}

static void handle(int signal)
{
	int saved = errno;

	(void)signal;
	map_once(HANDLER_LENGTH);
	__atomic_fetch_add(&handled, 1, __ATOMIC_RELAXED);
	errno = saved;
}

static void *run(void *thread)
{
	for (unsigned long i = 0; i < rounds; i++) {
		errno = EXDEV;
		map_once((1 + (uintptr_t)thread) * page_size());
		if (errno != EXDEV)
			die("errno was changed");
	}
	return NULL;
}

int main(int argc, char **argv)
{
	const struct itimerval often = { { 0, 200 }, { 0, 200 } }, never = { 0 };
	const struct sigaction action = { .sa_handler = handle, .sa_flags = SA_RESTART };
	unsigned long threads = argc > 2 ? number(argv[1]) : 0;
	pthread_t thread[64];

	if (threads == 0 || threads > sizeof(thread) / sizeof(thread[0]))
		die("usage: lines THREADS ROUNDS");
	rounds = number(argv[2]);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	for (uintptr_t i = 0; i < threads; i++)
		if (pthread_create(&thread[i], NULL, run, (void *)i))
			die("pthread_create failed");
	for (uintptr_t i = 0; i < threads; i++)
		pthread_join(thread[i], NULL);
	setitimer(ITIMER_REAL, &never, NULL);
	printf("%lu %lu\n", threads * rounds, handled);
	return 0;
}
