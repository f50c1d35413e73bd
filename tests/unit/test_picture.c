/* SPDX-License-Identifier: MIT */
/*
 * What pictures of an address space are computed from: tiles, the lines that
 * they are divided into, the marks on a line, and two pictures laid over each
 * other. Links the files of tools/vactl that do, and libvalcore.
 */
#include "unit.h"

#include "../../tools/vactl/compare.h"
#include "../../tools/vactl/marks.h"
#include "../../tools/vactl/rows.h"
#include "../../tools/vactl/svg.h"
#include "dice.h"

#define TEST(name) static void name(__attribute__((unused)) void **state)
#define KIB 1024UL
#define MIB (KIB * KIB)
#define GIB (KIB * MIB)
#define TIB (KIB * GIB)
#define TOP (128 * TIB)
#define PAGE (4 * KIB)
#define COLUMNS 800
#define LEAST 3
#define LIMIT 40
#define ROUNDS 300

/* --- tiles ------------------------------------------------------------------ */

static const struct vmas no_vmas = { 0 };

static struct tiles make(uintptr_t lower, uintptr_t upper, struct entry *entries, size_t count)
{
	struct table table = { .lower = lower, .upper = upper, .min = 64 * KIB, .top = TOP };
	struct intervals intervals = { entries, count, 0 };
	struct tiles tiles;

	tiles_make(&tiles, &table, &intervals, &no_vmas);
	return tiles;
}

static struct entry entry(uintptr_t start, uintptr_t end, enum kind kind)
{
	return (struct entry){ .start = start, .end = end, .detail.kind = (uint8_t)kind };
}

static void assert_tile(const struct tiles *tiles, size_t i, uintptr_t start, uintptr_t end,
			enum look look)
{
	assert_true(i < tiles->count);
	assert_int_equal(tiles->at[i].start, start);
	assert_int_equal(tiles->at[i].end, end);
	assert_int_equal(tiles->at[i].look, look);
}

TEST(what_is_free_is_cut_where_the_window_is)
{
	struct tiles tiles = make(GIB, 2 * GIB, NULL, 0);

	assert_int_equal(tiles.count, 3);
	assert_tile(&tiles, 0, 0, GIB, LOOK_BEYOND);
	assert_tile(&tiles, 1, GIB, 2 * GIB, LOOK_ROOM);
	assert_tile(&tiles, 2, 2 * GIB, TOP, LOOK_BEYOND);
	tiles_free(&tiles);
}

TEST(both_spans_of_a_wrapped_window_are_window)
{
	struct tiles tiles = make(64 * TIB, 4 * GIB, NULL, 0);

	assert_int_equal(tiles.count, 4);
	assert_tile(&tiles, 0, 0, 64 * KIB, LOOK_BEYOND);
	assert_tile(&tiles, 1, 64 * KIB, 4 * GIB, LOOK_ROOM);
	assert_tile(&tiles, 2, 4 * GIB, 64 * TIB, LOOK_BEYOND);
	assert_tile(&tiles, 3, 64 * TIB, TOP, LOOK_ROOM);
	assert_true(tiles.at[1].sought && tiles.at[3].sought);
	tiles_free(&tiles);
}

TEST(a_guest_that_is_not_wholly_inside_is_an_escape)
{
	struct entry entries[] = {
		entry(GIB - PAGE, GIB + PAGE, KIND_GUEST), entry(GIB + MIB, GIB + 2 * MIB, KIND_GUEST),
		entry(3 * GIB, 4 * GIB, KIND_GUEST), entry(5 * GIB, 6 * GIB, KIND_HOST),
	};
	struct tiles tiles = make(GIB, 2 * GIB, entries, ARRAY_SIZE(entries));

	assert_tile(&tiles, 1, GIB - PAGE, GIB + PAGE, LOOK_ESCAPE);
	assert_tile(&tiles, 3, GIB + MIB, GIB + 2 * MIB, LOOK_GUEST);
	assert_tile(&tiles, 6, 3 * GIB, 4 * GIB, LOOK_ESCAPE);
	assert_tile(&tiles, 8, 5 * GIB, 6 * GIB, LOOK_HOST);
	tiles_free(&tiles);
}

TEST(without_a_table_nothing_is_known_of_a_window)
{
	struct procmaps_line line = { .start = GIB, .end = GIB + MIB, .name = "" };
	struct vmas vmas = { .line = &line, .count = 1 };
	struct intervals none = { 0 };
	struct table table = { 0 };
	struct tiles tiles;

	tiles_make(&tiles, &table, &none, &vmas);
	assert_int_equal(tiles.count, 2);
	assert_tile(&tiles, 0, 0, GIB, LOOK_BEYOND);
	assert_tile(&tiles, 1, GIB, GIB + MIB, LOOK_UNKNOWN);
	tiles_free(&tiles);
}

/* --- lines ------------------------------------------------------------------ */

static struct rows divide(const struct tiles *tiles, size_t limit)
{
	struct rows rows;

	rows_make(&rows, tiles, (struct span){ 0, TOP }, limit, COLUMNS, LEAST);
	return rows;
}

static const struct row *row_of(const struct rows *rows, uintptr_t address)
{
	for (size_t i = 0; i < rows->count; i++)
		if (rows->at[i].start <= address && address < rows->at[i].end)
			return &rows->at[i];
	return NULL;
}

TEST(one_page_in_128_TiB_is_seen)
{
	struct entry entries[] = { entry(77 * TIB, 77 * TIB + PAGE, KIND_GUEST) };
	struct tiles tiles = make(64 * TIB, TOP, entries, 1);
	struct rows rows = divide(&tiles, LIMIT);
	const struct row *row = row_of(&rows, 77 * TIB);

	assert_false(row->folded);
	assert_true((row->end - row->start) / COLUMNS * LEAST <= PAGE);
	/* Before the window, the window below, the line, the window above. */
	assert_between(rows.count, 3, 6);
	rows_free(&rows);
	tiles_free(&tiles);
}

TEST(an_empty_window_is_seen)
{
	struct tiles tiles = make(64 * TIB, 4 * GIB, NULL, 0);
	struct rows rows = divide(&tiles, LIMIT);
	const struct row *low = row_of(&rows, GIB), *high = row_of(&rows, 100 * TIB);

	assert_true(low->end - low->start <= 2 * TIB);
	assert_true(high->start >= 64 * TIB);
	rows_free(&rows);
	tiles_free(&tiles);
}

TEST(a_block_is_the_smallest_that_holds_a_range)
{
	struct span block = rows_block((struct span){ 5 * MIB, 6 * MIB });

	assert_int_equal(block.start, 5 * MIB);
	assert_int_equal(block.end, 6 * MIB);
	assert_int_equal(rows_block((struct span){ 3 * MIB, 5 * MIB }).end, 8 * MIB);
	block = rows_block((struct span){ 0, TOP - PAGE });
	assert_int_equal(block.end, TOP);
}

/* Tiles at random, dense here and sparse there. */
static struct tiles random_tiles(struct dice *dice, struct entry *entries, size_t count)
{
	uintptr_t at = 64 * KIB;
	size_t used = 0;

	for (; used < count && at < TOP - GIB; used++) {
		uintptr_t start = at + (dice_roll(dice, 3) ? dice_roll(dice, 4) * PAGE :
					PAGE << dice_roll(dice, 28));
		uintptr_t end = start + (PAGE << dice_roll(dice, 12));

		entries[used] = entry(start, end, dice_roll(dice, KIND_COUNT - 1) + 1);
		at = end;
	}
	while (used && entries[used - 1].end > TOP)
		used--;
	return make(64 * KIB, 4 * GIB, entries, used);
}

static void assert_folded(const struct row *row, const struct tiles *tiles)
{
	for (size_t t = row->tile; t < tiles->count && tiles->at[t].start < row->end; t++)
		assert_true(look_ground(tiles->at[t].look) ||
			    (tiles->at[t].start <= row->start && tiles->at[t].end >= row->end));
}

TEST(lines_cover_all_in_order_and_hide_nothing_mapped)
{
	struct dice dice = dice_new("lines");
	struct entry entries[200];

	for (int round = 0; round < ROUNDS; round++) {
		struct tiles tiles = random_tiles(&dice, entries, 1 + dice_roll(&dice, 200));
		size_t limit = 1 + dice_roll(&dice, 60);
		struct rows rows = divide(&tiles, limit);
		uintptr_t at = 0;

		assert_between(rows.count, 1, limit);
		for (size_t i = 0; i < rows.count; i++) {
			const struct row *row = &rows.at[i];

			assert_int_equal(row->start, at);
			at = row->end;
			assert_int_equal(row->tile, tiles_seek(&tiles, row->start));
			if (row->folded) {
				assert_folded(row, &tiles);
			} else {
				uintptr_t size = (uintptr_t)1 << rows_order(row);

				assert_int_equal(size, row->end - row->start);
				assert_int_equal(row->start % size, 0);
			}
		}
		assert_true(at >= TOP);
		assert_true(rows_keep(&rows, &tiles));
		rows_free(&rows);
		tiles_free(&tiles);
	}
}

TEST(lines_are_kept_until_something_is_mapped_in_a_fold)
{
	struct entry entries[] = {
		entry(GIB, GIB + MIB, KIND_GUEST), entry(GIB + 2 * MIB, GIB + 3 * MIB, KIND_GUEST),
		entry(3 * GIB, 3 * GIB + MIB, KIND_GUEST),
	};
	struct tiles tiles = make(64 * KIB, 4 * GIB, entries, 1), more, far;
	struct rows rows = divide(&tiles, LIMIT);

	more = make(64 * KIB, 4 * GIB, entries, 2);
	far = make(64 * KIB, 4 * GIB, entries, 3);
	assert_false(rows_keep(&rows, &far));
	rows_free(&rows);
	rows = divide(&more, 1);
	assert_true(rows_keep(&rows, &far));
	rows_free(&rows);
	tiles_free(&tiles);
	tiles_free(&more);
	tiles_free(&far);
}

/* --- marks ------------------------------------------------------------------ */

TEST(marks_are_wide_enough_in_order_and_count_all)
{
	struct dice dice = dice_new("marks");
	struct entry entries[200];

	for (int round = 0; round < ROUNDS; round++) {
		struct tiles tiles = random_tiles(&dice, entries, 1 + dice_roll(&dice, 200));
		struct rows rows = divide(&tiles, 1 + dice_roll(&dice, 20));

		for (size_t i = 0; i < rows.count; i++) {
			const struct row *row = &rows.at[i];
			struct marks marks;
			struct mark mark;
			size_t mapped = 0, marked = 0;
			double edge = 0;

			for (size_t t = row->tile; t < tiles.count; t++)
				mapped += tiles.at[t].start < row->end &&
					  !look_ground(tiles.at[t].look);
			marks_start(&marks, &tiles, row, COLUMNS, LEAST);
			while (marks_next(&marks, &mark)) {
				assert_true(mark.to - mark.from >= LEAST - 1e-9);
				assert_true(mark.from >= 0 && mark.to <= COLUMNS);
				/* The last one may have been moved back. */
				assert_true(mark.from >= edge || mark.to == COLUMNS);
				assert_false(look_ground(mark.look));
				edge = mark.to;
				marked += mark.count;
			}
			assert_int_equal(mapped, marked);
		}
		rows_free(&rows);
		tiles_free(&tiles);
	}
}

TEST(what_cannot_be_told_apart_is_one_mark_of_most_of_its_bytes)
{
	struct entry entries[] = {
		entry(GIB, GIB + PAGE, KIND_GUEST), entry(GIB + PAGE, GIB + 4 * PAGE, KIND_HOST),
		entry(GIB + 9 * PAGE, GIB + 10 * PAGE, KIND_GUEST),
		entry(2 * GIB, 3 * GIB, KIND_FOREIGN),
	};
	struct tiles tiles = make(64 * KIB, 4 * GIB, entries, ARRAY_SIZE(entries));
	struct row row = { .start = 0, .end = 4 * GIB };
	struct marks marks;
	struct mark mark;

	marks_start(&marks, &tiles, &row, COLUMNS, LEAST);
	assert_true(marks_next(&marks, &mark));
	assert_int_equal(mark.count, 3);
	assert_int_equal(mark.look, LOOK_HOST);
	assert_int_equal(mark.bytes, 5 * PAGE);
	assert_int_equal(mark.end - mark.start, 10 * PAGE);
	assert_true(marks_next(&marks, &mark));
	assert_int_equal(mark.look, LOOK_FOREIGN);
	assert_int_equal((int)mark.from, COLUMNS / 2);
	assert_false(marks_next(&marks, &mark));
	tiles_free(&tiles);
}

/* --- two pictures ----------------------------------------------------------- */

TEST(what_came_went_stayed_and_changed)
{
	struct entry before[] = {
		entry(GIB, GIB + 2 * MIB, KIND_GUEST), entry(2 * GIB, 2 * GIB + MIB, KIND_GUEST),
	};
	struct entry after[] = {
		entry(GIB, GIB + MIB, KIND_GUEST), entry(2 * GIB, 2 * GIB + MIB, KIND_HOST),
		entry(3 * GIB, 3 * GIB + MIB, KIND_GUEST),
	};
	struct tiles a = make(64 * KIB, 4 * GIB, before, 2), b = make(64 * KIB, 4 * GIB, after, 3);
	struct tiles result;

	compare_tiles(&a, &b, &result);
	assert_tile(&result, 2, GIB, GIB + MIB, LOOK_STAYED);
	assert_tile(&result, 3, GIB + MIB, GIB + 2 * MIB, LOOK_WENT);
	assert_ptr_equal(result.at[3].entry, &before[0]);
	assert_tile(&result, 4, GIB + 2 * MIB, 2 * GIB, LOOK_ROOM);
	assert_tile(&result, 5, 2 * GIB, 2 * GIB + MIB, LOOK_CHANGED);
	assert_tile(&result, 7, 3 * GIB, 3 * GIB + MIB, LOOK_CAME);
	assert_int_equal(tiles_end(&result), TOP);
	tiles_free(&result);
	tiles_free(&a);
	tiles_free(&b);
}

TEST(a_picture_over_itself_stayed)
{
	struct dice dice = dice_new("compare");
	struct entry entries[200];

	for (int round = 0; round < ROUNDS; round++) {
		struct tiles tiles = random_tiles(&dice, entries, 1 + dice_roll(&dice, 200));
		struct tiles result;

		compare_tiles(&tiles, &tiles, &result);
		assert_int_equal(result.count, tiles.count);
		for (size_t i = 0; i < result.count; i++)
			assert_int_equal(result.at[i].look, look_ground(tiles.at[i].look) ?
					 tiles.at[i].look : LOOK_STAYED);
		tiles_free(&result);
		tiles_free(&tiles);
	}
}

/* --- text in XML ------------------------------------------------------------ */

TEST(no_name_breaks_the_document)
{
	static const char *const cases[][2] = {
		{ "/lib/libc.so", "/lib/libc.so" }, { "<&>\"", "&lt;&amp;&gt;&quot;" },
		{ "a\x01\x1f\tb\x7f", "a???b?" }, { "\xff\xc0\xaf", "???" },
		{ "\xed\xa0\x80", "???" }, { "\xef\xbf\xbf\xef\xbf\xbe.", "??." },
		{ "\xc3\xa9\xf0\x9f\x98\x80", "\xc3\xa9\xf0\x9f\x98\x80" }, { "\xf0\x9f", "??" },
		{ "", "" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *text = NULL;
		size_t size;
		FILE *out = open_memstream(&text, &size);

		svg_escape(out, cases[i][0], strlen(cases[i][0]));
		fclose(out);
		assert_string_equal(text, cases[i][1]);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_free_is_cut_where_the_window_is),
		cmocka_unit_test(both_spans_of_a_wrapped_window_are_window),
		cmocka_unit_test(a_guest_that_is_not_wholly_inside_is_an_escape),
		cmocka_unit_test(without_a_table_nothing_is_known_of_a_window),
		cmocka_unit_test(one_page_in_128_TiB_is_seen),
		cmocka_unit_test(an_empty_window_is_seen),
		cmocka_unit_test(a_block_is_the_smallest_that_holds_a_range),
		cmocka_unit_test(lines_cover_all_in_order_and_hide_nothing_mapped),
		cmocka_unit_test(lines_are_kept_until_something_is_mapped_in_a_fold),
		cmocka_unit_test(marks_are_wide_enough_in_order_and_count_all),
		cmocka_unit_test(what_cannot_be_told_apart_is_one_mark_of_most_of_its_bytes),
		cmocka_unit_test(what_came_went_stayed_and_changed),
		cmocka_unit_test(a_picture_over_itself_stayed),
		cmocka_unit_test(no_name_breaks_the_document),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
