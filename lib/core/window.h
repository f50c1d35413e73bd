/* SPDX-License-Identifier: MIT */
/*
 * Windows: the addresses [lower, upper) that guest mappings may use.
 *
 * lower < upper   one span
 * lower > upper   wraps: [lower, top) and [min, upper), everything but a hole
 * lower == upper  no limit
 *
 * Addresses are bytes; every function is pure and sets no errno.
 */
#ifndef VALIMIT_CORE_WINDOW_H
#define VALIMIT_CORE_WINDOW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* One contiguous piece [start, end). start >= end: empty. */
struct span {
	uintptr_t start, end;
};

struct window {
	uintptr_t lower, upper;
};

/* The spans of a window, in the order in which a search from the top tries
 * them: for a wrapped window the upper one first. Never empty ones. */
struct spans {
	int count; /* 0 to 2 */
	struct span at[2];
};

/* Reads a window: LOWER-UPPER, a preset (Nbit, map32, none, a guest's name). `min` is what
 * Nbit starts at, so that the caller's own lower bound shows. Equal bounds are
 * an error: only `none`, which reads as (0, 0), asks for no limit. Returns 0,
 * or -EINVAL with *why set to a static, lower-case phrase that follows the
 * value: "is empty". */
int window_parse(const char *text, uintptr_t min, struct window *window, const char **why);

/* Reads one number: 0x…, decimal with one of K M G T P, or 2^N (N up to 64,
 * where 2^64 is one more than the largest address and reads as UINT64_MAX).
 * Stops at the first other character, which *end receives. -EINVAL where there
 * is no number, -ERANGE where it does not fit 64 bits. */
int window_number(const char *text, const char **end, uint64_t *value);

/* The same without K M G T P and 2^N: only 0x… and decimal. */
int window_digits(const char *text, const char **end, uint64_t *value);

/* Rounds inwards to pages and clamps to [min, top). A window that leaves
 * nothing is -ERANGE and stays as it is; a wrapped one of which one piece is
 * left becomes an ordinary one, and one whose hole vanishes no limit (0, 0).
 * lower == upper stays as it is. Some page lies between min and top. */
int window_clamp(struct window *window, uintptr_t min, uintptr_t top, size_t page);

static inline bool window_unlimited(const struct window *window)
{
	return window->lower == window->upper;
}

/* The pieces of a clamped window inside [min, top); no limit is all of it. */
struct spans window_spans(const struct window *window, uintptr_t min, uintptr_t top);

/* What of [min, top) the window does not have: none, one or two pieces, in
 * ascending order. */
struct spans window_outside(const struct window *window, uintptr_t min, uintptr_t top);

/* Bytes of them all. */
size_t spans_size(const struct spans *spans);

/* Whether [start, start + length) lies in one span of the window; false where
 * the sum overflows. An unlimited window holds everything else. The top of a
 * wrapped window is the end of the address space here, not of user space. */
bool window_holds(const struct window *window, uintptr_t start, size_t length);

/* The common part of two sets of spans, in the first one's order. Each of two
 * spans against each of two can leave up to three pieces. */
struct span_list {
	int count; /* 0 to 4 */
	struct span at[4];
};
struct span_list window_intersect(const struct spans *a, const struct spans *b);

/* Bytes of a clamped window's top to keep back, at random, where the kernel
 * places: its search begins at its own random base, unless the window ends below
 * that; then it would begin at the window's very end. Whole pages, at most a
 * 256th of the window; none of one that wraps. */
size_t window_edge(const struct window *window, size_t page, uint64_t random);

/* The larger of the starts and the smaller of the ends; may be empty. */
static inline struct span span_cut(struct span a, struct span b)
{
	return (struct span){ a.start > b.start ? a.start : b.start,
			      a.end < b.end ? a.end : b.end };
}

static inline bool span_empty(struct span s)
{
	return s.start >= s.end;
}

#endif
