/* SPDX-License-Identifier: MIT */
/* The first calls with a range: with them the table is made. */
#include "api.h"

#include <pthread.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/wait.h>

#define BEGIN 0x300000000UL
#define END 0x310000000UL

static void *ranged(size_t size)
{
	return mmap_range((void *)BEGIN, (void *)END, size, RW, PRIVATE, -1, 0);
}

static void *attached(int id)
{
	return shmat_range(id, (void *)BEGIN, (void *)END, 0);
}

static bool in_range(const void *at, size_t length)
{
	return within(at, length, BEGIN, END);
}

/* The memory of the list is mapped with the first of them. */
static void without_memory_for_a_table_they_are_enomem(void)
{
	struct rlimit all, none;
	void *at = map(MIB);
	int id = shmget(IPC_PRIVATE, MIB, IPC_CREAT | 0600);

	check(getrlimit(RLIMIT_AS, &all) == 0);
	none = all;
	none.rlim_cur = page_size();
	check(setrlimit(RLIMIT_AS, &none) == 0);
	check_fails(ranged(MIB), ENOMEM);
	check_fails(mremap_range(at, MIB, MIB, MREMAP_MAYMOVE, (void *)BEGIN, (void *)END), ENOMEM);
	check_fails(attached(id), ENOMEM);
	check_fails(set_limit(LOWER, UPPER), ENOMEM);
	check(setrlimit(RLIMIT_AS, &all) == 0);
	check(in_range(ranged(MIB), MIB));
	check(in_range(attached(id), MIB));
	shmctl(id, IPC_RMID, NULL);
}

#define THREADS 8

static pthread_barrier_t barrier;

static void *first(void *nothing)
{
	pthread_barrier_wait(&barrier);
	for (int i = 0; i < 10; i++)
		check(in_range(ranged(64 * KIB), 64 * KIB));
	return nothing;
}

/* One of them makes the table, and the others wait for it. */
static void many_threads_come_first(void)
{
	for (int round = 0; round < 20; round++) {
		pthread_t thread[THREADS];
		pid_t pid = fork();
		int status;

		if (pid == 0) {
			check(pthread_barrier_init(&barrier, NULL, THREADS) == 0);
			for (int i = 0; i < THREADS; i++)
				check(pthread_create(&thread[i], NULL, first, NULL) == 0);
			for (int i = 0; i < THREADS; i++)
				check(pthread_join(thread[i], NULL) == 0);
			check(mapped_bytes(BEGIN, END) == THREADS * 10 * 64 * KIB);
			_exit(0);
		}
		check(pid > 0 && waitpid(pid, &status, 0) == pid && status == 0);
	}
}

static const struct test_case cases[] = {
	CASE(many_threads_come_first),
	CASE(without_memory_for_a_table_they_are_enomem),
	{ 0 }
};

int main(int argc, char **argv)
{
	return run_case(cases, argc, argv);
}
