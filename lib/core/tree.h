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
#define TREE_HEIGHT_MAX 8 /* 13^7 leaves: more than any address space holds */

/* The properties of an interval. */
struct mapping_info {
	uint64_t caller;    /* return address of the latest call that made the interval; 0:
			     * unknown */
	uint32_t when;      /* number of the latest change that made the interval */
	uint32_t page;      /* ENTRY_SHM: offset of the interval's start in the segment, in units
			     * of 4 KiB for every page size */
	uint8_t kind;       /* enum kind */
	uint8_t flags;      /* ENTRY_* */
	uint16_t owner;     /* the claim that holds the interval (table/claim.h); 0: none */
	uint32_t attached;  /* ENTRY_SHM: `when` of the segment's attachment, kept across moves */
};

struct entry {
	uintptr_t start, end;
	struct mapping_info info;
};

struct tree_block {
	uint8_t level;    /* 1: leaf; above: inner */
	uint8_t reserved;
	uint16_t count;   /* entries or children in use */
	uint32_t next;    /* leaf: the leaf to the right; 0: none */
	uint32_t previous;
	uint32_t salvage; /* marks blocks while tree_salvage() builds a tree anew */
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

/* Bound on the leaves whose entries one step of a change moves: a full leaf, the neighbour that
 * takes some of its entries, and a neighbour that merges. */
#define TREE_STEP_LEAVES 4

/* The change in progress, and copies of its leaves from before it (tree_journal.h). */
struct tree_journal {
	uint32_t change; /* enum tree_change */
	uint32_t leaves; /* number of kept leaves */
	bool is_undone;  /* tree_salvage() is building the tree anew: nothing is recorded */
	uint64_t start, end;
	struct mapping_info info;
	uint32_t id[TREE_STEP_LEAVES];
	struct tree_block image[TREE_STEP_LEAVES];
};

/* An entry's place: the leaf and the index in it; leaf 0: no entry. Valid until the tree
 * changes. */
struct cursor {
	uint32_t leaf;
	uint32_t index;
};

/* Makes an empty tree over `capacity` blocks at `block`, with a zeroed bitmap of at least
 * capacity bits. block[0] is never used. If tree->journal is then set to a zeroed journal, a
 * change that was broken off can be repaired (salvage.h). */
void tree_init(struct tree *tree, struct tree_block *block, uint64_t *bitmap, uint32_t capacity);

/* Bound on the blocks that one tree_set() or tree_clear() takes. Both insert at most two
 * entries: the new interval, and the tail of an interval that is cut in three. An insertion may
 * split one block on each level and add a root. */
#define TREE_CHANGE_BLOCKS (2 * (TREE_HEIGHT_MAX + 1))

/* Whether any next change is certain to find its blocks. */
static inline bool tree_room(const struct tree *tree)
{
	return tree->used + 1 + TREE_CHANGE_BLOCKS <= tree->capacity;
}

/* The first entry whose end lies above `address`. */
struct cursor tree_seek(const struct tree *tree, uintptr_t address);
struct cursor tree_first(const struct tree *tree);
struct cursor tree_next(const struct tree *tree, struct cursor at);
struct cursor tree_previous(const struct tree *tree, struct cursor at);

/* Reads the entry at a cursor; false if there is none. */
bool tree_entry(const struct tree *tree, struct cursor at, struct entry *entry);

/* Finds the entry that holds `address`; false if there is none. */
bool tree_find(const struct tree *tree, uintptr_t address, struct entry *entry);

/* Whether no entry touches [start, end). */
bool tree_is_free(const struct tree *tree, uintptr_t start, uintptr_t end);

/* Makes [start, end) one interval with `info`: covered intervals go, overlapping intervals are
 * cut, equal neighbours merge with it. Neighbours are equal if kind, flags and owner are, but
 * pieces of a segment (ENTRY_SHM) never merge. The whole of a merged interval has `info`, with
 * the caller and number of this change. */
void tree_set(struct tree *tree, uintptr_t start, uintptr_t end, const struct mapping_info *info);

/* Takes [start, end) out: covered intervals go, and overlapping intervals are cut. The pieces
 * keep their info; a segment's offset moves with its start. */
void tree_clear(struct tree *tree, uintptr_t start, uintptr_t end);

/* Checks each invariant. Returns NULL, or a phrase that says which one is broken. */
const char *tree_check(const struct tree *tree);

#endif
