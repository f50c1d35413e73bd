/* SPDX-License-Identifier: MIT */
/*
 * The interval tree's contract, done the slow and plain way: one cell a page.
 * And the bed on which tests grow a tree. Pages count from 0; page 0 is at
 * NAIVE_BASE.
 */
#ifndef VALIMIT_TESTS_NAIVE_H
#define VALIMIT_TESTS_NAIVE_H

#include "core/tree.h"
#include "core/window.h"

#define NAIVE_BASE 0x10000UL
#define NAIVE_PAGE 0x1000UL
#define NAIVE_ADDRESS(page) (NAIVE_BASE + (page) * NAIVE_PAGE)

struct cell {
	bool used;
	bool first; /* of its interval */
	struct mapping_info info;
};

struct naive {
	uint32_t pages;
	struct cell *cell;
};

/* Pages [start, end) */
struct stretch {
	uint32_t start, end;
};

void naive_init(struct naive *naive, uint32_t pages);
void naive_free(struct naive *naive);

/* As the functions of tree.h with the same verbs. */
void naive_set(struct naive *naive, struct stretch at, const struct mapping_info *info);
void naive_clear(struct naive *naive, struct stretch at);

/* The first interval that begins at *page or later; moves *page to its end. */
bool naive_next(const struct naive *naive, uint32_t *page, struct entry *entry);

/* Fails the test, with `context`, where the tree's entries are not the model's. */
void naive_compare(const struct naive *naive, const struct tree *tree, const char *context);

/* As the functions of gap.h. */
uintptr_t naive_highest(const struct naive *naive, struct span span, size_t length, size_t align);
uintptr_t naive_lowest(const struct naive *naive, struct span span, size_t length, size_t align);
uintptr_t naive_best(const struct naive *naive, struct span span, uintptr_t base, size_t length,
		     size_t align);
size_t naive_largest(const struct naive *naive, struct span span);

/* Whether the place is free, aligned and inside the span. */
bool naive_fits(const struct naive *naive, struct span span, uintptr_t at, size_t length,
		size_t align);

/* An empty tree on blocks and a bitmap of its own, neither larger than asked. */
struct tree *bed_make(uint32_t capacity);
void bed_free(struct tree *tree);

#endif
