/* SPDX-License-Identifier: MIT */
/* tree_check() finds each invariant broken, and says which. */
#include "unit.h"

#include "naive.h"

#define A(page) NAIVE_ADDRESS(page)
#define ENTRIES (3 * TREE_LEAF_MAX)

static struct tree *tree;

/* Two levels, and a gap after each entry. */
static int make(void **state)
{
	static const struct mapping_info guest = { .kind = KIND_GUEST };

	*state = tree = bed_make(256);
	for (uintptr_t i = 0; i < ENTRIES; i++)
		tree_set(tree, A(3 * i), A(3 * i + 1), &guest);
	assert_int_equal(tree->height, 2);
	assert_null(tree_check(tree));
	return 0;
}

static int unmake(void **state)
{
	bed_free(*state);
	return 0;
}

static struct tree_block *root(void)
{
	return &tree->block[tree->root];
}

static struct tree_block *leaf(uint32_t i)
{
	return &tree->block[root()->inner.child[i]];
}

static void expect(const char *why)
{
	const char *found = tree_check(tree);

	assert_non_null(found);
	assert_string_equal(found, why);
}

static void the_header(void **state)
{
	struct tree good = *tree;

	(void)state;
	tree->root = 0;
	expect("an empty tree has a root, or a full one has none");
	tree->root = good.root;
	tree->height = 0;
	expect("an empty tree has a root, or a full one has none");
	tree->height = TREE_HEIGHT_MAX + 1;
	expect("the tree is too high");
	tree->height = good.height;
	tree->entries++;
	expect("the number of entries is wrong");
	tree->entries = good.entries;
	tree->used++;
	expect("blocks leaked");
}

static void the_bitmap(void **state)
{
	uint32_t id = tree->root;

	(void)state;
	tree->root = tree->capacity;
	expect("a block in the tree is not marked as used");
	tree->root = id;
	tree->bitmap[id / 64] &= ~(1UL << (id % 64));
	expect("a block in the tree is not marked as used");
	tree->bitmap[id / 64] |= 1UL << (id % 64);
	root()->inner.child[0] = 0;
	expect("a block in the tree is not marked as used");
}

static void a_block_without_an_owner(void **state)
{
	(void)state;
	tree->bitmap[200 / 64] |= 1UL << (200 % 64);
	expect("blocks leaked");
	tree->bitmap[200 / 64] &= ~(1UL << (200 % 64));
	tree->hint = 201;
	expect("a free block lies below the hint");
	tree->hint = tree->capacity + 1;
	expect("a free block lies below the hint");
	/* Where every block is used the hint may be anywhere. */
	tree->capacity = tree->used + 1;
	assert_null(tree_check(tree));
}

static void a_block_s_head(void **state)
{
	uint16_t count = leaf(0)->count, inner = root()->count;

	(void)state;
	leaf(0)->level = 2;
	expect("a block has the wrong level");
	leaf(0)->level = 1;
	leaf(0)->count = 0;
	expect("a block's count is out of range");
	leaf(0)->count = TREE_LEAF_MAX + 1;
	expect("a block's count is out of range");
	leaf(0)->count = count;
	root()->count = TREE_INNER_MAX + 1;
	expect("a block's count is out of range");
	root()->count = inner;
	assert_null(tree_check(tree));
}

static void the_links(void **state)
{
	uint32_t next = leaf(0)->next;

	(void)state;
	leaf(1)->previous = 0;
	expect("a leaf's left link is wrong");
	leaf(1)->previous = root()->inner.child[0];
	leaf(0)->next = 0;
	expect("a leaf's right link is wrong");
	leaf(0)->next = next;
	leaf(root()->count - 1U)->next = next;
	expect("the last leaf has a right neighbour");
}

static void the_entries(void **state)
{
	struct tree_block good = *leaf(1);

	(void)state;
	leaf(1)->leaf.end[0] = leaf(1)->leaf.start[0];
	expect("an entry is empty");
	*leaf(1) = good;
	leaf(1)->leaf.start[1] = leaf(1)->leaf.start[0];
	expect("entries overlap or are out of order");
	*leaf(1) = good;
	leaf(1)->leaf.start[1] = leaf(1)->leaf.end[0];
	expect("equal neighbours did not merge");
	leaf(1)->leaf.info[1].kind = KIND_HOST;
	assert_null(tree_check(tree));
}

static void the_summaries(void **state)
{
	struct tree_block good = *root();

	(void)state;
	root()->inner.start[1]--;
	expect("a child's extent is stale");
	*root() = good;
	root()->inner.end[1]++;
	expect("a child's extent is stale");
	*root() = good;
	root()->inner.gap[0]++;
	expect("a child's largest gap is stale");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_header, make, unmake),
		cmocka_unit_test_setup_teardown(the_bitmap, make, unmake),
		cmocka_unit_test_setup_teardown(a_block_without_an_owner, make, unmake),
		cmocka_unit_test_setup_teardown(a_block_s_head, make, unmake),
		cmocka_unit_test_setup_teardown(the_links, make, unmake),
		cmocka_unit_test_setup_teardown(the_entries, make, unmake),
		cmocka_unit_test_setup_teardown(the_summaries, make, unmake),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
