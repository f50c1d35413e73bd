/* SPDX-License-Identifier: MIT */
/*
 * The data of a terminal's live view: the cells of a line, and
 * rates between two looks. Links the files of tools/vactl that do, and
 * libvalcore.
 */
#include "unit.h"

#include "../../tools/vactl/lines.h"
#include "../../tools/vactl/message.h"
#include "../../tools/vactl/totals.h"
#include "dice.h"

#define TEST(name) static void name(__attribute__((unused)) void **state)
#define MIB (1UL << 20)
#define GIB (1UL << 30)
#define COLUMNS 64
#define ROUNDS 2000

static void add(struct regions *regions, uintptr_t end, enum look look)
{
	struct region region = { .start = regions_end(regions), .end = end, .look = look };

	regions_add(regions, &region);
}

TEST(a_cell_has_the_look_of_most_that_is_mapped)
{
	struct regions regions = { 0 };
	struct map_line line = { .start = 0, .end = COLUMNS * MIB };
	struct cell cell[COLUMNS];

	add(&regions, MIB, LOOK_BEYOND);
	add(&regions, 2 * MIB, LOOK_GUEST);
	add(&regions, 3 * MIB - 4096, LOOK_ROOM);
	add(&regions, 3 * MIB, LOOK_HOST);
	add(&regions, 3 * MIB + MIB / 4, LOOK_GUEST);
	add(&regions, 4 * MIB, LOOK_FOREIGN);
	add(&regions, 4 * MIB + MIB / 2, LOOK_HOST);
	add(&regions, 5 * MIB, LOOK_FENCE);
	add(&regions, 6 * MIB, LOOK_FENCE);
	cells_fill(cell, COLUMNS, &regions, &line);
	assert_int_equal(cell[0].look, LOOK_BEYOND);
	assert_int_equal(cell[0].fill, 0);
	assert_int_equal(cell[1].look, LOOK_GUEST);
	assert_int_equal(cell[1].fill, 8);
	/* One page of a cell of a mebibyte is seen all the same. */
	assert_int_equal(cell[2].look, LOOK_HOST);
	assert_int_equal(cell[2].fill, 1);
	assert_int_equal(cell[3].look, LOOK_FOREIGN);
	assert_int_equal(cell[3].fill, 8);
	assert_int_equal(cell[4].look, LOOK_HOST);
	assert_between(cell[4].fill, 3, 4);
	assert_int_equal(cell[5].look, LOOK_FENCE);
	/* Behind the last region is nothing. */
	assert_int_equal(cell[6].look, LOOK_BEYOND);
	assert_int_equal(cell[COLUMNS - 1].fill, 0);
	memory_drop(&regions);
}

TEST(memory_is_seen_among_reserves_and_reserves_among_what_is_free)
{
	struct regions regions = { 0 };
	struct map_line line = { .start = 0, .end = 4 * MIB };
	struct cell cell[4];

	/* As malloc's heap: little of it is accessible. */
	add(&regions, 8192, LOOK_GUEST);
	add(&regions, 2 * MIB, LOOK_RESERVE);
	add(&regions, 3 * MIB - 4096, LOOK_ROOM);
	add(&regions, 3 * MIB, LOOK_RESERVE);
	add(&regions, 4 * MIB, LOOK_ROOM);
	cells_fill(cell, 4, &regions, &line);
	assert_int_equal(cell[0].look, LOOK_GUEST);
	assert_int_equal(cell[0].fill, 1);
	assert_int_equal(cell[1].look, LOOK_RESERVE);
	assert_int_equal(cell[1].fill, 8);
	assert_int_equal(cell[2].look, LOOK_RESERVE);
	assert_int_equal(cell[3].look, LOOK_ROOM);
	memory_drop(&regions);
}

TEST(what_is_mapped_without_access_is_a_reserve_and_an_escape_stays_one)
{
	struct procmaps_line line[] = {
		{ .start = GIB, .end = GIB + MIB, .prot = PROT_NONE, .name = "" },
		{ .start = GIB + MIB, .end = GIB + 2 * MIB, .prot = PROT_READ, .name = "" },
		{ .start = 3 * GIB, .end = 4 * GIB, .prot = PROT_NONE, .name = "" },
		{ .start = 5 * GIB, .end = 6 * GIB, .prot = PROT_NONE, .name = "" },
		{ .start = 7 * GIB, .end = 8 * GIB, .prot = PROT_NONE, .name = "/f", .inode = 1 },
	};
	struct vmas vmas = { .line = line, .count = ARRAY_SIZE(line) };
	struct entry entries[] = {
		{ .start = GIB, .end = GIB + 2 * MIB, .info.kind = KIND_GUEST },
		{ .start = 3 * GIB, .end = 4 * GIB, .info.kind = KIND_GUEST },
		{ .start = 5 * GIB, .end = 6 * GIB, .info.kind = KIND_FENCE },
	};
	struct table table = { .lower = GIB, .upper = 2 * GIB, .top = 128 * GIB };
	struct intervals intervals = { .at = entries, .count = ARRAY_SIZE(entries) };
	struct regions regions;

	regions_make(&regions, &table, &intervals, &vmas);
	assert_int_equal(regions.at[1].look, LOOK_RESERVE);
	assert_int_equal(regions.at[2].look, LOOK_GUEST);
	assert_int_equal(regions.at[5].look, LOOK_ESCAPE);
	assert_int_equal(regions.at[7].look, LOOK_FENCE);
	assert_int_equal(regions.at[9].look, LOOK_UNKNOWN);
	memory_drop(&regions);
}

/* A cell's expected contents, from the bytes themselves, page by page. */
static void assert_cell(const struct cell *cell, const struct regions *regions, uintptr_t start,
			uintptr_t end)
{
	bool mapped = false, ground = false, held = false;

	for (size_t t = 0; t < regions->count; t++) {
		const struct region *region = &regions->at[t];

		if (region->end <= start || region->start >= end)
			continue;
		held |= region->look == cell->look;
		mapped |= !look_ground(region->look);
		ground |= look_ground(region->look);
	}
	assert_true(held);
	assert_int_equal(mapped, !look_ground(cell->look));
	assert_int_equal(mapped, cell->fill > 0);
	assert_true(cell->fill < 8 || !ground);
	assert_true(cell->fill <= 8);
}

TEST(cells_of_any_line_and_number_say_what_is_there)
{
	struct dice dice = dice_new("cells");

	for (int round = 0; round < ROUNDS; round++) {
		unsigned int columns = 1 + dice_roll(&dice, 200);
		struct map_line line = { .start = (uintptr_t)dice_roll(&dice, 1000) << 20 };
		struct regions regions = { 0 };
		struct cell cell[200];

		line.end = line.start + ((uintptr_t)4096 << dice_roll(&dice, 30));
		for (int i = 0; i < 30; i++)
			add(&regions, regions_end(&regions) + ((uintptr_t)4096 << dice_roll(&dice, 30)),
			    dice_roll(&dice, LOOK_UNKNOWN + 1));
		add(&regions, line.end, LOOK_BEYOND);
		line.region = regions_seek(&regions, line.start);
		cells_fill(cell, columns, &regions, &line);
		for (unsigned int i = 0; i < columns; i++) {
			uintptr_t size = line.end - line.start;

			/* Small numbers: the plain way does not overflow. */
			assert_cell(&cell[i], &regions, line.start + size * i / columns,
				    line.start + size * (i + 1) / columns);
		}
		memory_drop(&regions);
	}
}

TEST(rates_are_calls_a_second)
{
	struct table before = { .call[CALL_MMAP][OUTCOME_PLACED] = 100 };
	struct table after = before;
	struct rates rates;

	after.call[CALL_MMAP][OUTCOME_PLACED] += 20;
	after.call[CALL_MMAP_RANGE][OUTCOME_ENOMEM] += 4;
	after.call[CALL_SHMDT][OUTCOME_DONE] += 1;
	after.counter[COUNT_RETRY] += 2000;
	rates_between(&before, &after, 2.0, &rates);
	assert_true(rates.known);
	assert_string_equal(rate_text(&rates, RATE_MMAP).text, "12");
	assert_string_equal(rate_text(&rates, RATE_MUNMAP).text, "0");
	assert_string_equal(rate_text(&rates, RATE_SHM).text, "0.5");
	assert_string_equal(rate_text(&rates, RATE_FAILED).text, "2.0");
	assert_string_equal(rate_text(&rates, RATE_RETRIED).text, "1000");
}

TEST(rates_are_not_known_of_counters_that_went_down_or_without_time)
{
	struct table before = { .call[CALL_MUNMAP][OUTCOME_DONE] = 5 }, after = { 0 };
	struct rates rates;

	rates_between(&before, &after, 1.0, &rates);
	assert_false(rates.known);
	assert_string_equal(rate_text(&rates, RATE_MUNMAP).text, "-");
	rates_between(&before, &before, 0.0, &rates);
	assert_false(rates.known);
}

TEST(no_counter_overflows_a_text)
{
	struct table before = { 0 }, after;
	struct rates rates;

	memset(&after, 0xff, sizeof(after));
	rates_between(&before, &after, 0.05, &rates);
	for (enum rate rate = 0; rate < RATES; rate++) {
		assert_true(strlen(rate_text(&rates, rate).text) < 30);
		assert_true(strlen(rate_names[rate]) < 30);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_cell_has_the_look_of_most_that_is_mapped),
		cmocka_unit_test(what_is_mapped_without_access_is_a_reserve_and_an_escape_stays_one),
		cmocka_unit_test(memory_is_seen_among_reserves_and_reserves_among_what_is_free),
		cmocka_unit_test(cells_of_any_line_and_number_say_what_is_there),
		cmocka_unit_test(rates_are_calls_a_second),
		cmocka_unit_test(rates_are_not_known_of_counters_that_went_down_or_without_time),
		cmocka_unit_test(no_counter_overflows_a_text),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
