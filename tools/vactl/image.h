/* SPDX-License-Identifier: MIT */
/*
 * A copy of a process's published table (core/table.h), as bytes. The process
 * may be hostile: every byte is checked before it is used, no link of the tree
 * is followed, and no copy can make a reader crash. Knows no process: the copy
 * can come from a live one, a core file or a test.
 */
#ifndef VACTL_IMAGE_H
#define VACTL_IMAGE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/table.h"
#include "core/tree.h"

enum image_state {
	IMAGE_GOOD,
	IMAGE_NO_TABLE, /* another magic */
	IMAGE_VERSION,  /* another version of the layout */
	IMAGE_DAMAGED,  /* some field cannot be true */
};

/* Intervals, ascending and apart from each other. `damaged` were left out or
 * cut: ill-formed, or overlapping others. */
struct intervals {
	struct entry *at;
	size_t count;
	size_t damaged;
};

/* Whether a table's header can be believed; only then do the others take it. */
enum image_state image_check(const struct table *header);

/* Where a copy's parts lie, bytes from the table. */
uint64_t image_bitmap_bytes(const struct table *header);
uint64_t image_block_bytes(const struct table *header, uint32_t blocks);

/* The blocks up to the last used one; at most the header's capacity. */
uint32_t image_blocks(const struct table *header, const uint64_t *bitmap);

/* Takes the intervals out of a copy of `length` bytes, 8-byte aligned, laid
 * out as the region is and reaching at least to the last used block. */
enum image_state image_extract(const void *bytes, size_t length, struct intervals *intervals);

/* The same of two copies made one after the other while the table changed:
 * only intervals that are the same in both. Where two of them overlap, the
 * one that was made later has the common part. */
enum image_state image_extract_common(const void *a, size_t a_length,
				      const void *b, size_t b_length,
				      struct intervals *intervals);

/* For qsort: the order of intervals. */
int intervals_compare(const void *left, const void *right);

void intervals_free(struct intervals *intervals);

/* The first interval that ends above `address`; `count` where none does. */
size_t intervals_seek(const struct intervals *intervals, uint64_t address);

#endif
