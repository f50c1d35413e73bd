/* SPDX-License-Identifier: MIT */
/*
 * The walk along the table and the kernel's list, and the sums of it. Links
 * tools/vactl/pieces.c, totals.c, names.c, image.c, message.c and libvalcore.
 */
#include "unit.h"

#include "../../tools/vactl/pieces.h"
#include "../../tools/vactl/totals.h"
#include "dice.h"

#define MIN 0x10000UL
#define TOP 0x7ffffffff000UL
#define PAGE 0x1000UL
#define ROUNDS 300
#define PAGES 64U /* that a random address space has */

#define TEST(name) static void name(__attribute__((unused)) void **state)

/* A reading of a window with its sums. */
struct bed {
	struct reading reading;
	struct entry entry[PAGES];
	struct procmaps_line line[PAGES];
};

static void bed_init(struct bed *bed, uintptr_t lower, uintptr_t upper)
{
	*bed = (struct bed){ .reading = {
		.state = READER_GOOD,
		.table = { .lower = lower, .upper = upper, .min = MIN, .top = TOP },
	} };
	bed->reading.intervals.at = bed->entry;
	bed->reading.vmas.line = bed->line;
}

static void add_entry(struct bed *bed, uintptr_t start, uintptr_t end, enum kind kind)
{
	bed->entry[bed->reading.intervals.count++] = (struct entry){
		.start = start, .end = end, .info.kind = (uint8_t)kind,
	};
}

static void add_vma(struct bed *bed, uintptr_t start, uintptr_t end)
{
	bed->line[bed->reading.vmas.count++] = (struct procmaps_line){
		.start = start, .end = end, .name = "",
	};
}

static struct totals compute(const struct bed *bed)
{
	struct totals totals;

	totals_compute(&bed->reading, &totals);
	return totals;
}

static void check_piece(struct pieces *pieces, uintptr_t start, uintptr_t end, bool entry, bool vma)
{
	struct piece piece;

	assert_true(pieces_next(pieces, &piece));
	assert_int_equal(piece.start, start);
	assert_int_equal(piece.end, end);
	assert_int_equal(piece.entry != NULL, entry);
	assert_int_equal(piece.vma != NULL, vma);
}

TEST(pieces_are_cut_at_every_bound_of_either_list)
{
	struct bed bed;
	struct piece none;
	struct pieces pieces;

	bed_init(&bed, 0, 0);
	add_entry(&bed, 0x20000, 0x40000, KIND_GUEST);
	add_vma(&bed, 0x10000, 0x30000);
	add_vma(&bed, 0x50000, 0x60000);
	pieces_start(&pieces, &bed.reading.table, &bed.reading.intervals, &bed.reading.vmas);
	check_piece(&pieces, 0, 0x10000, false, false);
	check_piece(&pieces, 0x10000, 0x20000, false, true);
	check_piece(&pieces, 0x20000, 0x30000, true, true);
	check_piece(&pieces, 0x30000, 0x40000, true, false);
	check_piece(&pieces, 0x40000, 0x50000, false, false);
	check_piece(&pieces, 0x50000, 0x60000, false, true);
	check_piece(&pieces, 0x60000, TOP, false, false);
	assert_false(pieces_next(&pieces, &none));
}

TEST(what_is_free_is_cut_where_the_window_is_and_mappings_are_not)
{
	static const struct {
		uintptr_t start, end;
		bool held, inside;
	} expected[] = {
		{ 0, MIN, false, false }, { MIN, 0x20000, false, true },
		{ 0x20000, 0x30000, true, false }, { 0x30000, 0x40000, false, false },
		{ 0x40000, TOP - PAGE, false, true }, { TOP - PAGE, TOP, true, true },
	};
	struct bed bed;
	struct piece piece;
	struct pieces pieces;

	bed_init(&bed, 0x40000, 0x28000);
	add_entry(&bed, 0x20000, 0x30000, KIND_GUEST);
	add_vma(&bed, TOP - PAGE, TOP + PAGE);
	pieces_start(&pieces, &bed.reading.table, &bed.reading.intervals, &bed.reading.vmas);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		assert_true(pieces_next(&pieces, &piece));
		assert_int_equal(piece.start, expected[i].start);
		assert_int_equal(piece.end, expected[i].end);
		assert_int_equal(!piece_is_gap(&piece), expected[i].held);
		assert_int_equal(piece.inside, expected[i].inside);
	}
	assert_false(pieces_next(&pieces, &piece));
}

/* The kinds of all pieces under a fence, with the kernel's placement, in a row. */
static void check_kinds(struct bed *bed, bool unlisted, const uintptr_t *start,
			const unsigned int *kind, size_t count)
{
	struct piece piece;
	struct pieces pieces;

	bed->reading.intervals.unlisted = unlisted;
	pieces_start(&pieces, &bed->reading.table, &bed->reading.intervals, &bed->reading.vmas);
	for (size_t i = 0; i < count; i++) {
		assert_true(pieces_next(&pieces, &piece));
		assert_int_equal(piece.start, start[i]);
		assert_int_equal(piece.kind, kind[i]);
		assert_null(piece.entry);
	}
	assert_false(pieces_next(&pieces, &piece));
}

TEST(what_the_table_leaves_out_is_what_the_list_implies)
{
	static const uintptr_t start[] = {
		0, MIN, 0x20000, 0x100000, 0x110000, 0x1e0000, 0x1f0000, 0x200000, 0x208000,
		0x300000, 0x310000,
	};
	static const unsigned int kind[] = {
		KIND_NONE, KIND_NONE, KIND_FENCE, KIND_GUEST, KIND_NONE, KIND_GUEST, KIND_FENCE,
		KIND_FENCE, KIND_NONE, KIND_UNKNOWN, KIND_NONE,
	};
	/* A debugger's core file lists no fence: free addresses outside are fence. */
	static const unsigned int unlisted[] = {
		KIND_NONE, KIND_FENCE, KIND_FENCE, KIND_GUEST, KIND_NONE, KIND_GUEST, KIND_FENCE,
		KIND_FENCE, KIND_FENCE, KIND_UNKNOWN, KIND_FENCE,
	};
	struct bed bed;

	bed_init(&bed, 0x100000, 0x200000);
	bed.reading.table.fence = FENCE_UP;
	bed.reading.table.passthrough = 1;
	bed.reading.table.edge = 0x1f0000;
	bed.reading.table.edge_end = 0x200000;
	add_vma(&bed, 0x20000, 0x110000);
	add_vma(&bed, 0x1e0000, 0x208000);
	add_vma(&bed, 0x300000, 0x310000);
	bed.line[2].prot = PROT_READ;
	check_kinds(&bed, false, start, kind, ARRAY_SIZE(kind));
	check_kinds(&bed, true, start, unlisted, ARRAY_SIZE(unlisted));
	assert_true(pieces_list_fence(&bed.reading.table, &bed.reading.vmas));
	bed.line[0].prot = bed.line[1].prot = PROT_READ;
	assert_false(pieces_list_fence(&bed.reading.table, &bed.reading.vmas));
}

TEST(an_empty_window_is_one_gap)
{
	struct bed bed;
	struct totals totals;

	bed_init(&bed, MIN, 0x100000000);
	totals = compute(&bed);
	assert_int_equal(totals.spans, 1);
	assert_int_equal(totals.window.size, 0x100000000 - MIN);
	assert_int_equal(totals.window.free, totals.window.size);
	assert_int_equal(totals.window.gaps, 1);
	assert_int_equal(totals.window.largest.start, MIN);
	assert_int_equal(totals.window.largest.end, 0x100000000);
	assert_int_equal(usage_fragmentation(&totals.window), 0);
}

TEST(what_either_list_has_is_used_and_fence_is_kept)
{
	struct bed bed;
	struct totals totals;

	bed_init(&bed, 0x100000, 0x200000);
	add_entry(&bed, 0x100000, 0x110000, KIND_GUEST);
	add_entry(&bed, 0x120000, 0x130000, KIND_GUARD);
	add_entry(&bed, 0x1f0000, 0x280000, KIND_FENCE); /* half of it outside */
	add_vma(&bed, 0x100000, 0x110000);
	add_vma(&bed, 0x150000, 0x160000); /* unknown to the table */
	totals = compute(&bed);
	assert_int_equal(totals.window.used, 0x30000);
	assert_int_equal(totals.window.kept, 0x10000);
	assert_int_equal(totals.window.free, 0xc0000);
	assert_int_equal(totals.window.gaps, 3);
	assert_int_equal(totals.window.largest.start, 0x160000);
	assert_int_equal(totals.window.largest.end, 0x1f0000);
	assert_int_equal(totals.kind[KIND_GUEST].bytes, 0x10000);
	assert_int_equal(totals.kind[KIND_FENCE].bytes, 0x90000);
	assert_int_equal(totals.kind[KIND_UNKNOWN].bytes, 0x10000);
	assert_int_equal(totals.kind[KIND_UNKNOWN].count, 1);
	assert_int_equal(totals.mappings, 2);
	assert_int_equal(usage_fragmentation(&totals.window), 250);
}

TEST(a_wrapped_window_is_two_spans_from_below)
{
	struct bed bed;
	struct totals totals;

	bed_init(&bed, TOP - 0x100000, MIN + 0x10000);
	add_entry(&bed, MIN, MIN + 0x4000, KIND_GUEST);
	add_entry(&bed, 0x40000000, 0x50000000, KIND_HOST); /* in the hole */
	totals = compute(&bed);
	assert_int_equal(totals.spans, 2);
	assert_int_equal(totals.span[0].start, MIN);
	assert_int_equal(totals.span[1].end, TOP);
	assert_int_equal(totals.of_span[0].used, 0x4000);
	assert_int_equal(totals.of_span[0].free, 0xc000);
	assert_int_equal(totals.of_span[1].free, 0x100000);
	assert_int_equal(totals.window.size, 0x110000);
	assert_int_equal(totals.window.gaps, 2);
	assert_int_equal(totals.window.largest.start, TOP - 0x100000);
	assert_int_equal(totals.kind[KIND_HOST].bytes, 0x10000000);
}

TEST(what_lies_above_user_space_counts_nowhere)
{
	struct bed bed;
	struct totals totals;

	bed_init(&bed, 0, 0);
	add_vma(&bed, 0xffffffffff600000, 0xffffffffff601000);
	totals = compute(&bed);
	assert_int_equal(totals.mappings, 0);
	assert_int_equal(totals.kind[KIND_UNKNOWN].count, 0);
	assert_int_equal(totals.window.free, TOP - MIN);
}

TEST(a_full_window_is_not_fragmented)
{
	struct bed bed;
	struct totals totals;

	bed_init(&bed, 0x100000, 0x200000);
	add_entry(&bed, 0x100000, 0x200000, KIND_GUEST);
	totals = compute(&bed);
	assert_int_equal(totals.window.free, 0);
	assert_int_equal(totals.window.gaps, 0);
	assert_int_equal(usage_fragmentation(&totals.window), 0);
}

TEST(shares_do_not_overflow)
{
	assert_int_equal(total_share(0, 0), 0);
	assert_int_equal(total_share(1, 3), 333);
	assert_int_equal(total_share(UINT64_MAX, UINT64_MAX), 1000);
	assert_int_equal(total_share(1UL << 63, UINT64_MAX), 500);
}

/* Page by page: 'u'sed, 'k'ept, or free. */
static void check_against_pages(const struct totals *totals, const char *page)
{
	uint64_t used = 0, kept = 0, free = 0, gaps = 0, largest = 0, run = 0;

	for (unsigned int i = 0; i < PAGES; i++) {
		used += page[i] == 'u';
		kept += page[i] == 'k';
		free += page[i] == 0;
		gaps += page[i] == 0 && run == 0;
		run = page[i] == 0 ? run + 1 : 0;
		largest = run > largest ? run : largest;
	}
	assert_int_equal(totals->window.used, used * PAGE);
	assert_int_equal(totals->window.kept, kept * PAGE);
	assert_int_equal(totals->window.free, free * PAGE);
	assert_int_equal(totals->window.gaps, gaps);
	assert_int_equal(totals->window.largest.end - totals->window.largest.start,
			 largest * PAGE);
}

TEST(sums_are_those_of_the_single_pages)
{
	struct dice dice = dice_new(__func__);

	for (int round = 0; round < ROUNDS; round++) {
		char page[PAGES] = { 0 };
		struct bed bed;

		bed_init(&bed, MIN, MIN + PAGES * PAGE);
		for (uintptr_t at = 0, end; at < PAGES; at = end) {
			uint32_t roll = dice_roll(&dice, 4);

			end = at + 1 + dice_roll(&dice, 5);
			end = end < PAGES ? end : PAGES;
			if (roll & 1)
				add_entry(&bed, MIN + at * PAGE, MIN + end * PAGE,
					  roll == 3 ? KIND_FENCE : KIND_GUEST);
			if (roll & 1)
				memset(page + at, roll == 3 ? 'k' : 'u', end - at);
		}
		for (uintptr_t at = 0, end; at < PAGES; at = end) {
			end = at + 1 + dice_roll(&dice, 5);
			end = end < PAGES ? end : PAGES;
			if (dice_roll(&dice, 2))
				continue;
			add_vma(&bed, MIN + at * PAGE, MIN + end * PAGE);
			for (uintptr_t i = at; i < end; i++)
				page[i] = page[i] ? page[i] : 'u';
		}

		struct totals totals = compute(&bed);

		check_against_pages(&totals, page);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(pieces_are_cut_at_every_bound_of_either_list),
		cmocka_unit_test(what_is_free_is_cut_where_the_window_is_and_mappings_are_not),
		cmocka_unit_test(what_the_table_leaves_out_is_what_the_list_implies),
		cmocka_unit_test(an_empty_window_is_one_gap),
		cmocka_unit_test(what_either_list_has_is_used_and_fence_is_kept),
		cmocka_unit_test(a_wrapped_window_is_two_spans_from_below),
		cmocka_unit_test(what_lies_above_user_space_counts_nowhere),
		cmocka_unit_test(a_full_window_is_not_fragmented),
		cmocka_unit_test(shares_do_not_overflow),
		cmocka_unit_test(sums_are_those_of_the_single_pages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
