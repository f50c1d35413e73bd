/* SPDX-License-Identifier: MIT */
/*
 * The data of pictures of an address space: regions, the lines that
 * they are divided into, the marks on a line, and two pictures laid over each
 * other. Links the files of tools/vactl that do, and libvalcore.
 */
#include "unit.h"

#include "../../tools/vactl/lines.h"
#include "../../tools/vactl/message.h"
#include "../../tools/vactl/regions.h"
#include "../../tools/vactl/picture.h"
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

/* --- regions ------------------------------------------------------------------ */

static const struct vmas no_vmas = { 0 };

static struct regions make(uintptr_t lower, uintptr_t upper, struct entry *entries, size_t count)
{
	struct table table = { .lower = lower, .upper = upper, .min = 64 * KIB, .top = TOP };
	struct intervals intervals = { .at = entries, .count = count };
	struct regions regions;

	regions_make(&regions, &table, &intervals, &no_vmas);
	return regions;
}

static struct entry entry(uintptr_t start, uintptr_t end, enum kind kind)
{
	return (struct entry){ .start = start, .end = end, .info.kind = (uint8_t)kind };
}

static void assert_region(const struct regions *regions, size_t i, uintptr_t start, uintptr_t end,
			enum look look)
{
	assert_true(i < regions->count);
	assert_int_equal(regions->at[i].start, start);
	assert_int_equal(regions->at[i].end, end);
	assert_int_equal(regions->at[i].look, look);
}

TEST(what_is_free_is_cut_where_the_window_is)
{
	struct regions regions = make(GIB, 2 * GIB, NULL, 0);

	assert_int_equal(regions.count, 3);
	assert_region(&regions, 0, 0, GIB, LOOK_BEYOND);
	assert_region(&regions, 1, GIB, 2 * GIB, LOOK_ROOM);
	assert_region(&regions, 2, 2 * GIB, TOP, LOOK_BEYOND);
	memory_drop(&regions);
}

TEST(both_spans_of_a_wrapped_window_are_window)
{
	struct regions regions = make(64 * TIB, 4 * GIB, NULL, 0);

	assert_int_equal(regions.count, 4);
	assert_region(&regions, 0, 0, 64 * KIB, LOOK_BEYOND);
	assert_region(&regions, 1, 64 * KIB, 4 * GIB, LOOK_ROOM);
	assert_region(&regions, 2, 4 * GIB, 64 * TIB, LOOK_BEYOND);
	assert_region(&regions, 3, 64 * TIB, TOP, LOOK_ROOM);
	assert_true(regions.at[1].sought && regions.at[3].sought);
	memory_drop(&regions);
}

TEST(a_guest_that_is_not_wholly_inside_is_an_escape)
{
	struct entry entries[] = {
		entry(GIB - PAGE, GIB + PAGE, KIND_GUEST), entry(GIB + MIB, GIB + 2 * MIB, KIND_GUEST),
		entry(3 * GIB, 4 * GIB, KIND_GUEST), entry(5 * GIB, 6 * GIB, KIND_HOST),
	};
	struct regions regions = make(GIB, 2 * GIB, entries, ARRAY_SIZE(entries));

	assert_region(&regions, 1, GIB - PAGE, GIB + PAGE, LOOK_ESCAPE);
	assert_region(&regions, 3, GIB + MIB, GIB + 2 * MIB, LOOK_GUEST);
	assert_region(&regions, 6, 3 * GIB, 4 * GIB, LOOK_ESCAPE);
	assert_region(&regions, 8, 5 * GIB, 6 * GIB, LOOK_HOST);
	memory_drop(&regions);
}

TEST(without_a_table_nothing_is_known_of_a_window)
{
	struct procmaps_line line = { .start = GIB, .end = GIB + MIB, .prot = PROT_READ,
				      .name = "" };
	struct vmas vmas = { .line = &line, .count = 1 };
	struct intervals none = { 0 };
	struct regions regions;

	regions_make(&regions, NULL, &none, &vmas);
	assert_int_equal(regions.count, 2);
	assert_region(&regions, 0, 0, GIB, LOOK_BEYOND);
	assert_region(&regions, 1, GIB, GIB + MIB, LOOK_UNKNOWN);
	memory_drop(&regions);
}

/* --- lines ------------------------------------------------------------------ */

static struct lines divide(const struct regions *regions, size_t limit)
{
	struct lines lines;

	lines_make(&lines, regions, (struct span){ 0, TOP }, limit, COLUMNS, LEAST);
	return lines;
}

static const struct map_line *line_of(const struct lines *lines, uintptr_t address)
{
	for (size_t i = 0; i < lines->count; i++)
		if (lines->at[i].start <= address && address < lines->at[i].end)
			return &lines->at[i];
	return NULL;
}

TEST(one_page_in_128_TiB_is_seen)
{
	struct entry entries[] = { entry(77 * TIB, 77 * TIB + PAGE, KIND_GUEST) };
	struct regions regions = make(64 * TIB, TOP, entries, 1);
	struct lines lines = divide(&regions, LIMIT);
	const struct map_line *line = line_of(&lines, 77 * TIB);

	assert_false(line->folded);
	assert_true((line->end - line->start) / COLUMNS * LEAST <= PAGE);
	/* Before the window, the window below, the line, the window above. */
	assert_between(lines.count, 3, 6);
	memory_drop(&lines);
	memory_drop(&regions);
}

TEST(an_empty_window_is_seen)
{
	struct regions regions = make(64 * TIB, 4 * GIB, NULL, 0);
	struct lines lines = divide(&regions, LIMIT);
	const struct map_line *low = line_of(&lines, GIB), *high = line_of(&lines, 100 * TIB);

	assert_true(low->end - low->start <= 2 * TIB);
	assert_true(high->start >= 64 * TIB);
	memory_drop(&lines);
	memory_drop(&regions);
}

TEST(a_block_is_the_smallest_that_holds_a_range)
{
	struct span block = lines_block((struct span){ 5 * MIB, 6 * MIB });

	assert_int_equal(block.start, 5 * MIB);
	assert_int_equal(block.end, 6 * MIB);
	assert_int_equal(lines_block((struct span){ 3 * MIB, 5 * MIB }).end, 8 * MIB);
	block = lines_block((struct span){ 0, TOP - PAGE });
	assert_int_equal(block.end, TOP);
}

/* Tiles at random, dense here and sparse there. */
static struct regions random_regions(struct dice *dice, struct entry *entries, size_t count)
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

static void assert_folded(const struct map_line *line, const struct regions *regions)
{
	for (size_t t = line->region; t < regions->count && regions->at[t].start < line->end; t++)
		assert_true(look_ground(regions->at[t].look) ||
			    (regions->at[t].start <= line->start && regions->at[t].end >= line->end));
}

TEST(lines_cover_all_in_order_and_hide_nothing_mapped)
{
	struct dice dice = dice_new("lines");
	struct entry entries[200];

	for (int round = 0; round < ROUNDS; round++) {
		struct regions regions = random_regions(&dice, entries, 1 + dice_roll(&dice, 200));
		size_t limit = 1 + dice_roll(&dice, 60);
		struct lines lines = divide(&regions, limit);
		uintptr_t at = 0;

		assert_between(lines.count, 1, limit);
		for (size_t i = 0; i < lines.count; i++) {
			const struct map_line *line = &lines.at[i];

			assert_int_equal(line->start, at);
			at = line->end;
			assert_int_equal(line->region, regions_seek(&regions, line->start));
			if (line->folded) {
				assert_folded(line, &regions);
			} else {
				uintptr_t size = (uintptr_t)1 << line_order(line);

				assert_int_equal(size, line->end - line->start);
				assert_int_equal(line->start % size, 0);
			}
		}
		assert_true(at >= TOP);
		assert_true(lines_keep(&lines, &regions));
		memory_drop(&lines);
		memory_drop(&regions);
	}
}

TEST(lines_are_kept_until_something_is_mapped_in_a_fold)
{
	struct entry entries[] = {
		entry(GIB, GIB + MIB, KIND_GUEST), entry(GIB + 2 * MIB, GIB + 3 * MIB, KIND_GUEST),
		entry(3 * GIB, 3 * GIB + MIB, KIND_GUEST),
	};
	struct regions regions = make(64 * KIB, 4 * GIB, entries, 1), more, far;
	struct lines lines = divide(&regions, LIMIT);

	more = make(64 * KIB, 4 * GIB, entries, 2);
	far = make(64 * KIB, 4 * GIB, entries, 3);
	assert_false(lines_keep(&lines, &far));
	memory_drop(&lines);
	lines = divide(&more, 1);
	assert_true(lines_keep(&lines, &far));
	memory_drop(&lines);
	memory_drop(&regions);
	memory_drop(&more);
	memory_drop(&far);
}

/* --- marks ------------------------------------------------------------------ */

TEST(marks_are_wide_enough_in_order_and_count_all)
{
	struct dice dice = dice_new("marks");
	struct entry entries[200];

	for (int round = 0; round < ROUNDS; round++) {
		struct regions regions = random_regions(&dice, entries, 1 + dice_roll(&dice, 200));
		struct lines lines = divide(&regions, 1 + dice_roll(&dice, 20));

		for (size_t i = 0; i < lines.count; i++) {
			const struct map_line *line = &lines.at[i];
			struct marks marks;
			struct mark mark;
			size_t mapped = 0, marked = 0;
			double edge = 0;

			for (size_t t = line->region; t < regions.count; t++)
				mapped += regions.at[t].start < line->end &&
					  !look_ground(regions.at[t].look);
			marks_start(&marks, &regions, line, COLUMNS, LEAST);
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
		memory_drop(&lines);
		memory_drop(&regions);
	}
}

TEST(what_cannot_be_told_apart_is_one_mark_of_most_of_its_bytes)
{
	struct entry entries[] = {
		entry(GIB, GIB + PAGE, KIND_GUEST), entry(GIB + PAGE, GIB + 4 * PAGE, KIND_HOST),
		entry(GIB + 9 * PAGE, GIB + 10 * PAGE, KIND_GUEST),
		entry(2 * GIB, 3 * GIB, KIND_FOREIGN),
	};
	struct regions regions = make(64 * KIB, 4 * GIB, entries, ARRAY_SIZE(entries));
	struct map_line line = { .start = 0, .end = 4 * GIB };
	struct marks marks;
	struct mark mark;

	marks_start(&marks, &regions, &line, COLUMNS, LEAST);
	assert_true(marks_next(&marks, &mark));
	assert_int_equal(mark.count, 3);
	assert_int_equal(mark.look, LOOK_HOST);
	assert_int_equal(mark.bytes, 5 * PAGE);
	assert_int_equal(mark.end - mark.start, 10 * PAGE);
	assert_true(marks_next(&marks, &mark));
	assert_int_equal(mark.look, LOOK_FOREIGN);
	assert_int_equal((int)mark.from, COLUMNS / 2);
	assert_false(marks_next(&marks, &mark));
	memory_drop(&regions);
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
	struct regions a = make(64 * KIB, 4 * GIB, before, 2), b = make(64 * KIB, 4 * GIB, after, 3);
	struct regions result;

	regions_compare(&a, &b, &result);
	assert_region(&result, 2, GIB, GIB + MIB, LOOK_STAYED);
	assert_region(&result, 3, GIB + MIB, GIB + 2 * MIB, LOOK_WENT);
	assert_ptr_equal(result.at[3].entry, &before[0]);
	assert_region(&result, 4, GIB + 2 * MIB, 2 * GIB, LOOK_ROOM);
	assert_region(&result, 5, 2 * GIB, 2 * GIB + MIB, LOOK_CHANGED);
	assert_region(&result, 7, 3 * GIB, 3 * GIB + MIB, LOOK_CAME);
	assert_int_equal(regions_end(&result), TOP);
	memory_drop(&result);
	memory_drop(&a);
	memory_drop(&b);
}

TEST(a_picture_over_itself_stayed)
{
	struct dice dice = dice_new("compare");
	struct entry entries[200];

	for (int round = 0; round < ROUNDS; round++) {
		struct regions regions = random_regions(&dice, entries, 1 + dice_roll(&dice, 200));
		struct regions result;

		regions_compare(&regions, &regions, &result);
		assert_int_equal(result.count, regions.count);
		for (size_t i = 0; i < result.count; i++)
			assert_int_equal(result.at[i].look, look_ground(regions.at[i].look) ?
					 regions.at[i].look : LOOK_STAYED);
		memory_drop(&result);
		memory_drop(&regions);
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

		svg_escape(out, cases[i][0]);
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
