/* SPDX-License-Identifier: MIT */
/* The tree against the naive model, and at sizes that the model cannot show. */
#include <stdio.h>

#include "unit.h"

#include "dice.h"
#include "naive.h"

#include "core/tree.h"

#define A(page) NAIVE_ADDRESS(page)

struct trial {
	struct dice dice;
	struct naive naive;
	struct tree *tree;
	uint32_t changes;
	uint32_t longest; /* pages of a range */
};

static struct stretch roll_stretch(struct trial *trial)
{
	uint32_t start = dice_roll(&trial->dice, trial->naive.pages);
	uint32_t most = trial->naive.pages - start;

	if (most > trial->longest)
		most = trial->longest;
	return (struct stretch){ start, start + 1 + dice_roll(&trial->dice, most) };
}

static struct mapping_info roll_info(struct trial *trial)
{
	static const uint8_t flags[] = { 0, 0, 0, ENTRY_SHM, ENTRY_OUTSIDE, ENTRY_GROWSDOWN };

	return (struct mapping_info){
		.caller = dice_bits(&trial->dice),
		.when = trial->changes,
		.page = dice_roll(&trial->dice, 1000),
		.kind = (uint8_t)(1 + dice_roll(&trial->dice, KIND_COUNT - 1)),
		.flags = flags[dice_roll(&trial->dice, ARRAY_SIZE(flags))],
		.owner = (uint16_t)dice_roll(&trial->dice, 2),
	};
}

static void set(struct trial *trial, struct stretch at, struct mapping_info info)
{
	tree_set(trial->tree, A(at.start), A(at.end), &info);
	naive_set(&trial->naive, at, &info);
}

static void clear(struct trial *trial, struct stretch at)
{
	tree_clear(trial->tree, A(at.start), A(at.end));
	naive_clear(&trial->naive, at);
}

static uint32_t page_of(uintptr_t address)
{
	return (uint32_t)((address - NAIVE_BASE) / NAIVE_PAGE);
}

/* The first entry that ends above a random page; none: that page alone. */
static struct stretch roll_entry(struct trial *trial, struct entry *entry)
{
	uint32_t page = dice_roll(&trial->dice, trial->naive.pages);

	if (!tree_entry(trial->tree, tree_seek(trial->tree, A(page)), entry))
		*entry = (struct entry){ A(page), A(page + 1), { .kind = KIND_GUEST } };
	return (struct stretch){ page_of(entry->start), page_of(entry->end) };
}

/* Takes an entry out, or any piece of it. */
static void clear_piece(struct trial *trial)
{
	struct entry entry;
	struct stretch at = roll_entry(trial, &entry);
	uint32_t pages = at.end - at.start;

	at.start += dice_roll(&trial->dice, 2) * dice_roll(&trial->dice, pages);
	at.end -= dice_roll(&trial->dice, 2) * dice_roll(&trial->dice, at.end - at.start);
	clear(trial, at);
}

/* Lets an entry grow by its like into the gap behind it, often up to the next. */
static void extend(struct trial *trial)
{
	struct entry entry, next;
	struct stretch at = roll_entry(trial, &entry);
	uint32_t end = trial->naive.pages;

	if (tree_entry(trial->tree, tree_seek(trial->tree, entry.end), &next))
		end = page_of(next.start);
	if (end > at.end + trial->longest)
		end = at.end + trial->longest;
	entry.info.caller = dice_bits(&trial->dice);
	entry.info.when = trial->changes;
	if (end > at.end)
		set(trial, (struct stretch){ at.end, end }, entry.info);
	else
		set(trial, at, entry.info);
}

/* One random change; `sets` of 16 put something in, the rest takes it out. */
static void change(struct trial *trial, uint32_t sets)
{
	bool puts = dice_roll(&trial->dice, 16) < sets, aims = dice_roll(&trial->dice, 3) == 0;
	uint32_t used = trial->tree->used;

	trial->changes++;
	if (puts && aims)
		extend(trial);
	else if (puts)
		set(trial, roll_stretch(trial), roll_info(trial));
	else if (aims)
		clear_piece(trial);
	else
		clear(trial, roll_stretch(trial));
	if (trial->tree->used > used + TREE_CHANGE_BLOCKS)
		fail_msg("seed %" PRIu64 ", change %u took %u blocks", trial->dice.seed,
			 trial->changes, trial->tree->used - used);
}

static void check(const struct trial *trial)
{
	const char *why = tree_check(trial->tree);

	if (why)
		fail_msg("seed %" PRIu64 ", change %u: %s", trial->dice.seed, trial->changes,
			 why);
}

static void compare(const struct trial *trial)
{
	char context[80];

	snprintf(context, sizeof(context), "seed %" PRIu64 ", change %u", trial->dice.seed,
		 trial->changes);
	naive_compare(&trial->naive, trial->tree, context);
}

static struct trial begin(const char *test, uint32_t pages, uint32_t capacity)
{
	struct trial trial = { .dice = dice_new(test) };

	naive_init(&trial.naive, pages);
	trial.tree = bed_make(capacity);
	return trial;
}

/* Empties the tree, which must then hold no block any more. */
static void end(struct trial *trial)
{
	compare(trial);
	tree_clear(trial->tree, 0, UINTPTR_MAX);
	check(trial);
	assert_int_equal(trial->tree->entries, 0);
	assert_int_equal(trial->tree->used, 0);
	naive_free(&trial->naive);
	bed_free(trial->tree);
}

static void a_million_changes_each_compared_with_the_model(void **state)
{
	static const uint32_t longest[] = { 3, 12, 96 };
	struct trial trial = begin(__func__, 96, 64);

	(void)state;
	for (uint32_t i = 0; i < 1000000; i++) {
		trial.longest = longest[i / 5000 % ARRAY_SIZE(longest)];
		change(&trial, 8);
		check(&trial);
		compare(&trial);
	}
	end(&trial);
}

/* How the big tree's life goes: it grows, changes, and shrinks to nothing. */
static const struct phase {
	uint32_t changes, sets, longest;
} phase[] = {
	{ 400000, 15, 2 }, { 300000, 9, 2 }, { 200000, 4, 12 }, { 2000, 2, 2000 },
	{ 300000, 15, 2 },
};

static void a_million_changes_of_a_high_tree(void **state)
{
	struct trial trial = begin(__func__, 1U << 17, 1U << 14);
	uint32_t height = 0, entries = 0;

	(void)state;
	for (size_t p = 0; p < ARRAY_SIZE(phase); p++) {
		trial.longest = phase[p].longest;
		for (uint32_t i = 0; i < phase[p].changes; i++) {
			change(&trial, phase[p].sets);
			if (i % 1000 == 0)
				check(&trial);
			if (i % 50000 == 0)
				compare(&trial);
		}
		height = trial.tree->height > height ? trial.tree->height : height;
		entries = trial.tree->entries > entries ? trial.tree->entries : entries;
		print_message("# after phase %zu: %u entries, height %u\n", p,
			      trial.tree->entries, trial.tree->height);
	}
	assert_true(height >= 4);
	assert_true(entries >= 40000);
	end(&trial);
}

/* Changes at random until the blocks run out, and on from there. */
static void a_full_tree_says_so_and_breaks_nothing(void **state)
{
	struct trial trial = begin(__func__, 4096, TREE_CHANGE_BLOCKS + 20);
	uint32_t refused = 0;

	(void)state;
	trial.longest = 2;
	for (uint32_t i = 0; i < 100000; i++) {
		if (tree_room(trial.tree)) {
			change(&trial, 15);
		} else {
			struct stretch most = { 100, 4000 };

			refused++;
			check(&trial);
			compare(&trial);
			clear(&trial, most);
			assert_true(tree_room(trial.tree));
		}
		assert_true(trial.tree->used < trial.tree->capacity);
	}
	assert_true(refused > 0);
	end(&trial);
}

static void a_tree_without_blocks_has_no_room(void **state)
{
	struct tree *tree = bed_make(TREE_CHANGE_BLOCKS);

	(void)state;
	assert_false(tree_room(tree));
	bed_free(tree);
	tree = bed_make(TREE_CHANGE_BLOCKS + 1);
	assert_true(tree_room(tree));
	bed_free(tree);
}

#define MANY 50000U

/* 0 to MANY - 1 in an order: rising, falling, or shuffled where there are dice. */
static uint32_t *make_order(bool falling, struct dice *dice)
{
	uint32_t *order = malloc(MANY * sizeof(*order));

	assert_non_null(order);
	for (uint32_t i = 0; i < MANY; i++)
		order[i] = falling ? MANY - 1 - i : i;
	for (uint32_t i = MANY - 1; dice && i > 0; i--) {
		uint32_t other = dice_roll(dice, i + 1), kept = order[i];

		order[i] = order[other];
		order[other] = kept;
	}
	return order;
}

static void print_memory(const struct tree *tree, const char *what)
{
	print_message("# %s: %u entries, height %u, %.1f bytes an entry\n", what, tree->entries,
		      tree->height, (double)tree->used * TREE_BLOCK_SIZE / tree->entries);
}

/* Inserts MANY one-page entries two pages apart in one order, reads them, and
 * takes them out in another. Returns the bytes an entry took. */
static uint32_t fill_and_empty(const uint32_t *in, const uint32_t *out, const char *what)
{
	const struct mapping_info info = { .kind = KIND_GUEST };
	struct tree *tree = bed_make(1U << 14);
	struct cursor at;
	struct entry entry;
	uint32_t bytes;

	for (uint32_t i = 0; i < MANY; i++)
		tree_set(tree, A(2 * in[i]), A(2 * in[i] + 1), &info);
	assert_null(tree_check(tree));
	assert_int_equal(tree->entries, MANY);
	print_memory(tree, what);
	bytes = tree->used * TREE_BLOCK_SIZE / MANY;
	at = tree_first(tree);
	for (uint32_t i = 0; i < MANY; i++, at = tree_next(tree, at)) {
		assert_true(tree_entry(tree, at, &entry));
		assert_int_equal(entry.start, A(2 * i));
	}
	for (uint32_t i = 0; i < MANY; i++) {
		tree_clear(tree, A(2 * out[i]), A(2 * out[i] + 1));
		if (i % 1000 == 0)
			assert_null(tree_check(tree));
	}
	assert_int_equal(tree->used, 0);
	bed_free(tree);
	return bytes;
}

static void rising_order_fills_the_blocks(void **state)
{
	uint32_t *rising = make_order(false, NULL), *falling = make_order(true, NULL);

	(void)state;
	assert_true(fill_and_empty(rising, falling, "rising order") < 48);
	free(rising);
	free(falling);
}

static void falling_order_fills_the_blocks(void **state)
{
	uint32_t *rising = make_order(false, NULL), *falling = make_order(true, NULL);

	(void)state;
	assert_true(fill_and_empty(falling, rising, "falling order") < 48);
	free(rising);
	free(falling);
}

static void random_order_takes_at_most_64_bytes_an_entry(void **state)
{
	struct dice dice = dice_new(__func__);
	uint32_t *in = make_order(false, &dice), *out = make_order(false, &dice);

	(void)state;
	assert_true(fill_and_empty(in, out, "random order") < 64);
	free(in);
	free(out);
}

/* Mappings that come from the top down lie between others: no block's end, and
 * so the worst case for blocks that only split. */
static void falling_order_between_others_fills_the_blocks(void **state)
{
	const struct mapping_info info = { .kind = KIND_GUEST };
	struct tree *tree = bed_make(1U << 14);

	(void)state;
	for (uint32_t i = 0; i < 10; i++) {
		tree_set(tree, A(2 * i), A(2 * i + 1), &info);
		tree_set(tree, A(4 * MANY + 2 * i), A(4 * MANY + 2 * i + 1), &info);
	}
	for (uint32_t i = 0; i < MANY; i++)
		tree_set(tree, A(3 * MANY - 2 * i), A(3 * MANY - 2 * i + 1), &info);
	assert_null(tree_check(tree));
	print_memory(tree, "falling order between others");
	assert_int_equal(tree->entries, MANY + 20);
	assert_true(tree->used * TREE_BLOCK_SIZE / tree->entries < 64);
	bed_free(tree);
}

/* The state of the blocks after many random removals and insertions. */
static void churn_takes_at_most_64_bytes_an_entry(void **state)
{
	const struct mapping_info info = { .kind = KIND_GUEST };
	struct dice dice = dice_new(__func__);
	struct tree *tree = bed_make(1U << 14);
	uint32_t *order = make_order(false, &dice);

	(void)state;
	for (uint32_t i = 0; i < MANY; i++)
		tree_set(tree, A(4 * order[i]), A(4 * order[i] + 1), &info);
	for (uint32_t i = 0; i < 10 * MANY; i++) {
		uint32_t *one = &order[dice_roll(&dice, MANY)], other = *one;

		tree_clear(tree, A(4 * *one), A(4 * *one + 1));
		while (!tree_is_free(tree, A(4 * other), A(4 * other + 1)))
			other = dice_roll(&dice, 2 * MANY);
		tree_set(tree, A(4 * other), A(4 * other + 1), &info);
		*one = other;
	}
	assert_null(tree_check(tree));
	print_memory(tree, "churn");
	assert_int_equal(tree->entries, MANY);
	assert_true(tree->used * TREE_BLOCK_SIZE / MANY < 64);
	free(order);
	bed_free(tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_million_changes_each_compared_with_the_model),
		cmocka_unit_test(a_million_changes_of_a_high_tree),
		cmocka_unit_test(a_full_tree_says_so_and_breaks_nothing),
		cmocka_unit_test(a_tree_without_blocks_has_no_room),
		cmocka_unit_test(rising_order_fills_the_blocks),
		cmocka_unit_test(falling_order_fills_the_blocks),
		cmocka_unit_test(random_order_takes_at_most_64_bytes_an_entry),
		cmocka_unit_test(falling_order_between_others_fills_the_blocks),
		cmocka_unit_test(churn_takes_at_most_64_bytes_an_entry),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
