/* SPDX-License-Identifier: MIT */
/*
 * The interval tree: non-overlapping intervals of the address space, each with
 * its kind and origin. A B+tree of 1 KiB blocks whose inner blocks know the
 * extent and the largest gap of every child, so finding a gap is O(log n) and
 * touches few cache lines.
 *
 * Pure: all state is in struct tree and in the blocks that it points to. No
 * function can fail: before each tree_set() and each tree_clear() the caller
 * asks tree_room(). Not thread-safe; the caller has the lock. Ranges are
 * half-open and not empty.
 */
#ifndef VALIMIT_CORE_TREE_H
#define VALIMIT_CORE_TREE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table.h"

#define TREE_BLOCK_SIZE 1024
#define TREE_LEAF_MAX 25
#define TREE_INNER_MAX 31
#define TREE_HEIGHT_MAX 8 /* 13^7 leaves and more than any address space holds */

/* What is known of an interval beside its extent. */
struct mapping_info {
	uint64_t caller;    /* return address of the latest call that made it; 0: unknown */
	uint32_t when;      /* number of the latest change that made it */
	uint32_t page;      /* ENTRY_SHM: its start's offset in the segment, in units of
			     * 4 KiB whatever the page size */
	uint8_t kind;       /* enum kind */
	uint8_t flags;      /* ENTRY_* */
	uint16_t owner;     /* the claim that holds it (table/claim.h); 0: none */
	uint32_t attached;  /* ENTRY_SHM: `when` of its attachment, wherever it has moved */
};

struct entry {
	uintptr_t start, end;
	struct mapping_info info;
};

struct tree_block {
	uint8_t level;    /* 1: leaf; above: inner */
	uint8_t reserved;
	uint16_t count;   /* entries or children in use */
	uint32_t next;    /* leaf: the one to the right; 0: none */
	uint32_t previous;
	uint32_t salvage; /* marks blocks while a tree is built anew (salvage.h) */
	union {
		uint8_t bytes[TREE_BLOCK_SIZE - 16];
		struct {
			uint64_t start[TREE_LEAF_MAX];
			uint64_t end[TREE_LEAF_MAX];
			struct mapping_info info[TREE_LEAF_MAX];
		} leaf;
		struct {
			uint64_t start[TREE_INNER_MAX]; /* of the child's first entry */
			uint64_t end[TREE_INNER_MAX];   /* of the child's last entry */
			uint64_t gap[TREE_INNER_MAX];   /* largest between the child's entries */
			uint32_t child[TREE_INNER_MAX];
		} inner;
	};
};

enum tree_change { TREE_RESTS, TREE_SETS, TREE_CLEARS };

/* The most leaves whose entries one step of a change moves: a full one, the neighbour
 * that takes some of its entries, and the neighbour that another merges with. */
#define TREE_STEP_LEAVES 4

/* What a change is about, and what its leaves were before (tree_journal.h). */
struct tree_journal {
	uint32_t change; /* enum tree_change */
	uint32_t leaves; /* how many are kept */
	bool is_undone;  /* the tree is being built anew */
	uint64_t start, end;
	struct mapping_info info;
	uint32_t id[TREE_STEP_LEAVES];
	struct tree_block image[TREE_STEP_LEAVES];
};

/* Where an entry is: the leaf and the index in it; leaf 0: none. Valid until
 * the tree changes. */
struct cursor {
	uint32_t leaf;
	uint32_t index;
};

/* An empty tree over `capacity` blocks at `block`, with a zeroed bitmap of at
 * least capacity bits. block[0] is never used. With tree->journal set, to one that is
 * zeroed, a change that was broken off can be mended (salvage.h). */
void tree_init(struct tree *tree, struct tree_block *block, uint64_t *bitmap, uint32_t capacity);

/* The most blocks that any one tree_set() or tree_clear() takes: each piece
 * that it puts into full blocks may split one on every level and add a root, and
 * there are two, the new interval and what lies behind it of one that it cuts
 * in three. */
#define TREE_CHANGE_BLOCKS (2 * (TREE_HEIGHT_MAX + 1))

/* Whether the next change, whichever it is, is certain to find its blocks. */
static inline bool tree_room(const struct tree *tree)
{
	return tree->used + 1 + TREE_CHANGE_BLOCKS <= tree->capacity;
}

/* The first entry whose end lies above `address`. */
struct cursor tree_seek(const struct tree *tree, uintptr_t address);
struct cursor tree_first(const struct tree *tree);
struct cursor tree_next(const struct tree *tree, struct cursor at);
struct cursor tree_previous(const struct tree *tree, struct cursor at);

/* Reads the entry at a cursor; false where the cursor is none. */
bool tree_entry(const struct tree *tree, struct cursor at, struct entry *entry);

/* The entry that holds `address`; false where none does. */
bool tree_find(const struct tree *tree, uintptr_t address, struct entry *entry);

/* Whether no entry touches [start, end). */
bool tree_is_free(const struct tree *tree, uintptr_t start, uintptr_t end);

/* Makes [start, end) one interval with `info`, whatever was there: covered
 * intervals go, overlapping ones are cut, equal neighbours merge with it.
 * Neighbours are equal where kind, flags and owner are, but pieces of a segment
 * (ENTRY_SHM) never merge, whatever their offsets. Of a merged interval the
 * whole has `info`: the caller and number of this, the latest change, and no
 * longer those of the neighbours. */
void tree_set(struct tree *tree, uintptr_t start, uintptr_t end, const struct mapping_info *info);

/* Takes [start, end) out: covered intervals go, overlapping ones are cut, and
 * the pieces keep their details, in a segment with the offset moved along. */
void tree_clear(struct tree *tree, uintptr_t start, uintptr_t end);

/* Checks every invariant; NULL, or what is broken. */
const char *tree_check(const struct tree *tree);

#endif
