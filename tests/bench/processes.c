/* SPDX-License-Identifier: MIT */
/* Churn in several threads at once, and forks. */
#include "workload.h"

#include <pthread.h>
#include <sys/wait.h>

#define LIVE 1000
#define OPERATIONS 8000 /* of all threads in a slice: much more than a barrier costs */

static pthread_barrier_t begin, end;
static size_t thread_count;

static void *churn_thread(void *seed)
{
	uint64_t dice = DICE_SEED + (uintptr_t)seed;
	struct slot *slots = slots_make(LIVE, &dice);

	for (;;) {
		pthread_barrier_wait(&begin);
		for (size_t i = 0; i < OPERATIONS / thread_count; i++)
			slot_replace(slots, LIVE, &dice);
		pthread_barrier_wait(&end);
	}
	return NULL;
}

static void threads_prepare(size_t size)
{
	thread_count = size;
	pthread_barrier_init(&begin, NULL, (unsigned)size + 1);
	pthread_barrier_init(&end, NULL, (unsigned)size + 1);
	for (size_t i = 0; i < size; i++) {
		pthread_t thread;

		if (pthread_create(&thread, NULL, churn_thread, (void *)i))
			die("cannot start a thread");
	}
}

static void threads_slice(void)
{
	pthread_barrier_wait(&begin);
	pthread_barrier_wait(&end);
}

const struct workload threads = {
	.name = "threads",
	.operations = OPERATIONS,
	.prepare = threads_prepare,
	.slice = threads_slice,
};

static void forks_prepare(size_t size)
{
	uint64_t dice = DICE_SEED;

	slots_make(size, &dice);
}

static void forks_prepare_apart(size_t size)
{
	uint64_t dice = DICE_SEED;

	slots_make_apart(size, &dice);
}

static void forks_prepare_host(size_t size)
{
	uint64_t dice = DICE_SEED;

	slots_make_host(size, &dice);
}

static void forks_slice(void)
{
	pid_t pid = fork();

	if (pid == 0)
		_exit(0);
	if (pid < 0 || waitpid(pid, NULL, 0) != pid)
		die("fork: %s", strerror(errno));
}

const struct workload forks = {
	.name = "forks",
	.operations = 1,
	.prepare = forks_prepare,
	.slice = forks_slice,
};

const struct workload forks_apart = {
	.name = "forks_apart",
	.operations = 1,
	.prepare = forks_prepare_apart,
	.slice = forks_slice,
};

const struct workload forks_host = {
	.name = "forks_host",
	.operations = 1,
	.prepare = forks_prepare_host,
	.slice = forks_slice,
};
