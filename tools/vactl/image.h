/* SPDX-License-Identifier: MIT */
/*
 * A copy of a process's published table (core/table.h), as bytes from a live process, a
 * core file or a test. The process may be hostile: every byte is checked before it is
 * used, and no link of the tree is followed.
 */
#ifndef VACTL_IMAGE_H
#define VACTL_IMAGE_H

#include "core/tree.h"
#include "core/window.h"
#include "message.h"

/* The outcome of reading a table. */
enum reader_state {
	READER_GOOD,
	READER_GONE,       /* no such process, or it has ended */
	READER_HIDDEN,     /* /proc/PID/maps may not be read */
	READER_DENIED,     /* the list may be read, the memory may not */
	READER_UNCONFINED, /* no table */
	READER_VERSION,    /* a table of another layout version */
	READER_DAMAGED,    /* a region of that name without a believable table */
	READER_NO_CORE,    /* the core file cannot be read; `why` says why not */
	READER_CUT,        /* the core file ends before the table */
	READER_UNDUMPED,   /* the core file was written without the table */
	READER_FAILED,     /* anything else; `error` says what */
};

/* Intervals of a table. */
struct intervals {
	struct entry *at; /* ascending and disjoint */
	size_t count;
	size_t damaged; /* left out or cut: ill-formed, or overlapping others */
	bool unlisted;  /* free addresses outside are fence that the kernel's list lacks */
};

/* Judges a table's header: GOOD, VERSION or DAMAGED. All other functions take good ones. */
enum reader_state image_check(const struct table *header);

static inline struct window image_window(const struct table *header)
{
	return (struct window){ header->lower, header->upper };
}

/* Bytes of a span; 0 of an empty one. */
static inline uint64_t span_length(struct span span)
{
	return span_empty(span) ? 0 : span.end - span.start;
}

/* The spans of user space inside the window. */
static inline struct spans image_inside(const struct table *header)
{
	struct window window = image_window(header);

	return window_spans(&window, header->min, header->top);
}

/* The spans of user space outside the window. */
static inline struct spans image_outside(const struct table *header)
{
	struct window window = image_window(header);

	return window_outside(&window, header->min, header->top);
}

/* Whether the window has all of [start, end). */
static inline bool image_holds(const struct table *header, uintptr_t start, uintptr_t end)
{
	struct window window = image_window(header);

	return window_unlimited(&window) || window_holds(&window, start, end - start);
}

/* The bitmap's size in bytes. */
uint64_t image_bitmap_bytes(const struct table *header);

/* The end of the first `blocks` blocks, in bytes. */
uint64_t image_block_bytes(const struct table *header, uint32_t blocks);

/* The number of blocks up to the last used one; at most the header's capacity. */
uint32_t image_blocks(const struct table *header, const uint64_t *bitmap);

/* Takes the intervals out of a copy `a` in the region's layout, 8-byte aligned and reaching
 * at least to the last used block; or, with `b`, the common intervals of two copies, made
 * one after the other while the table changed. Of two intervals that overlap, the one with
 * the later `when` gets the common part. */
enum reader_state image_extract(const void *a, size_t a_length, const void *b, size_t b_length,
			       struct intervals *intervals);

#endif
