/* SPDX-License-Identifier: MIT */
/*
 * Taking intervals out of a copy of a table: a good one, one that was changing,
 * and one that is made to hurt. Links tools/vactl/image.c,
 * tools/vactl/message.c and libvalcore.
 */
#include "unit.h"

#include <stdio.h>
#include <time.h>

#include "../../tools/vactl/image.h"
#include "../../tools/vactl/message.h"

#define PAGE 0x1000UL
#define BITMAP 0x1000UL
#define BLOCKS 0x2000UL
#define CAPACITY 100U
#define LENGTH (BLOCKS + CAPACITY * sizeof(struct tree_block))
#define REGION ((LENGTH + PAGE - 1) & ~(PAGE - 1))
#define FUZZ_ROUNDS 100000

#define TEST(name) static void name(__attribute__((unused)) void **state)

/* A region as it would be copied: exactly as long as it claims to be needed,
 * so that a sanitizer sees every byte read behind it. */
struct region {
	struct table *table;
	uint64_t *bitmap;
	struct tree_block *block;
};

static struct region build(void)
{
	char *bytes = calloc(1, LENGTH);
	struct region region = {
		.table = (struct table *)bytes, .bitmap = (uint64_t *)(bytes + BITMAP),
		.block = (struct tree_block *)(bytes + BLOCKS),
	};

	assert_non_null(bytes);
	*region.table = (struct table){
		.magic = TABLE_MAGIC, .version = TABLE_VERSION, .size = sizeof(struct table),
		.block_size = sizeof(struct tree_block), .page_size = PAGE,
		.region_size = REGION, .bitmap_offset = BITMAP, .block_offset = BLOCKS,
		.lower = 0x10000, .upper = 0x100000000, .min = 0x10000, .top = 0x7ffffffff000,
		.reach = REACH_PROCESS, .fence = FENCE_UP,
	};
	tree_init(&region.table->tree, region.block, region.bitmap, CAPACITY);
	return region;
}

static void finish(struct region *region, struct intervals *intervals)
{
	memory_drop(intervals);
	free(region->table);
}

static void add(struct region *region, uintptr_t start, uintptr_t end, uint32_t when)
{
	struct mapping_info info = { .when = when, .kind = KIND_GUEST, .owner = (uint16_t)when };

	tree_set(&region->table->tree, start, end, &info);
}

/* Intervals of one page, two pages apart. */
static void fill(struct region *region, uint32_t count)
{
	for (uint32_t i = 1; i <= count; i++)
		add(region, 2 * i * PAGE, (2 * i + 1) * PAGE, i);
}

static struct intervals extract(const struct region *region)
{
	struct intervals intervals;

	assert_int_equal(image_extract(region->table, LENGTH, NULL, 0, &intervals), READER_GOOD);
	return intervals;
}

static void check_same(const struct intervals *intervals, const struct tree *tree)
{
	struct cursor at = tree_first(tree);
	struct entry entry;
	size_t i = 0;

	for (; tree_entry(tree, at, &entry); at = tree_next(tree, at), i++) {
		assert_true(i < intervals->count);
		assert_memory_equal(&intervals->at[i], &entry, sizeof(entry));
	}
	assert_int_equal(i, intervals->count);
	assert_int_equal(intervals->damaged, 0);
}

static void check_interval(const struct intervals *intervals, size_t at, uintptr_t start,
			   uintptr_t end)
{
	assert_true(at < intervals->count);
	assert_int_equal(intervals->at[at].start, start);
	assert_int_equal(intervals->at[at].end, end);
}

static uint64_t random_next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	return *state ^= *state << 17;
}

TEST(an_empty_tree_has_no_intervals)
{
	struct region region = build();
	struct intervals intervals = extract(&region);

	assert_int_equal(intervals.count, 0);
	assert_int_equal(intervals.damaged, 0);
	finish(&region, &intervals);
}

TEST(what_is_in_the_tree_comes_out_in_order)
{
	uint64_t random = 1;
	struct region region = build();
	struct intervals intervals;

	for (uint32_t i = 0; i < 3000; i++) {
		uintptr_t start = (1 + random_next(&random) % 1000) * PAGE;

		if (!tree_room(&region.table->tree) || random_next(&random) % 3 == 0)
			tree_clear(&region.table->tree, start, start + 3 * PAGE);
		else
			add(&region, start, start + PAGE, i);
		if (i % 100)
			continue;
		intervals = extract(&region);
		check_same(&intervals, &region.table->tree);
		memory_drop(&intervals);
	}
	free(region.table);
}

static size_t seek(const struct intervals *intervals, uint64_t address)
{
	return array_seek(intervals->at, intervals->count, sizeof(*intervals->at), address);
}

TEST(seek_finds_the_first_that_ends_above)
{
	struct region region = build();
	struct intervals intervals;

	fill(&region, 3);
	intervals = extract(&region);
	assert_int_equal(seek(&intervals, 0), 0);
	assert_int_equal(seek(&intervals, 3 * PAGE - 1), 0);
	assert_int_equal(seek(&intervals, 3 * PAGE), 1);
	assert_int_equal(seek(&intervals, 7 * PAGE), 3);
	finish(&region, &intervals);
}

TEST(links_are_not_followed)
{
	struct region region = build();
	struct intervals intervals;

	fill(&region, 200);
	for (uint32_t i = 1; i < CAPACITY; i++) {
		if (region.block[i].level > 1)
			for (int child = 0; child < TREE_INNER_MAX; child++)
				region.block[i].inner.child[child] = UINT32_MAX;
		region.block[i].next = i;
		region.block[i].previous = UINT32_MAX;
	}
	region.table->tree.block = (struct tree_block *)16;
	region.table->tree.bitmap = (uint64_t *)16;
	intervals = extract(&region);
	assert_int_equal(intervals.count, 200);
	finish(&region, &intervals);
}

/* Gives one field of the header each of the values, and tells the reader's result. */
#define CHECK_FIELD(expected, field, ...)                                            \
	do {                                                                         \
		const uint64_t values[] = { __VA_ARGS__ };                           \
		for (size_t i = 0; i < ARRAY_SIZE(values); i++) {                    \
			struct table changed = *region.table;                        \
			changed.field = (__typeof__(changed.field))values[i];        \
			if (image_check(&changed) != (expected))                     \
				fail_msg("%s is taken wrongly, value %zu", #field, i); \
		}                                                                    \
	} while (0)

TEST(a_header_is_checked_field_by_field)
{
	struct region region = build();

	assert_int_equal(image_check(region.table), READER_GOOD);
	CHECK_FIELD(READER_DAMAGED, magic, 0);
	CHECK_FIELD(READER_VERSION, version, 0, TABLE_VERSION + 1);
	CHECK_FIELD(READER_DAMAGED, size, sizeof(struct table) + 8);
	CHECK_FIELD(READER_DAMAGED, block_size, 0);
	CHECK_FIELD(READER_DAMAGED, page_size, 0, 4097, 1U << 31);
	CHECK_FIELD(READER_DAMAGED, region_size, 0, REGION + 1, UINT64_MAX, (1UL << 30) + PAGE);
	CHECK_FIELD(READER_DAMAGED, bitmap_offset, 0, BITMAP + 1, BLOCKS, UINT64_MAX - 7);
	CHECK_FIELD(READER_DAMAGED, block_offset, 0, BLOCKS + 4, REGION - 8, UINT64_MAX - 7);
	CHECK_FIELD(READER_DAMAGED, lower, 0x10001, 0);
	CHECK_FIELD(READER_DAMAGED, upper, 0x7ffffffff001, UINT64_MAX & ~(PAGE - 1));
	CHECK_FIELD(READER_GOOD, lower, 0x200000000, 0x100000000); /* wraps; no window */
	CHECK_FIELD(READER_DAMAGED, min, 0x7ffffffff000);
	CHECK_FIELD(READER_DAMAGED, top, 0);
	CHECK_FIELD(READER_DAMAGED, reach, REACH_WHOLE + 1);
	CHECK_FIELD(READER_DAMAGED, fence, FENCE_SEALED + 1);
	CHECK_FIELD(READER_DAMAGED, tree.capacity, 0, CAPACITY + 100, UINT32_MAX);
	CHECK_FIELD(READER_DAMAGED, tree.root, CAPACITY);
	CHECK_FIELD(READER_DAMAGED, tree.height, TREE_HEIGHT_MAX + 1);
	CHECK_FIELD(READER_DAMAGED, tree.entries, UINT32_MAX);
	CHECK_FIELD(READER_DAMAGED, tree.used, CAPACITY + 1);
	CHECK_FIELD(READER_DAMAGED, tree.hint, CAPACITY + 1);
	free(region.table);
}

TEST(a_copy_cut_short_is_damaged)
{
	struct region region = build();
	struct intervals intervals;
	uint64_t needed;

	fill(&region, 100);
	needed = image_block_bytes(region.table, image_blocks(region.table, region.bitmap));
	assert_int_equal(image_extract(region.table, needed, NULL, 0, &intervals), READER_GOOD);
	memory_drop(&intervals);
	for (uint64_t length = 0; length < needed; length += 100) {
		assert_int_equal(image_extract(region.table, length, NULL, 0, &intervals), READER_DAMAGED);
		memory_drop(&intervals);
	}
	free(region.table);
}

TEST(ill_formed_entries_are_left_out_and_counted)
{
	struct region region = build();
	struct intervals intervals;
	struct tree_block *leaf;

	fill(&region, 6);
	leaf = &region.block[region.table->tree.root];
	leaf->leaf.end[0] = leaf->leaf.start[0];
	leaf->leaf.start[1]++;
	leaf->leaf.end[2]--;
	leaf->leaf.info[3].kind = KIND_NONE;
	leaf->leaf.info[4].kind = KIND_COUNT;
	intervals = extract(&region);
	assert_int_equal(intervals.count, 1);
	assert_int_equal(intervals.damaged, 5);
	check_interval(&intervals, 0, 12 * PAGE, 13 * PAGE);
	finish(&region, &intervals);
}

TEST(a_leaf_that_claims_too_many_is_left_out)
{
	struct region region = build();
	struct intervals intervals;

	fill(&region, 6);
	region.block[region.table->tree.root].count = TREE_LEAF_MAX + 1;
	intervals = extract(&region);
	assert_int_equal(intervals.count, 0);
	assert_int_equal(intervals.damaged, 1);
	finish(&region, &intervals);
}

TEST(of_two_that_overlap_the_later_one_has_the_common_part)
{
	struct region region = build();
	struct intervals intervals;
	struct tree_block *leaf;

	fill(&region, 3); /* [2, 3) [4, 5) [6, 7), made in this order */
	leaf = &region.block[region.table->tree.root];
	leaf->leaf.end[0] = 5 * PAGE; /* the earlier one reaches over the second */
	leaf->leaf.start[1] = 4 * PAGE;
	leaf->leaf.end[1] = 9 * PAGE; /* and the second over the third */
	leaf->leaf.info[1].when = 9;
	intervals = extract(&region);
	assert_int_equal(intervals.count, 2);
	check_interval(&intervals, 0, 2 * PAGE, 4 * PAGE);
	check_interval(&intervals, 1, 4 * PAGE, 9 * PAGE);
	assert_true(intervals.damaged > 0);
	finish(&region, &intervals);
}

TEST(only_what_two_copies_share_is_taken_from_a_changing_table)
{
	struct region region = build(), later = build();
	struct intervals intervals;

	fill(&region, 100);
	fill(&later, 100);
	assert_int_equal(image_extract(region.table, LENGTH, later.table, LENGTH,
					      &intervals), READER_GOOD);
	check_same(&intervals, &region.table->tree);
	memory_drop(&intervals);
	add(&later, 2 * PAGE, 3 * PAGE, 500);          /* made anew */
	add(&later, 1000 * PAGE, 1001 * PAGE, 501);    /* come */
	tree_clear(&later.table->tree, 4 * PAGE, 5 * PAGE); /* gone */
	assert_int_equal(image_extract(region.table, LENGTH, later.table, LENGTH,
					      &intervals), READER_GOOD);
	assert_int_equal(intervals.count, 98);
	check_interval(&intervals, 0, 6 * PAGE, 7 * PAGE);
	finish(&region, &intervals);
	free(later.table);
}

static void check_order(const struct intervals *intervals)
{
	for (size_t i = 0; i < intervals->count; i++) {
		const struct entry *entry = &intervals->at[i];

		assert_true(entry->start < entry->end);
		assert_true(entry->info.kind > KIND_NONE && entry->info.kind < KIND_COUNT);
		assert_true(i == 0 || intervals->at[i - 1].end <= entry->start);
	}
}

/* Where in the copy a change does something: mostly in the header and the
 * blocks in use, else anywhere. */
static size_t random_place(uint64_t *random)
{
	uint64_t part = random_next(random) % 4;

	return part == 0 ? random_next(random) % sizeof(struct table) :
	       part == 1 ? BITMAP + random_next(random) % 16 :
	       part == 2 ? BLOCKS + random_next(random) % (20 * sizeof(struct tree_block)) :
			   random_next(random) % LENGTH;
}

/* One round: some bytes changed, all taken out, the bytes put back. */
static void fuzz_once(unsigned char *bytes, const unsigned char *good, uint64_t *random)
{
	size_t place[16], count = 1 + random_next(random) % ARRAY_SIZE(place);
	size_t length = random_next(random) % 8 ? LENGTH : random_next(random) % LENGTH;
	struct intervals intervals;

	for (size_t i = 0; i < count; i++) {
		place[i] = random_place(random);
		bytes[place[i]] = random_next(random) % 4 ? (unsigned char)random_next(random) : 0xff;
	}
	if (image_extract(bytes, length, NULL, 0, &intervals) == READER_GOOD)
		check_order(&intervals);
	memory_drop(&intervals);
	if (image_extract(bytes, length, good, LENGTH, &intervals) == READER_GOOD)
		check_order(&intervals);
	memory_drop(&intervals);
	for (size_t i = 0; i < count; i++)
		bytes[place[i]] = good[place[i]];
}

TEST(no_bytes_can_hurt)
{
	const char *given = getenv("FUZZ_SEED");
	uint64_t seed = given ? strtoull(given, NULL, 0) : (uint64_t)time(NULL);
	uint64_t random = seed * 2 + 1;
	struct region region = build(), good = build();

	print_message("# FUZZ_SEED=%llu\n", (unsigned long long)seed);
	fill(&region, 150);
	memcpy(good.table, region.table, LENGTH);
	for (int i = 0; i < FUZZ_ROUNDS; i++)
		fuzz_once((unsigned char *)region.table, (const unsigned char *)good.table,
			  &random);
	free(region.table);
	free(good.table);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_empty_tree_has_no_intervals),
		cmocka_unit_test(what_is_in_the_tree_comes_out_in_order),
		cmocka_unit_test(seek_finds_the_first_that_ends_above),
		cmocka_unit_test(links_are_not_followed),
		cmocka_unit_test(a_header_is_checked_field_by_field),
		cmocka_unit_test(a_copy_cut_short_is_damaged),
		cmocka_unit_test(ill_formed_entries_are_left_out_and_counted),
		cmocka_unit_test(a_leaf_that_claims_too_many_is_left_out),
		cmocka_unit_test(of_two_that_overlap_the_later_one_has_the_common_part),
		cmocka_unit_test(only_what_two_copies_share_is_taken_from_a_changing_table),
		cmocka_unit_test(no_bytes_can_hurt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
