/* SPDX-License-Identifier: MIT */
/*
 * Replaces a page by MAP_FIXED again and again while threads read it: none may
 * ever find it missing.
 *
 *	replace SECONDS
 */
#include "guest.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#define READERS 2

static atomic_bool stop;
static volatile char *page;

/* Calls only functions that a signal handler may call. */
static void handle(int signal)
{
	static const char text[] = "a reader found no page\n";

	(void)signal;
	if (write(STDERR_FILENO, text, sizeof(text) - 1) < 0)
		_exit(2);
	_exit(1);
}

static void *read_on(void *unused)
{
	while (!stop)
		(void)page[0];
	return unused;
}

int main(int argc, char **argv)
{
	time_t end = time(NULL) + (argc > 1 ? (time_t)number(argv[1]) : 1);
	pthread_t thread[READERS];
	unsigned long rounds = 0;
	void *at = mmap(NULL, page_size(), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	expect_inside("mmap", at, page_size());
	page = at;
	signal(SIGSEGV, handle);
	for (int i = 0; i < READERS; i++)
		if (pthread_create(&thread[i], NULL, read_on, NULL))
			die("pthread_create fails");
	for (; time(NULL) < end; rounds++)
		if (mmap(at, page_size(), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1,
			 0) != at)
			die("mmap: %s", strerrorname_np(errno));
	stop = true;
	for (int i = 0; i < READERS; i++)
		pthread_join(thread[i], NULL);
	printf("rounds %lu\n", rounds);
	return 0;
}
