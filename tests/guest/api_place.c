/* SPDX-License-Identifier: MIT */
/* valimit_place(): an address, a range, an alignment and a direction in one call. */
#include "api.h"

#include <pthread.h>
#include <sys/shm.h>

#define BEGIN 0x300000000UL
#define END 0x310000000UL

#ifndef MAP_32BIT
#define MAP_32BIT 0x40
#endif

static struct valimit_request request(uintptr_t begin, uintptr_t end, size_t length)
{
	return (struct valimit_request){
		.begin = begin,
		.end = end,
		.length = length,
		.prot = RW,
		.flags = PRIVATE,
		.fd = -1,
	};
}

static void *put(const struct valimit_request *request)
{
	return valimit_place(request, sizeof(*request));
}

static void *put_at(uintptr_t address, int flags)
{
	struct valimit_request asked = request(BEGIN, END, MIB);

	asked.address = address;
	asked.flags |= flags;
	return put(&asked);
}

static bool in_range(const void *at, size_t length)
{
	return within(at, length, BEGIN, END);
}

static void a_hint_counts_where_the_range_has_it(void)
{
	char *at = put_at(BEGIN + 16 * MIB, 0), *again;

	check(at == (void *)(BEGIN + 16 * MIB));
	memset(at, 3, MIB);
	again = put_at(BEGIN + 16 * MIB, 0);
	check(in_range(again, MIB) && again != at);
	check(in_range(put_at(END, 0), MIB));
	check(in_range(put_at(END - MIB / 2, 0), MIB));
	check(in_range(put_at(BEGIN - MIB, 0), MIB));
	check(all_bytes(at, MIB, 3) && all_bytes(again, MIB, 0));
}

static void a_demand_counts_where_the_range_has_it(void)
{
	char *at = put_at(BEGIN, MAP_FIXED_NOREPLACE);

	check(at == (void *)BEGIN);
	memset(at, 4, MIB);
	nothing_changes_from_here();
	check_fails(put_at(BEGIN, MAP_FIXED_NOREPLACE), EEXIST);
	check_fails(put_at(BEGIN + MIB / 2, MAP_FIXED_NOREPLACE), EEXIST);
	check_fails(put_at(END, MAP_FIXED_NOREPLACE), EEXIST);
	check_fails(put_at(END - MIB / 2, MAP_FIXED_NOREPLACE), EEXIST);
	check_fails(put_at(END, MAP_FIXED), ENOMEM);
	check_fails(put_at(BEGIN - MIB / 2, MAP_FIXED), ENOMEM);
	check_fails(put_at(BEGIN + 1, MAP_FIXED), EINVAL);
	check_unchanged();
	check(all_bytes(at, MIB, 4));
	check(put_at(BEGIN, MAP_FIXED) == at && all_bytes(at, MIB, 0));
	check(put_at(END - MIB, MAP_FIXED_NOREPLACE) == (void *)(END - MIB));
}

/* Whose it is, the range decides: such a demand is no escape. */
static void a_demand_outside_the_limits_is_a_hosts(void)
{
	struct valimit_stats stats;

	check(set_limit(LOWER, UPPER) == 0);
	check(put_at(BEGIN, MAP_FIXED) == (void *)BEGIN);
	check(valimit_is_guest((void *)BEGIN) == 0);
	check(valimit_stats(&stats, sizeof(stats)) == 0);
	check(stats.fixed_outside == 0 && stats.host_bytes >= MIB);
	check(munmap((void *)BEGIN, MIB) == 0);
	check_no_gap_outside(LOWER, UPPER);
}

static void map_32bit_in_a_range_is_what_both_have(void)
{
	struct valimit_request asked = request(0x10000, 0x60000000, MIB);
	char *at;

	asked.flags |= MAP_32BIT;
	at = put(&asked);
	check(within(at, MIB, 0x40000000, 0x60000000));
	at = mmap_range((void *)0x7ff00000, (void *)0x90000000, MIB, RW, PRIVATE | MAP_32BIT, -1, 0);
	check(at == (void *)0x7ff00000);
	memset(at, 1, MIB);
	nothing_changes_from_here();
	check_fails(mmap_range((void *)0x7ff00000, (void *)0x90000000, MIB, RW,
			       PRIVATE | MAP_32BIT, -1, 0),
		    ENOMEM);
	check_fails(mmap_range((void *)BEGIN, (void *)END, MIB, RW, PRIVATE | MAP_32BIT, -1, 0),
		    ENOMEM);
	check_unchanged();
	check(all_bytes(at, MIB, 1));
}

static void addresses_are_multiples_of_the_alignment(void)
{
	struct valimit_request asked = request(BEGIN, END, page_size());

	for (size_t align = page_size(); align <= 64 * MIB; align *= 2) {
		char *at;

		asked.alignment = align;
		at = put(&asked);
		check(in_range(at, page_size()) && ((uintptr_t)at & (align - 1)) == 0);
		memset(at, 1, page_size());
	}
	/* A hint is rounded up. */
	asked.alignment = 64 * KIB;
	asked.address = BEGIN + 32 * MIB + page_size();
	check(put(&asked) == (void *)(BEGIN + 32 * MIB + 64 * KIB));
	/* Without a range: where a plain call's lies. */
	asked = request(0, 0, page_size());
	asked.alignment = 4 * MIB;
	for (int i = 0; i < 4; i++)
		check(((uintptr_t)put(&asked) & (4 * MIB - 1)) == 0);
	check(set_limit(LOWER, UPPER) == 0);
	for (int i = 0; i < 4; i++) {
		char *at = put(&asked);

		check(in_window(at, page_size()) && ((uintptr_t)at & (4 * MIB - 1)) == 0);
	}
}

static void every_aligned_place_is_found(void)
{
	struct valimit_request asked = request(BEGIN, BEGIN + MIB, page_size());

	asked.alignment = 64 * KIB;
	for (size_t i = 0; i < MIB / (64 * KIB); i++)
		check(((uintptr_t)put(&asked) & (64 * KIB - 1)) == 0);
	nothing_changes_from_here();
	check_fails(put(&asked), ENOMEM);
	check_unchanged();
}

static void the_direction_is_the_calls(void)
{
	struct valimit_request asked = request(BEGIN, END, MIB);

	asked.direction = VALIMIT_BOTTOMUP;
	check(put(&asked) == (void *)BEGIN);
	check(put(&asked) == (void *)(BEGIN + MIB));
	asked.direction = VALIMIT_TOPDOWN;
	check(put(&asked) == (void *)(END - MIB));
	check(put(&asked) == (void *)(END - 2 * MIB));
	/* From a hint that is taken: onwards, and around at the end. */
	asked.direction = VALIMIT_BOTTOMUP;
	asked.address = BEGIN;
	check(put(&asked) == (void *)(BEGIN + 2 * MIB));
	asked.address = END - MIB;
	check(put(&asked) == (void *)(BEGIN + 3 * MIB));
	asked.direction = VALIMIT_TOPDOWN;
	asked.address = BEGIN + MIB;
	check(put(&asked) == (void *)(END - 3 * MIB));
	/* Around mappings that the library has not seen. */
	check(raw_mmap(BEGIN + 4 * MIB, MIB, RW, PRIVATE | MAP_FIXED) == (void *)(BEGIN + 4 * MIB));
	asked.direction = VALIMIT_BOTTOMUP;
	asked.address = BEGIN + 3 * MIB;
	check(put(&asked) == (void *)(BEGIN + 5 * MIB));
}

static void a_guests_direction_in_the_window(void)
{
	struct valimit_request asked = request(0, 0, MIB);

	check(set_limit(LOWER, UPPER) == 0);
	asked.direction = VALIMIT_BOTTOMUP;
	check(put(&asked) == (void *)LOWER);
	check(put(&asked) == (void *)(LOWER + MIB));
	check(valimit_is_guest((void *)LOWER) == 1);
	check(munmap((void *)LOWER, MIB) == 0);
	check(put(&asked) == (void *)LOWER);
}

static void requests_that_no_version_knows(void)
{
	struct {
		struct valimit_request now;
		uint64_t later[20];
	} newer = { .now = request(BEGIN, END, MIB) };
	struct valimit_request bad = newer.now;

	nothing_changes_from_here();
	check_fails(valimit_place(NULL, sizeof(bad)), EFAULT);
	check_fails(valimit_place((void *)1, sizeof(bad)), EFAULT);
	check_fails(valimit_place(&bad, 0), EINVAL);
	check_fails(valimit_place(&bad, sizeof(bad) - 1), EINVAL);
	check_fails(valimit_place(&bad, 1 << 20), E2BIG);
	newer.later[17] = 1;
	check_fails(valimit_place(&newer.now, sizeof(newer)), E2BIG);
	bad.alignment = 3 * page_size();
	check_fails(put(&bad), EINVAL);
	bad.alignment = 1UL << 62;
	check_fails(put(&bad), ENOMEM);
	bad = newer.now;
	bad.direction = 3;
	check_fails(put(&bad), EINVAL);
	bad = newer.now;
	bad.begin++;
	check_fails(put(&bad), EINVAL);
	bad = newer.now;
	bad.address = BEGIN + 64 * KIB;
	bad.flags |= MAP_FIXED;
	bad.alignment = MIB;
	check_fails(put(&bad), EINVAL);
	check_unchanged();
	newer.later[17] = 0;
	check(in_range(valimit_place(&newer.now, sizeof(newer)), MIB));
}

/* A segment at a multiple of an alignment: over memory that was placed for it. */
static void a_segment_over_what_was_placed(void)
{
	struct valimit_request asked = request(BEGIN, END, MIB);
	int id = shmget(IPC_PRIVATE, MIB, IPC_CREAT | 0600);
	char *at;

	asked.alignment = 16 * MIB;
	asked.prot = PROT_NONE;
	at = put(&asked);
	check(in_range(at, MIB) && ((uintptr_t)at & (16 * MIB - 1)) == 0);
	check(shmat(id, at, SHM_REMAP) == at);
	memset(at, 6, MIB);
	shmctl(id, IPC_RMID, NULL);
	check(all_bytes(at, MIB, 6) && shmdt(at) == 0);
}

#define ROUNDS 2000

static void *fill_and_check(void *byte)
{
	struct valimit_request asked = request(BEGIN, END, 64 * KIB);

	asked.alignment = 64 * KIB;
	for (int i = 0; i < ROUNDS; i++) {
		char *at;

		asked.direction = (uint32_t)i % 3;
		asked.address = i % 5 ? 0 : BEGIN + (size_t)i * 64 * KIB;
		at = put(&asked);
		check(in_range(at, 64 * KIB) && all_bytes(at, 64, 0));
		memset(at, (int)(long)byte, 64 * KIB);
		check(all_bytes(at, 64 * KIB, (int)(long)byte));
		check(munmap(at, 64 * KIB) == 0);
	}
	return NULL;
}

static void two_threads_do_not_meet(void)
{
	pthread_t thread;

	check(pthread_create(&thread, NULL, fill_and_check, (void *)1L) == 0);
	fill_and_check((void *)2L);
	check(pthread_join(thread, NULL) == 0);
}

static const struct test_case cases[] = {
	PLAIN_AND_LIMITED(a_hint_counts_where_the_range_has_it),
	PLAIN_AND_LIMITED(a_demand_counts_where_the_range_has_it),
	PLAIN_AND_LIMITED(map_32bit_in_a_range_is_what_both_have),
	PLAIN_AND_LIMITED(addresses_are_multiples_of_the_alignment),
	PLAIN_AND_LIMITED(every_aligned_place_is_found),
	PLAIN_AND_LIMITED(the_direction_is_the_calls),
	PLAIN_AND_LIMITED(requests_that_no_version_knows),
	PLAIN_AND_LIMITED(a_segment_over_what_was_placed),
	PLAIN_AND_LIMITED(two_threads_do_not_meet),
	CASE(a_demand_outside_the_limits_is_a_hosts),
	CASE(a_guests_direction_in_the_window),
	{ 0 }
};

int main(int argc, char **argv)
{
	return run_as_named(cases, argc, argv, limit_as_named);
}
