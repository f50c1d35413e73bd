/* SPDX-License-Identifier: MIT */
/*
 * The published layout: the library's record of an address space, in a form that another
 * process, or a reader of a core file, can copy and understand.
 *
 * One region of private memory, found in /proc/PID/maps by the name "/memfd:valimit" of its
 * first page:
 *
 *   struct table      one page: identity, window, counters, the tree's root
 *   (one page)        the lock, and data of its holder; wiped in a fork's child
 *   bitmap            one bit for each block: 1 is used
 *   blocks            the tree, in struct tree_block (tree.h)
 *
 * Everything is little endian on the architectures that valimit knows, and each reference
 * inside the region is an index, so a copy needs no fixing up. A process may have several
 * regions: an emulator's guest that inherits the library has its own. The process's region is
 * the one with the earliest `started`.
 *
 * A seqlock guards the tree: a reader copies the table, then the blocks, then compares
 * `sequence`. An odd or a changed value means that a writer was at work.
 */
#ifndef VALIMIT_CORE_TABLE_H
#define VALIMIT_CORE_TABLE_H

#include <stdint.h>

#define TABLE_MAGIC   0x74696d696c6176UL /* "valimit" */
#define TABLE_VERSION 4U
#define TABLE_NAME    "valimit"          /* the memfd's name */

/* The kind of an interval of the address space. Values are part of the layout. */
enum kind {
	KIND_NONE = 0,    /* free, as far as the library knows */
	KIND_GUEST = 1,   /* mapped by a guest call: inside the window, or fixed by the caller */
	KIND_HOST = 2,    /* mapped by a host call */
	KIND_FOREIGN = 3, /* mapped by other means: learnt from the kernel */
	KIND_FENCE = 4,   /* never in the tree: free addresses outside the window while the fence
			   * stands */
	KIND_GUARD = 5,   /* not mapped: room for the stack above it to grow */
	KIND_OWN = 6,     /* the library's own memory: this region, and addresses that it keeps */
	KIND_CLAIM = 7,   /* not mapped: claimed by one call in flight */
	KIND_RESERVED = 8, /* the free part of a reservation that the program made */
};
#define KIND_COUNT 9

/* Flags of an interval. */
#define ENTRY_SHM       1U /* a System V segment; `page` is meaningful */
#define ENTRY_OUTSIDE   2U /* a guest's fixed mapping, wholly or partly outside the window */
#define ENTRY_GROWSDOWN 4U /* a MAP_GROWSDOWN mapping: its start may lie lower */
#define ENTRY_START     8U /* foreign, and older than the table */
#define ENTRY_CLAIMED  16U /* mapped, and claimed by one call in flight */

/* How much of the process is confined. */
enum reach { REACH_CALLS = 1, REACH_PROCESS = 2, REACH_WHOLE = 3 };

enum fence_state { FENCE_OFF = 0, FENCE_UP = 1, FENCE_SEALED = 2 };

/* The intercepted calls, by the name that the program called. */
enum call_name {
	CALL_MMAP, CALL_MUNMAP, CALL_MREMAP, CALL_SHMAT, CALL_SHMDT,
	CALL_MMAP_RANGE, CALL_MREMAP_RANGE, CALL_SHMAT_RANGE,
	CALL_LIMITS,         /* a change of the window */
	CALLS
};

enum outcome {
	OUTCOME_PLACED,      /* at an address of the library's or the kernel's choice */
	OUTCOME_HINTED,      /* at the caller's hint */
	OUTCOME_FIXED,       /* at the caller's fixed address */
	OUTCOME_IN_PLACE,    /* mremap(), at its old address */
	OUTCOME_MOVED,       /* mremap(), to another address */
	OUTCOME_DONE,        /* unmapped, detached, or window set */
	OUTCOME_ENOMEM,
	OUTCOME_EEXIST,
	OUTCOME_EINVAL,
	OUTCOME_EACCES,      /* EPERM too */
	OUTCOME_FAILED,      /* any other error */
	OUTCOMES
};

/* Counters of events inside calls. */
enum counter {
	COUNT_GATED,         /* calls off the fast path: the others were passed to the kernel */
	COUNT_HOST,          /* calls that were host */
	COUNT_RETRY,         /* placements that failed with EEXIST */
	COUNT_LEARNT,        /* foreign intervals learnt at a retry */
	COUNT_RESCAN,        /* complete readings of the kernel's list */
	COUNT_OUTSIDE,       /* MAP_FIXED outside the window */
	COUNT_DENIED,        /* MAP_FIXED outside, denied */
	COUNT_ESCAPED,       /* mappings that no call asked for, outside the window under a fence */
	COUNT_NOSPACE,       /* placements that found no gap */
	COUNT_WITHOUT_TABLE, /* calls placed without the table, whose lock could not be taken */
	COUNT_FORK,          /* forks' children that took the table over */
	COUNTERS
};

/* The B+tree's root and its allocator (tree.h). */
struct tree {
	struct tree_block *block; /* block[0] is never used */
	uint64_t *bitmap;
	uint32_t capacity;        /* blocks whose memory is accessible */
	uint32_t root;            /* 0: empty */
	uint32_t height;          /* 0: empty, 1: the root is a leaf */
	uint32_t entries;
	uint32_t used;            /* blocks in use */
	uint32_t hint;            /* no block below it is free */
	struct tree_journal *journal; /* the library's; NULL: no journal is kept */
};

struct table {
	uint64_t magic;
	uint32_t version;
	uint32_t size;            /* sizeof(struct table) */
	uint32_t block_size;      /* sizeof(struct tree_block) */
	uint32_t page_size;       /* bytes */
	uint64_t sequence;        /* a seqlock: odd while the tree changes */
	uint64_t region_size;     /* bytes, from this struct's address */
	uint64_t bitmap_offset;   /* bytes, from this struct's address */
	uint64_t block_offset;
	uint64_t lower, upper;    /* the window, clamped; equal: no window */
	uint64_t min, top;        /* user space is [min, top) */
	uint64_t base;            /* address at which a search starts */
	uint32_t reach;           /* enum reach */
	uint32_t fence;           /* enum fence_state */
	uint32_t pid;             /* of the process that made the table, or of its fork */
	uint32_t operation;       /* number of the latest change */
	uint32_t passthrough;     /* the kernel places guests: the tree has no entries in the
				   * window */
	uint32_t reserved;
	uint64_t edge, edge_end;  /* fenced part of the window's top; edge 0: none */
	/* Threads that count at once may lose counts, so the counters may be too small, never
	 * too large. */
	uint64_t call[CALLS][OUTCOMES];
	uint64_t counter[COUNTERS];
	uint64_t outside_address; /* the latest fixed mapping outside the window */
	uint64_t outside_caller;
	uint64_t started;         /* when the table was made: CLOCK_MONOTONIC, in nanoseconds */
	struct tree tree;
};

/* Reads a counter that other threads may be changing. */
static inline uint64_t table_count(const uint64_t *count)
{
	return __atomic_load_n(count, __ATOMIC_RELAXED);
}

#endif
