/* SPDX-License-Identifier: MIT */
/*
 * Threads that call all of the library's functions at once, for a race detector
 * to look at: linked with a libvalimit.a that is instrumented as this is. What
 * they map they do not touch: memory that goes from one thread to another by a
 * system call would look like a race.
 *
 *	racing THREADS OPERATIONS SEED
 */
#include <valimit.h>

#include "../guest/guest.h"

#include <pthread.h>
#include <sys/wait.h>

#define SLOTS 16

struct racer {
	pthread_t thread;
	uint64_t state;
	unsigned long operations, refused;
	struct {
		void *at;
		size_t size;
	} slot[SLOTS];
};

static size_t operations;
static struct bounds bounds;

static size_t some_pages(struct racer *racer)
{
	return (1 + random_next(&racer->state) % 8) * page_size();
}

static void *map_one(struct racer *racer, size_t size)
{
	int prot = random_next(&racer->state) % 2 ? PROT_READ : PROT_READ | PROT_WRITE;
	int flags = MAP_PRIVATE | MAP_ANONYMOUS;
	uintptr_t hint = bounds.lower + (random_next(&racer->state) % 4096) * page_size();
	void *at;

	switch (random_next(&racer->state) % 5) {
	case 0:
		return valimit_mmap((void *)hint, size, prot, flags, -1, 0);
	case 1:
		return mmap_range((void *)bounds.lower, (void *)bounds.upper, size, prot, flags, -1, 0);
	case 2:
		valimit_host_enter();
		at = valimit_mmap(NULL, size, prot, flags, -1, 0);
		valimit_host_leave();
		return at;
	default:
		return valimit_mmap(NULL, size, prot, flags, -1, 0);
	}
}

static void fork_once(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		void *at = valimit_mmap(NULL, page_size(), PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS,
					-1, 0);

		_exit(at == MAP_FAILED || valimit_munmap(at, page_size()));
	}
	int status;

	if (pid < 0 || waitpid(pid, &status, 0) != pid || status)
		die("a child's call fails");
}

static void look(struct racer *racer)
{
	struct valimit_stats stats;
	struct va_limit limit;

	if (valimit_stats(&stats, sizeof(stats)) || valimit_get(&limit))
		die("valimit_stats: %s", strerrorname_np(errno));
	valimit_is_guest(racer->slot[0].at);
	if (random_next(&racer->state) % 8 == 0)
		fork_once();
}

static void change(struct racer *racer, size_t i)
{
	size_t size = some_pages(racer);
	void *at;

	if (!racer->slot[i].at) {
		at = map_one(racer, size);
	} else if (random_next(&racer->state) % 2) {
		if (valimit_munmap(racer->slot[i].at, racer->slot[i].size))
			die("munmap: %s", strerrorname_np(errno));
		racer->slot[i].at = NULL;
		return;
	} else {
		at = valimit_mremap(racer->slot[i].at, racer->slot[i].size, size, MREMAP_MAYMOVE,
				    NULL);
	}
	if (at == MAP_FAILED) {
		racer->refused++;
		return;
	}
	racer->slot[i].at = at;
	racer->slot[i].size = size;
}

static void *run(void *data)
{
	struct racer *racer = data;

	for (; racer->operations < operations; racer->operations++) {
		uint64_t dice = random_next(&racer->state);

		if (dice % 256 == 0)
			look(racer);
		else
			change(racer, (dice >> 32) % SLOTS);
	}
	return NULL;
}

int main(int argc, char **argv)
{
	static struct racer racers[64];
	size_t threads = argc > 1 ? number(argv[1]) : 4;
	uint64_t seed = argc > 3 ? number(argv[3]) : 1;
	unsigned long all = 0, refused = 0;

	bounds = bounds_get();
	operations = argc > 2 ? number(argv[2]) : 1000;
	if (threads > sizeof(racers) / sizeof(*racers))
		die("too many threads");
	for (size_t i = 0; i < threads; i++) {
		racers[i].state = (seed << 8) + i + 1;
		if (pthread_create(&racers[i].thread, NULL, run, &racers[i]))
			die("pthread_create fails");
	}
	for (size_t i = 0; i < threads; i++) {
		pthread_join(racers[i].thread, NULL);
		all += racers[i].operations;
		refused += racers[i].refused;
	}
	printf("seed %lu operations %lu refused %lu\n", seed, all, refused);
	return 0;
}
