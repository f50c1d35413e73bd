/* SPDX-License-Identifier: MIT */
/*
 * Threads that map, remap and unmap at the same time, by libc and by raw calls.
 * Each marks every page that is its own and looks whether the mark is still
 * there before the page goes: an overlap or a clobbered mapping shows.
 *
 *	race THREADS SECONDS [seen]
 *	race THREADS each OPERATIONS
 *
 * 0 seconds: until SIGUSR1; then prints "stopped" and waits. seen: no raw calls.
 */
#include "guest.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <time.h>

#define SLOTS     48
#define MAX_PAGES 16

struct slot {
	char *at;
	size_t pages;
	bool raw; /* mapped by a raw call: inside only under a fence */
};

struct racer {
	pthread_t thread;
	uint64_t mark, state;
	unsigned long operations, refused; /* by ENOMEM: fine where the window is full */
	struct slot slot[SLOTS];
};

static atomic_bool stop;
static bool seen;
static unsigned long each; /* operations of a thread; 0: until the end */
static size_t page;

static uint64_t *mark_at(const struct slot *slot, size_t i)
{
	return (uint64_t *)(slot->at + i * page);
}

static void slot_mark(const struct slot *slot, size_t from, uint64_t mark)
{
	for (size_t i = from; i < slot->pages; i++)
		*mark_at(slot, i) = mark + i;
}

static void slot_check(const struct slot *slot, uint64_t mark)
{
	for (size_t i = 0; i < slot->pages; i++)
		if (*mark_at(slot, i) != mark + i)
			die("page %zu at %p has another's mark", i, (void *)slot->at);
}

static void slot_expect(const struct slot *slot)
{
	if (!slot->raw || bounds_fenced())
		expect_inside(slot->raw ? "raw mmap" : "mmap", slot->at, slot->pages * page);
}

static void slot_map(struct slot *slot, struct racer *racer)
{
	const int prot = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS;
	uint64_t dice = random_next(&racer->state);

	slot->pages = 1 + dice % MAX_PAGES;
	slot->raw = !seen && dice >> 32 & 1;
	slot->at = slot->raw ? raw_mmap(0, slot->pages * page, prot, flags) :
			       mmap(NULL, slot->pages * page, prot, flags, -1, 0);
	if (slot->at == MAP_FAILED && (slot->raw || errno == ENOMEM)) {
		racer->refused++;
		slot->at = NULL;
		return;
	}
	slot_expect(slot);
	slot_mark(slot, 0, racer->mark);
}

static void slot_unmap(struct slot *slot, struct racer *racer)
{
	bool raw = !seen && random_next(&racer->state) % 4 == 0;

	slot_check(slot, racer->mark);
	if (raw ? raw_munmap(slot->at, slot->pages * page) :
		  munmap(slot->at, slot->pages * page))
		die("munmap fails");
	slot->at = NULL;
}

static void slot_resize(struct slot *slot, struct racer *racer)
{
	size_t pages = 1 + random_next(&racer->state) % MAX_PAGES, before = slot->pages;
	char *p;

	slot_check(slot, racer->mark);
	p = mremap(slot->at, before * page, pages * page, MREMAP_MAYMOVE);
	if (p == MAP_FAILED && errno == ENOMEM) {
		racer->refused++;
		return;
	}
	if (p == MAP_FAILED)
		die("mremap: %s", strerrorname_np(errno));
	/* A shrink stays where it is, wherever that was. */
	slot->raw = slot->raw && p == slot->at;
	*slot = (struct slot){ p, pages, slot->raw };
	slot_expect(slot);
	slot_mark(slot, before, racer->mark);
}

static void *run(void *data)
{
	struct racer *racer = data;

	while (!stop && (each == 0 || racer->operations < each)) {
		struct slot *slot = &racer->slot[random_next(&racer->state) % SLOTS];

		if (!slot->at)
			slot_map(slot, racer);
		else if (random_next(&racer->state) % 2)
			slot_unmap(slot, racer);
		else
			slot_resize(slot, racer);
		racer->operations++;
	}
	return NULL;
}

static void wait_for_end(unsigned int seconds)
{
	sigset_t set;
	const struct timespec time = { .tv_sec = seconds };

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	if (seconds)
		nanosleep(&time, NULL);
	else
		sigwaitinfo(&set, NULL);
}

int main(int argc, char **argv)
{
	static struct racer racers[64];
	size_t threads = argc > 1 ? number(argv[1]) : 4;
	unsigned long operations = 0, refused = 0;
	unsigned int seconds = 1;
	sigset_t set;

	if (threads > sizeof(racers) / sizeof(*racers))
		die("too many threads");
	if (argc > 3 && strcmp(argv[2], "each") == 0)
		each = number(argv[3]);
	else if (argc > 2)
		seconds = (unsigned int)number(argv[2]);
	seen = argc > 3 && strcmp(argv[3], "seen") == 0;
	page = page_size();
	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigprocmask(SIG_BLOCK, &set, NULL);
	for (size_t i = 0; i < threads; i++) {
		racers[i].mark = racers[i].state = (i + 1) << 32;
		if (pthread_create(&racers[i].thread, NULL, run, &racers[i]))
			die("pthread_create fails");
	}
	if (!each)
		wait_for_end(seconds);
	stop = each == 0;
	for (size_t i = 0; i < threads; i++) {
		pthread_join(racers[i].thread, NULL);
		operations += racers[i].operations;
		refused += racers[i].refused;
		for (size_t j = 0; j < SLOTS; j++)
			if (racers[i].slot[j].at)
				slot_check(&racers[i].slot[j], racers[i].mark);
	}
	printf("operations %lu refused %lu\n", operations, refused);
	if (!seconds) {
		puts("stopped");
		fflush(stdout);
		pause();
	}
	return 0;
}
