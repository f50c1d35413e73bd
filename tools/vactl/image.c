/* SPDX-License-Identifier: MIT */
#include "image.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"

/* More than 25 million intervals; a kernel gives 65,530 unless told otherwise. */
#define REGION_MAX (1UL << 30)
#define PAGE_MIN 4096U
#define PAGE_MAX 65536U

static bool page_aligned(const struct table *header, uint64_t value)
{
	return (value & (header->page_size - 1)) == 0;
}

static bool sizes_good(const struct table *header)
{
	return header->size == sizeof(struct table) &&
	       header->block_size == sizeof(struct tree_block) &&
	       header->page_size >= PAGE_MIN && header->page_size <= PAGE_MAX &&
	       (header->page_size & (header->page_size - 1)) == 0;
}

/* No sum here can overflow: offsets are below REGION_MAX, capacity is 32 bits. */
static bool parts_good(const struct table *header)
{
	return header->region_size <= REGION_MAX &&
	       page_aligned(header, header->region_size) &&
	       header->bitmap_offset < header->region_size &&
	       header->block_offset < header->region_size &&
	       header->bitmap_offset % 8 == 0 && header->block_offset % 8 == 0 &&
	       header->bitmap_offset >= sizeof(struct table) &&
	       header->tree.capacity > 0 &&
	       header->bitmap_offset + image_bitmap_bytes(header) <= header->block_offset &&
	       image_block_bytes(header, header->tree.capacity) <= header->region_size;
}

/* Equal limits are none and may have any value. */
static bool limits_good(const struct table *header)
{
	return header->min < header->top &&
	       (header->lower == header->upper ||
		(page_aligned(header, header->lower) && page_aligned(header, header->upper) &&
		 header->lower >= header->min && header->lower <= header->top &&
		 header->upper >= header->min && header->upper <= header->top)) &&
	       header->reach <= REACH_WHOLE &&
	       header->fence <= FENCE_SEALED;
}

/* The tree is read without these numbers; wrong ones show that the program wrote
 * over the table. */
static bool tree_good(const struct tree *tree)
{
	return tree->root < tree->capacity && tree->used <= tree->capacity &&
	       tree->hint <= tree->capacity && tree->height <= TREE_HEIGHT_MAX &&
	       tree->entries <= (uint64_t)tree->capacity * TREE_LEAF_MAX;
}

enum reader_state image_check(const struct table *header)
{
	if (header->magic != TABLE_MAGIC)
		return READER_DAMAGED;
	if (header->version != TABLE_VERSION)
		return READER_VERSION;
	if (!sizes_good(header) || !parts_good(header) || !limits_good(header) ||
	    !tree_good(&header->tree))
		return READER_DAMAGED;
	return READER_GOOD;
}

uint64_t image_bitmap_bytes(const struct table *header)
{
	return ((uint64_t)header->tree.capacity + 63) / 64 * 8;
}

uint64_t image_block_bytes(const struct table *header, uint32_t blocks)
{
	return header->block_offset + (uint64_t)blocks * sizeof(struct tree_block);
}

uint32_t image_blocks(const struct table *header, const uint64_t *bitmap)
{
	uint32_t capacity = header->tree.capacity;

	for (uint64_t word = image_bitmap_bytes(header) / 8; word-- > 0;)
		if (bitmap[word]) {
			uint64_t blocks = word * 64 + 64 - (uint64_t)__builtin_clzll(bitmap[word]);
			return blocks < capacity ? (uint32_t)blocks : capacity;
		}
	return 0;
}

static bool entry_good(const struct table *header, const struct entry *entry)
{
	return entry->start < entry->end && page_aligned(header, entry->start) &&
	       page_aligned(header, entry->end) && entry->info.kind > KIND_NONE &&
	       entry->info.kind < KIND_COUNT;
}

/* The caller has room for the leaf's entries. */
static void add_leaf(struct intervals *intervals, const struct table *header,
		     const struct tree_block *block)
{
	uint16_t count = block->count;

	if (count > TREE_LEAF_MAX) {
		intervals->damaged++;
		return;
	}
	for (uint16_t i = 0; i < count; i++) {
		struct entry entry = {
			.start = block->leaf.start[i], .end = block->leaf.end[i],
			.info = block->leaf.info[i],
		};

		if (entry_good(header, &entry))
			intervals->at[intervals->count++] = entry;
		else
			intervals->damaged++;
	}
}

/* Ascending; of two with the same start the later made comes first: resolve()
 * keeps it. */
static int intervals_compare(const void *left, const void *right)
{
	const struct entry *a = left, *b = right;

	if (a->start != b->start)
		return a->start < b->start ? -1 : 1;
	if (a->info.when != b->info.when)
		return a->info.when > b->info.when ? -1 : 1;
	if (a->end != b->end)
		return a->end < b->end ? -1 : 1;
	/* Any order that is the same in two copies. */
	return memcmp(&a->info, &b->info, sizeof(a->info));
}

/* Collects the well-formed entries of the used leaves, sorted. Takes the blocks
 * one after the other: their links may lead anywhere. */
static enum reader_state collect(const void *bytes, size_t length, struct intervals *intervals)
{
	const struct table *header = bytes;
	enum reader_state state;
	uint32_t blocks;

	*intervals = (struct intervals){ 0 };
	if (length < sizeof(*header))
		return READER_DAMAGED;
	state = image_check(header);
	if (state != READER_GOOD)
		return state;
	if (length < header->bitmap_offset + image_bitmap_bytes(header))
		return READER_DAMAGED;

	const uint64_t *bitmap = (const void *)((const char *)bytes + header->bitmap_offset);
	const struct tree_block *block = (const void *)((const char *)bytes + header->block_offset);

	blocks = image_blocks(header, bitmap);
	if (length < image_block_bytes(header, blocks))
		return READER_DAMAGED;
	intervals->at = memory_array(NULL, (size_t)blocks * TREE_LEAF_MAX,
				     sizeof(*intervals->at));
	/* Block 0 is never used. */
	for (uint32_t i = 1; i < blocks; i++)
		if (bitmap[i / 64] >> (i % 64) & 1 && block[i].level == 1)
			add_leaf(intervals, header, &block[i]);
	qsort(intervals->at, intervals->count, sizeof(*intervals->at), intervals_compare);
	return READER_GOOD;
}

/* Makes sorted entries disjoint: the later made one keeps the common part. What
 * remains of the earlier one behind it is dropped. */
static void resolve(struct intervals *intervals)
{
	struct entry *at = intervals->at;
	size_t kept = 0;

	for (size_t i = 0; i < intervals->count; i++) {
		struct entry entry = at[i];

		while (kept && at[kept - 1].end > entry.start && entry.start < entry.end) {
			struct entry *last = &at[kept - 1];

			intervals->damaged++;
			if (last->info.when >= entry.info.when) {
				entry.start = last->end;
			} else {
				last->end = entry.start;
				kept -= last->start >= last->end;
			}
		}
		if (entry.start < entry.end)
			at[kept++] = entry;
	}
	intervals->count = kept;
}

/* Keeps the entries of `a` that `b` has too; both are sorted. */
static void intersect(struct intervals *a, const struct intervals *b)
{
	size_t kept = 0, i = 0, j = 0;

	while (i < a->count && j < b->count) {
		int order = intervals_compare(&a->at[i], &b->at[j]);

		if (order == 0)
			a->at[kept++] = a->at[i];
		i += order <= 0;
		j += order >= 0;
	}
	a->count = kept;
}

enum reader_state image_extract(const void *a, size_t a_length, const void *b, size_t b_length,
			       struct intervals *intervals)
{
	struct intervals other = { 0 };
	enum reader_state state = collect(a, a_length, intervals);

	if (state == READER_GOOD && b) {
		state = collect(b, b_length, &other);
		if (state == READER_GOOD)
			intersect(intervals, &other);
		else
			memory_drop(intervals);
		memory_drop(&other);
	}
	resolve(intervals);
	return state;
}
