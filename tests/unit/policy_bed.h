/* SPDX-License-Identifier: MIT */
/* The tests of the policy share these: windows of a few pages, and a tree. */
#ifndef VALIMIT_TESTS_POLICY_BED_H
#define VALIMIT_TESTS_POLICY_BED_H

#include "naive.h"
#include "unit.h"

#include "core/policy.h"

#define A(page) NAIVE_ADDRESS(page)
#define S(start, end) { A(start), A(end) }
#define PAGE NAIVE_PAGE
#define PLACES (PLACE_BESTFIT + 1)

static const struct mapping_info guest = { .kind = KIND_GUEST };

static const struct spans plain = { 1, { S(10, 40) } };
/* A wrapped window: pages [60, 100) and [0, 20). */
static const struct spans wrapped = { 2, { S(60, 100), S(0, 20) } };

static inline int make(void **state)
{
	*state = bed_make(256);
	return 0;
}

static inline int unmake(void **state)
{
	bed_free(*state);
	return 0;
}

static inline struct policy at_base(enum option_place place, uint32_t page)
{
	return (struct policy){ .place = place, .base = A(page), .align = PAGE };
}

/* Where the policy maps `pages` pages, as a page; -1: nowhere. */
static inline int map(struct policy *policy, struct tree *tree, const struct spans *spans,
		      uint32_t pages)
{
	uintptr_t at = policy_find(policy, tree, spans, pages * PAGE, PAGE);

	if (at == 0)
		return -1;
	assert_true(tree_is_free(tree, at, at + pages * PAGE));
	tree_set(tree, at, at + pages * PAGE, &guest);
	return (int)((at - A(0)) / PAGE);
}

#define ON_A_TREE(test) cmocka_unit_test_setup_teardown(test, make, unmake)

#endif
