/* SPDX-License-Identifier: MIT */
/*
 * The published layout: what the library keeps of an address space, in a form
 * that another process, or a reader of a core file, can copy and understand.
 *
 * One region of private memory, found in /proc/PID/maps by the name
 * "/memfd:valimit" of its first page:
 *
 *   struct table      one page: identity, limits, counters, the tree's root
 *   (one page)        the lock, private to the process, and what its holder reads;
 *                     zero in a fork's child
 *   bitmap            one bit for each block: 1 is used
 *   blocks            the tree, in struct tree_block (tree.h)
 *
 * Everything is little endian on the architectures that valimit knows, and
 * every reference inside the region is an index, so a copy needs no fixing up.
 * A process may have several: an emulator's guest that inherits the library has its own.
 * The process's is the one that has started first.
 *
 * A reader copies the table, then the blocks, then compares `sequence`: odd or
 * changed means that a writer was at work.
 */
#ifndef VALIMIT_CORE_TABLE_H
#define VALIMIT_CORE_TABLE_H

#include <stdint.h>

#define TABLE_MAGIC   0x74696d696c6176UL /* "valimit" */
#define TABLE_VERSION 4U
#define TABLE_NAME    "valimit"          /* the memfd's name */

/* What an interval of the address space is. Values are part of the layout. */
enum kind {
	KIND_NONE = 0,    /* free, as far as the library knows */
	KIND_GUEST = 1,   /* mapped by a guest call: inside, or fixed by the caller */
	KIND_HOST = 2,    /* mapped by a host call */
	KIND_FOREIGN = 3, /* not made by the library: learnt from the kernel */
	KIND_FENCE = 4,   /* not in the tree: what is free outside the window while a fence stands */
	KIND_GUARD = 5,   /* nothing mapped: room for a stack above it to grow */
	KIND_OWN = 6,     /* the library's own memory: this region; and addresses it keeps */
	KIND_CLAIM = 7,   /* nothing mapped yet: one call in flight has it to itself */
	KIND_RESERVED = 8, /* the free part of a reservation of the program's own */
};
#define KIND_COUNT 9

/* Flags of an interval. */
#define ENTRY_SHM       1U /* a System V segment; `page` is meaningful */
#define ENTRY_OUTSIDE   2U /* a guest's fixed mapping, not wholly in the window */
#define ENTRY_GROWSDOWN 4U /* a MAP_GROWSDOWN mapping: its start may lie lower */
#define ENTRY_START     8U /* foreign, and there before there was a table */
#define ENTRY_CLAIMED  16U /* mapped, and one call in flight has it to itself */

/* How much of the process is confined. */
enum reach { REACH_CALLS = 1, REACH_PROCESS = 2, REACH_WHOLE = 3 };

enum fence_state { FENCE_OFF = 0, FENCE_UP = 1, FENCE_SEALED = 2 };

/* The calls, by the name they came by; and what became of each. */
enum call_name {
	CALL_MMAP, CALL_MUNMAP, CALL_MREMAP, CALL_SHMAT, CALL_SHMDT,
	CALL_MMAP_RANGE, CALL_MREMAP_RANGE, CALL_SHMAT_RANGE,
	CALL_LIMITS,         /* a change of the limits */
	CALLS
};

enum outcome {
	OUTCOME_PLACED,      /* at an address that the caller left open */
	OUTCOME_HINTED,      /* where the caller hinted */
	OUTCOME_FIXED,       /* where the caller demanded */
	OUTCOME_IN_PLACE,    /* mremap that did not move */
	OUTCOME_MOVED,       /* mremap that did */
	OUTCOME_DONE,        /* unmapped, detached, limits set */
	OUTCOME_ENOMEM,
	OUTCOME_EEXIST,
	OUTCOME_EINVAL,
	OUTCOME_EACCES,      /* EPERM too */
	OUTCOME_FAILED,      /* any other error */
	OUTCOMES
};

/* What happened on the way. */
enum counter {
	COUNT_GATED,         /* calls that were more than passed on to the kernel */
	COUNT_HOST,          /* calls that were host */
	COUNT_RETRY,         /* placements that met EEXIST */
	COUNT_LEARNT,        /* foreign intervals learnt at a retry */
	COUNT_RESCAN,        /* whole re-reads of the kernel's list */
	COUNT_OUTSIDE,       /* MAP_FIXED outside the window */
	COUNT_DENIED,        /* MAP_FIXED outside, denied */
	COUNT_ESCAPED,       /* mappings met outside a fence that no call had asked for */
	COUNT_NOSPACE,       /* placements that found no gap */
	COUNT_WITHOUT_TABLE, /* calls placed without the table (lock not to be had) */
	COUNT_FORK,          /* children that took the table over */
	COUNTERS
};

/* The B+tree's root and its allocator; tree.h has the operations. */
struct tree {
	struct tree_block *block; /* block[0] is never used */
	uint64_t *bitmap;
	uint32_t capacity;        /* blocks that may be touched */
	uint32_t root;            /* 0: empty */
	uint32_t height;          /* 0: empty, 1: the root is a leaf */
	uint32_t entries;
	uint32_t used;            /* blocks in use */
	uint32_t hint;            /* no block below it is free */
	struct tree_journal *journal; /* the library's; NULL: none is kept */
};

struct table {
	uint64_t magic;
	uint32_t version;
	uint32_t size;            /* sizeof(struct table) */
	uint32_t block_size;      /* sizeof(struct tree_block) */
	uint32_t page_size;       /* bytes */
	uint64_t sequence;        /* odd while the tree changes */
	uint64_t region_size;     /* bytes, from this struct's address */
	uint64_t bitmap_offset;   /* bytes, from this struct's address */
	uint64_t block_offset;
	uint64_t lower, upper;    /* the window after clamping; equal: none */
	uint64_t min, top;        /* user space is [min, top) */
	uint64_t base;            /* where the search starts */
	uint32_t reach;           /* enum reach */
	uint32_t fence;           /* enum fence_state */
	uint32_t pid;             /* of the process that initialised, or its fork */
	uint32_t operation;       /* the number of the latest change */
	uint32_t passthrough;     /* the kernel places: the tree has nothing in the window */
	uint32_t reserved;
	uint64_t edge, edge_end;  /* fenced part of the window's top; edge 0: none */
	/* Approximate where threads count at once, and never more than happened. */
	uint64_t call[CALLS][OUTCOMES];
	uint64_t counter[COUNTERS];
	uint64_t outside_address; /* the latest fixed mapping outside, and its caller */
	uint64_t outside_caller;
	uint64_t started;         /* when it was made: CLOCK_MONOTONIC, in nanoseconds */
	struct tree tree;
};

/* A counter: others may count meanwhile. */
static inline uint64_t table_count(const uint64_t *count)
{
	return __atomic_load_n(count, __ATOMIC_RELAXED);
}

#endif
