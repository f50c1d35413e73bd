/* SPDX-License-Identifier: MIT */
/*
 * One operation of a sequence. Its addresses are told by what they refer to, so
 * that the same operation makes sense in two processes, and still does where
 * others of its sequence are left out.
 */
#ifndef TESTS_ORACLE_OP_H
#define TESTS_ORACLE_OP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

/* x86's; a guest has it everywhere. */
#ifndef MAP_32BIT
#define MAP_32BIT 0x40
#endif

enum op_kind {
	OP_MMAP,
	OP_MUNMAP,
	OP_MREMAP,
	OP_SHMAT,
	OP_SHMDT,
	OP_RANGE,    /* mmap_range */
	OP_MREMAP_RANGE,
	OP_SHMAT_RANGE,
	OP_MPROTECT,
	OP_MADVISE,
	OP_MLOCK,
	OP_MUNLOCK,
	OP_MSEAL,
	OP_POKE,     /* a store, that may fault or let a stack grow */
	OP_FORK,     /* the child goes on with the sequence */
	OP_SHMGET,   /* makes the segment that may be removed */
	OP_SHMRM,    /* removes it */
	OP_KINDS
};

/* How the process with the library makes the call; the other one always uses
 * the instruction. */
enum op_route { ROUTE_LIBC, ROUTE_SYSCALL, ROUTE_RAW, ROUTES };

enum base {
	BASE_NONE, /* an address: the offset */
	BASE_SLOT, /* the result of an earlier call */
	BASE_BED,  /* the beginning of a bed */
	BASE_END,  /* its end */
	BASE_FAR,  /* one of op_far */
};

struct where {
	uint8_t base, index;
	int64_t offset; /* bytes */
};

/* The sorts of mapped objects. */
enum op_file {
	FILE_NONE,    /* -1 */
	FILE_BAD,     /* no descriptor */
	FILE_MEMORY,  /* a memfd of some pages */
	FILE_SEALED,  /* a mapping that must not be written */
	FILE_RDONLY,
	FILE_WRONLY,
	FILE_ZERO,    /* /dev/zero */
	FILE_FOLDER,
	FILE_PIPE,
	FILE_PERF,
	FILE_TCP,
	FILE_PACKET,
	FILE_RING,    /* io_uring */
	FILE_HUGE,    /* a memfd of huge pages */
	FILES
};

enum op_segment {
	SEGMENT_PAGE,    /* one page; all of these have been removed and live on */
	SEGMENT_SMALL,   /* four */
	SEGMENT_ODD,     /* no whole number of pages */
	SEGMENT_LARGE,   /* of a huge page's size */
	SEGMENT_PASSING, /* OP_SHMGET, OP_SHMRM */
	SEGMENT_NEVER,   /* an id that is none */
	SEGMENTS
};

/* Whether the operation is a call with a range. */
#define OP_IS_RANGE(kind) ((kind) >= OP_RANGE && (kind) <= OP_SHMAT_RANGE)

struct op {
	uint8_t kind, route;
	uint8_t to;           /* the slot of the result */
	uint8_t file, segment;
	struct where at;
	struct where target;  /* mremap: the new address; a range: where it begins */
	int32_t prot, flags;  /* madvise: the advice is in flags */
	uint64_t length;
	uint64_t size;        /* mremap: the new size */
	uint64_t room;        /* a range: how long it is */
	int64_t offset;       /* in the file */
	uint32_t number;      /* in the sequence, from 0 */
};

#define OP_SLOTS 24

/* Addresses that are not in use. */
extern const uint64_t op_far[];
extern const size_t op_far_count;

const char *op_kind_name(int kind);

/* Whether an mmap, or one with a range, is of huge pages. */
static inline bool op_is_huge(const struct op *op)
{
	return op->flags & MAP_ANONYMOUS ? op->flags & MAP_HUGETLB : op->file == FILE_HUGE;
}

/* The operation as a call, for a reader. Returns `text`. */
const char *op_text(const struct op *op, char *text, size_t size);

/* An answer: an address, a number or an errno's name. */
const char *op_answer_text(int64_t answer, char *text, size_t size);

#endif
