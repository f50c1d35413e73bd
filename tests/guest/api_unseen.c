/* SPDX-License-Identifier: MIT */
/*
 * Mappings by system call instructions with MAP_FIXED, past the library, over a fence that
 * keeps other calls out, and in the window beside the library's own calls.
 */
#include "api.h"

#include <pthread.h>
#include <signal.h>
#include <sys/shm.h>

#define COUNT 64

static size_t page;

static void map_over(uintptr_t at)
{
	check(raw_mmap(at, page, RW, PRIVATE | MAP_FIXED) == (void *)at);
	memset((void *)at, 0x55, page);
}

static struct valimit_stats stats_now(void)
{
	struct valimit_stats stats;

	check(valimit_stats(&stats, sizeof(stats)) == 0);
	return stats;
}

static void *map_here(uintptr_t start, size_t pages)
{
	return mmap_range((void *)start, (void *)(start + pages * page), page, RW, PRIVATE, -1, 0);
}

/* Of a range every second page is mapped over: the others are what hosts get there. */
static void hosts_go_around_it_and_it_is_counted(void)
{
	const uintptr_t start = 0x500000000;
	struct valimit_stats before, after;
	char *host[COUNT];

	check(set_limit(LOWER, UPPER) == 0);
	for (size_t i = 0; i < COUNT; i++)
		map_over(start + 2 * i * page);
	before = stats_now();
	for (size_t i = 0; i < COUNT; i++) {
		host[i] = map_here(start, 2 * COUNT);
		check(host[i] != MAP_FAILED && ((uintptr_t)host[i] - start) / page % 2 == 1);
		check(all_bytes(host[i], page, 0));
		memset(host[i], (int)i, page);
	}
	check_fails(map_here(start, 2 * COUNT), ENOMEM);
	after = stats_now();
	check(after.escaped > before.escaped && after.learnt > before.learnt);
	for (size_t i = 0; i < COUNT; i++) {
		check(all_bytes((void *)(start + 2 * i * page), page, 0x55));
		check(all_bytes(host[i], page, (int)i));
		check(munmap(host[i], page) == 0);
	}
}

/* The program can unmap it, and the fence closes behind it. */
static void it_can_be_unmapped_and_the_fence_closes(void)
{
	uintptr_t at = 0x500000000;

	check(set_limit(LOWER, UPPER) == 0);
	map_over(at);
	check_fails(mmap((void *)at, page, RW, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0), EEXIST);
	check(all_bytes((void *)at, page, 0x55));
	check(munmap((void *)at, page) == 0);
	check_no_gap_outside(LOWER, UPPER);
	check(mmap((void *)at, page, RW, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0) == (void *)at);
	check(munmap((void *)at, page) == 0);
	check_no_gap_outside(LOWER, UPPER);
}

/* Over a host's own memory: its contents are gone, and no others. */
static void over_a_hosts_memory_it_harms_no_other(void)
{
	char *host, *other;

	check(set_limit(LOWER, UPPER) == 0);
	host = host_map(4 * page);
	other = host_map(4 * page);
	memset(other, 7, 4 * page);
	map_over((uintptr_t)host + page);
	check(all_bytes(host + page, page, 0x55));
	check(all_bytes(other, 4 * page, 7));
	check(valimit_is_guest(host + page) == 0);
	check(munmap(host, 4 * page) == 0);
	check(all_bytes(other, 4 * page, 7));
	stats_now();
	check_no_gap_outside(LOWER, UPPER);
}

static void limits_can_be_changed_over_it(void)
{
	uintptr_t at = 0x500000000;

	check(set_limit(LOWER, UPPER) == 0);
	map_over(at);
	check(set_limit(0x400000000, 0x600000000) == 0);
	check(all_bytes((void *)at, page, 0x55));
	check(within(map(MIB), MIB, 0x400000000, 0x600000000));
	check(set_limit(LOWER, UPPER) == 0);
	check(all_bytes((void *)at, page, 0x55));
	check(in_window(map(MIB), MIB));
	check_no_gap_outside(LOWER, UPPER);
}

static bool stop;

static void *map_over_and_back(void *unused)
{
	uint64_t dice = 1;

	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		uintptr_t at = 0x500000000 + random_next(&dice) % 4096 * page;

		check(raw_mmap(at, page, RW, PRIVATE | MAP_FIXED) == (void *)at);
		check(raw_mmap(at, page, PROT_NONE, PRIVATE | MAP_FIXED) == (void *)at);
	}
	return unused;
}

/* The raw calls may replace the page that a host gets in this range: that page is not
 * touched, and all others keep their contents. */
static void threads_go_on_while_it_comes_and_goes(void)
{
	pthread_t thread;

	check(set_limit(LOWER, UPPER) == 0);
	check(pthread_create(&thread, NULL, map_over_and_back, NULL) == 0);
	for (int i = 0; i < 5000; i++) {
		char *host = host_map(page), *guest = map(page), *here;

		memset(host, i, page);
		check(in_window(guest, page));
		here = mmap_range((void *)0x500000000, (void *)(0x500000000 + 4096 * page), page,
				  PROT_NONE, PRIVATE, -1, 0);
		check(here != MAP_FAILED);
		check(munmap(here, page) == 0);
		check(all_bytes(host, page, i));
		check(munmap(host, page) == 0 && munmap(guest, page) == 0);
		stats_now();
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	check(pthread_join(thread, NULL) == 0);
}

/* Where a segment would be attached, as the highest place of the range is next. */
static void *take_and_leave(void *at)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		void *taken = raw_mmap((uintptr_t)at, page, RW, PRIVATE | MAP_FIXED_NOREPLACE);

		check(taken != at || raw_munmap(at, page) == 0);
	}
	return NULL;
}

static void a_segment_goes_around_what_comes_and_goes_in_its_range(void)
{
	const uintptr_t start = LOWER + (64UL << 20), end = start + 16 * page;
	int id = shmget(IPC_PRIVATE, page, 0600);
	pthread_t thread;

	check(id >= 0);
	check(set_limit(LOWER, UPPER) == 0);
	check(pthread_create(&thread, NULL, take_and_leave, (void *)(end - page)) == 0);
	for (int i = 0; i < 5000; i++) {
		char *segment = shmat_range(id, (void *)start, (void *)end, 0);

		check(segment != MAP_FAILED);
		check((uintptr_t)segment >= start && (uintptr_t)segment < end);
		check(all_bytes(segment, page, i));
		memset(segment, i + 1, page);
		check(shmdt(segment) == 0);
	}
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	check(pthread_join(thread, NULL) == 0);
	check(shmctl(id, IPC_RMID, NULL) == 0);
}

static void *map_as_host(void *unused)
{
	while (!__atomic_load_n(&stop, __ATOMIC_RELAXED)) {
		char *host = host_map(2 * page);

		check(all_bytes(host, 2 * page, 0));
		memset(host, 1, 2 * page);
		check(munmap(host, 2 * page) == 0);
	}
	return unused;
}

/* For `vactl check` to look at: until SIGTERM. */
static void a_host_maps_beside_it_until_sigterm(void)
{
	uintptr_t at = 0x500000000;
	pthread_t thread;
	sigset_t term;
	int signal;

	check(set_limit(LOWER, UPPER) == 0);
	map_over(at);
	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	check(sigprocmask(SIG_BLOCK, &term, NULL) == 0);
	check(pthread_create(&thread, NULL, map_as_host, NULL) == 0);
	puts("ready");
	fflush(stdout);
	check(sigwait(&term, &signal) == 0);
	__atomic_store_n(&stop, true, __ATOMIC_RELAXED);
	check(pthread_join(thread, NULL) == 0);
	check(all_bytes((void *)at, page, 0x55));
}

static const struct test_case cases[] = {
	CASE(hosts_go_around_it_and_it_is_counted),
	CASE(it_can_be_unmapped_and_the_fence_closes),
	CASE(over_a_hosts_memory_it_harms_no_other),
	CASE(limits_can_be_changed_over_it),
	CASE(threads_go_on_while_it_comes_and_goes),
	CASE(a_segment_goes_around_what_comes_and_goes_in_its_range),
	CASE(a_host_maps_beside_it_until_sigterm),
	{ 0 }
};

int main(int argc, char **argv)
{
	page = page_size();
	return run_case(cases, argc, argv);
}
