/* SPDX-License-Identifier: MIT */
/* The bench's peers against the emulators' allocators that they model. */
#include "unit.h"

#include <stdio.h>
#include <unistd.h>

#include "../bench/peer.h"
#include "../bench/ranges.h"

#define PAGE 4096UL
#define STEP 0x10000UL

static unsigned long calls_before;

static int count_calls(void **state)
{
	(void)state;
	calls_before = peer_calls;
	return 0;
}

static uintptr_t map(const struct peer *peer, uintptr_t hint, size_t length)
{
	void *at = peer->map((void *)hint, length, PROT_READ);

	assert_ptr_not_equal(at, MAP_FAILED);
	return (uintptr_t)at;
}

static void unmap(const struct peer *peer, uintptr_t at, size_t length)
{
	assert_int_equal(peer->unmap((void *)at, length), 0);
}

/* Memory that the peer has not seen. */
static void put(uintptr_t at, size_t length)
{
	assert_ptr_equal(mmap((void *)at, length, PROT_NONE, PEER_ANONYMOUS | MAP_FIXED_NOREPLACE,
			      -1, 0), at);
}

static void ranges_merge_split_and_are_found(void **state)
{
	struct ranges ranges = { NULL };

	(void)state;
	ranges_set(&ranges, 10, 20, 1);
	ranges_set(&ranges, 30, 40, 1);
	ranges_set(&ranges, 20, 30, 1);
	assert_int_equal(ranges_at(&ranges, 0)->start, 10);
	assert_int_equal(ranges_at(&ranges, 39)->end, 40);
	assert_int_equal(ranges_at(&ranges, 39)->start, 10);
	ranges_set(&ranges, 15, 25, 2);
	assert_int_equal(ranges_at(&ranges, 14)->end, 15);
	assert_int_equal(ranges_at(&ranges, 15)->value, 2);
	assert_int_equal(ranges_at(&ranges, 25)->value, 1);
	ranges_clear(&ranges, 12, 38);
	assert_int_equal(ranges_at(&ranges, 12)->start, 38);
	assert_null(ranges_at(&ranges, 40));
	ranges_clear(&ranges, 0, 100);
	assert_null(ranges_at(&ranges, 0));
}

/* FindPageRange_TopDown tests the page it starts from and uses the one below. */
static void fex_begins_below_the_top_page_and_leaves_a_page_between(void **state)
{
	(void)state;
	assert_int_equal(map(&peer_fex, 0, PAGE), 0xffffd000);
	assert_int_equal(map(&peer_fex, 0, 2 * PAGE), 0xffffa000);
	assert_int_equal(peer_calls - calls_before, 2);
}

/* LastScanLocation only goes down; a hint that is not fixed is ignored. */
static void fex_goes_on_below_and_takes_no_hint(void **state)
{
	uintptr_t at = map(&peer_fex, 0, PAGE);

	(void)state;
	unmap(&peer_fex, at, PAGE);
	assert_int_equal(map(&peer_fex, at, PAGE), at - PAGE);
}

static void fex_unmaps_page_by_page(void **state)
{
	uintptr_t at = map(&peer_fex, 0, 16 * PAGE);

	(void)state;
	unmap(&peer_fex, at, 16 * PAGE);
	assert_int_equal(peer_calls - calls_before, 17);
}

/* "--BottomPage; goto restart": each page of the obstacle is tried, the highest one twice,
 * since the page below the last mapping leads to it as well. */
static void fex_passes_the_unseen_a_page_a_call(void **state)
{
	uintptr_t at = map(&peer_fex, 0, PAGE);
	uintptr_t start = at - 101 * PAGE;

	(void)state;
	put(start, 100 * PAGE);
	calls_before = peer_calls;
	at = map(&peer_fex, 0, PAGE);
	assert_int_equal(at, start - PAGE);
	assert_int_equal(peer_calls - calls_before, 100 + 2);
}

static int free_low_memory(void **state)
{
	(void)state;
	return munmap((void *)STEP, 0xffff0000 - STEP);
}

/* FindPageRange_TopDown answers 0; "try again but this time from the start". */
static void fex_begins_at_the_top_again_when_it_has_come_to_the_bottom(void **state)
{
	uintptr_t hole = map(&peer_fex, 0, 64 * PAGE), at = hole;

	(void)state;
	while (at > 0x20000000)
		at = map(&peer_fex, 0, 0x10000000);
	map(&peer_fex, 0, at - 0x40000);
	unmap(&peer_fex, hole, 64 * PAGE);
	assert_int_equal(map(&peer_fex, 0, 64 * PAGE), hole);
}

/* find31bitBlockNearHint: WINE_LOWEST, granularity 0x10000. */
static void box64_goes_up_in_steps_of_64_kib(void **state)
{
	uintptr_t at = map(&peer_box64, 0, PAGE);

	(void)state;
	assert_int_equal(at, 0x30000000);
	assert_int_equal(map(&peer_box64, 0, PAGE), at + STEP);
	assert_int_equal(peer_calls - calls_before, 2);
}

static void box64_takes_the_first_gap_that_holds_it(void **state)
{
	uintptr_t at = map(&peer_box64, 0, 3 * PAGE);

	(void)state;
	map(&peer_box64, 0, PAGE);
	unmap(&peer_box64, at, 3 * PAGE);
	assert_true(map(&peer_box64, 0, 2 * STEP) > at);
	assert_int_equal(map(&peer_box64, 0, 2 * PAGE), at);
}

static void box64_searches_from_a_hint(void **state)
{
	(void)state;
	assert_int_equal(map(&peer_box64, 0x50000000, PAGE), 0x50000000);
	assert_int_equal(map(&peer_box64, 0x50000000, PAGE), 0x50010000);
}

/* The hint fails, the kernel's own choice is undone, the list is read, and the next search
 * passes the whole obstacle. */
static void box64_reads_the_list_where_the_unseen_is_in_the_way(void **state)
{
	uintptr_t at = map(&peer_box64, 0, PAGE);

	(void)state;
	put(at + STEP, 100 * STEP);
	calls_before = peer_calls;
	assert_int_equal(map(&peer_box64, 0, PAGE), at + 101 * STEP);
	assert_int_equal(peer_calls - calls_before, 3);
}

/* find47bitBlock: HIGH. */
static void box64_without_map_32bit_begins_higher(void **state)
{
	(void)state;
	assert_int_equal(map(&peer_box64_wide, 0, PAGE), 0x60000000);
}

static uintptr_t qemu_base;

/* mmap_find_vma: TASK_UNMAPPED_BASE of 32-bit guests. */
static void qemu_goes_up_without_gaps(void **state)
{
	uintptr_t at = map(&peer_qemu, 0, PAGE);

	(void)state;
	qemu_base = at - 0x40000000;
	assert_int_equal(map(&peer_qemu, 0, 3 * PAGE), at + PAGE);
	assert_int_equal(map(&peer_qemu, 0, PAGE), at + 4 * PAGE);
	assert_int_equal(peer_calls - calls_before, 3);
}

/* page_find_range_empty has no memory: the first gap each time. */
static void qemu_takes_the_first_gap_that_holds_it(void **state)
{
	uintptr_t at = qemu_base + 0x40000000;

	(void)state;
	unmap(&peer_qemu, at + PAGE, 3 * PAGE);
	assert_int_equal(map(&peer_qemu, 0, 4 * PAGE), at + 5 * PAGE);
	assert_int_equal(map(&peer_qemu, 0, 2 * PAGE), at + PAGE);
	assert_int_equal(map(&peer_qemu, 0, PAGE), at + 3 * PAGE);
}

/* mmap_reserve_or_unmap. */
static void qemu_reserves_again_what_is_unmapped(void **state)
{
	uintptr_t at = map(&peer_qemu, 0, PAGE);

	(void)state;
	calls_before = peer_calls;
	unmap(&peer_qemu, at, PAGE);
	assert_int_equal(peer_calls - calls_before, 1);
	assert_ptr_equal(mmap((void *)at, PAGE, PROT_NONE, PEER_ANONYMOUS | MAP_FIXED_NOREPLACE, -1,
			      0), MAP_FAILED);
	assert_int_equal(errno, EEXIST);
}

static void qemu_begins_at_the_bottom_where_the_top_is_full(void **state)
{
	(void)state;
	map(&peer_qemu, qemu_base + 0x50000000, 0xb0000000);
	assert_int_equal(map(&peer_qemu, 0, 0x20000000), qemu_base + 0x10000);
}

#define TEST(name) cmocka_unit_test_setup(name, count_calls)

/* Each peer's tests run in a row; mappings that one leaves are there in the next. */
int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ranges_merge_split_and_are_found),
		TEST(fex_begins_below_the_top_page_and_leaves_a_page_between),
		TEST(fex_goes_on_below_and_takes_no_hint),
		TEST(fex_unmaps_page_by_page),
		TEST(fex_passes_the_unseen_a_page_a_call),
		cmocka_unit_test_teardown(
			fex_begins_at_the_top_again_when_it_has_come_to_the_bottom, free_low_memory),
		TEST(box64_goes_up_in_steps_of_64_kib),
		TEST(box64_takes_the_first_gap_that_holds_it),
		TEST(box64_searches_from_a_hint),
		TEST(box64_reads_the_list_where_the_unseen_is_in_the_way),
		TEST(box64_without_map_32bit_begins_higher),
		TEST(qemu_goes_up_without_gaps),
		TEST(qemu_takes_the_first_gap_that_holds_it),
		TEST(qemu_reserves_again_what_is_unmapped),
		TEST(qemu_begins_at_the_bottom_where_the_top_is_full),
	};

	if (sysconf(_SC_PAGESIZE) != PAGE) {
		puts("skipped: the peers are written for pages of 4 KiB");
		return 77;
	}
	peer_box64.start();
	peer_qemu.start();
	peer_fex.start();
	return cmocka_run_group_tests_name("peers", tests, NULL, NULL);
}
