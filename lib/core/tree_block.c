/* SPDX-License-Identifier: MIT */
#include "tree_block.h"

#include <string.h>

_Static_assert(sizeof(struct tree_block) == TREE_BLOCK_SIZE, "a block is 1 KiB");
_Static_assert(sizeof(struct mapping_info) == 24, "an entry is 40 bytes");

uint32_t block_take(struct tree *tree, uint8_t level)
{
	uint32_t word = tree->hint / 64;

	while (tree->bitmap[word] == UINT64_MAX)
		word++;
	uint32_t id = word * 64 + (uint32_t)__builtin_ctzll(~tree->bitmap[word]);
	struct tree_block *block = block_at(tree, id);

	block->level = level;
	block->count = 0;
	block->next = block->previous = 0;
	block->salvage = 0;
	/* Only now: a salvage takes what blocks in use have. */
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	tree->bitmap[word] |= 1UL << (id % 64);
	tree->hint = id + 1;
	tree->used++;
	return id;
}

void block_give(struct tree *tree, uint32_t id)
{
	tree->bitmap[id / 64] &= ~(1UL << (id % 64));
	tree->used--;
	if (id < tree->hint)
		tree->hint = id;
}

void tree_init(struct tree *tree, struct tree_block *block, uint64_t *bitmap, uint32_t capacity)
{
	*tree = (struct tree){
		.block = block,
		.bitmap = bitmap,
		.capacity = capacity,
		.hint = 1,
	};
	bitmap[0] |= 1; /* block 0 stands for "none" */
}

uint64_t block_gap(const struct tree_block *block, uint64_t enough)
{
	const uint64_t *start = block_starts(block), *end = block_ends(block);
	uint64_t gap = block->level == 1 ? 0 : block->inner.gap[0];

	for (uint32_t i = 1; i < block->count && gap < enough; i++) {
		uint64_t here = start[i] - end[i - 1];

		gap = here > gap ? here : gap;
		if (block->level > 1 && block->inner.gap[i] > gap)
			gap = block->inner.gap[i];
	}
	return gap;
}

struct summary block_summary(const struct tree_block *block)
{
	struct span all = block_extent(block);

	return (struct summary){ all.start, all.end, block_gap(block, UINT64_MAX) };
}

void block_move(struct tree_block *to, uint32_t at, const struct tree_block *from,
		uint32_t index, uint32_t count)
{
#define MOVE(array) memmove(&to->array[at], &from->array[index], count * sizeof(to->array[0]))
	if (from->level == 1) {
		MOVE(leaf.start);
		MOVE(leaf.end);
		MOVE(leaf.info);
	} else {
		MOVE(inner.start);
		MOVE(inner.end);
		MOVE(inner.gap);
		MOVE(inner.child);
	}
#undef MOVE
}

void block_open(struct tree_block *block, uint32_t index)
{
	block_move(block, index + 1, block, index, block->count - index);
	block->count++;
}

void block_close(struct tree_block *block, uint32_t index, uint32_t count)
{
	block_move(block, index, block, index + count, block->count - index - count);
	block->count = (uint16_t)(block->count - count);
}

void block_link(struct tree *tree, uint32_t left, uint32_t right)
{
	struct tree_block *l = block_at(tree, left), *r = block_at(tree, right);

	r->previous = left;
	r->next = l->next;
	if (l->next)
		block_at(tree, l->next)->previous = right;
	l->next = right;
}

void block_unlink(struct tree *tree, const struct tree_block *leaf)
{
	if (leaf->next)
		block_at(tree, leaf->next)->previous = leaf->previous;
	if (leaf->previous)
		block_at(tree, leaf->previous)->next = leaf->next;
}
