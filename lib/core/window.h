/* SPDX-License-Identifier: MIT */
/*
 * Windows: the addresses [lower, upper) that guest mappings may use.
 *
 * lower < upper   one span
 * lower > upper   wraps: [lower, top) and [min, upper), everything but a hole
 * lower == upper  unlimited: no window
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

/* The spans of a window, in the order of a search from the top: of a wrapped window the upper
 * one comes first. No span is empty. */
struct spans {
	int count; /* 0 to 2 */
	struct span at[2];
};

/* Reads a window: LOWER-UPPER, or a preset (Nbit, map32, none, a guest's name). Nbit starts at
 * `min`, the lowest address that the caller allows. Equal bounds are an error: only `none`,
 * which reads as (0, 0), means unlimited. Returns 0, or -EINVAL with *why set to a static,
 * lower-case phrase that follows the value: "is empty". */
int window_parse(const char *text, uintptr_t min, struct window *window, const char **why);

/* Reads one number: 0x…, decimal with one of K M G T P, or 2^N (N up to 64, where 2^64 is one
 * more than the largest address and reads as UINT64_MAX). *end receives the first other
 * character. -EINVAL: there is no number; -ERANGE: it does not fit 64 bits. */
int window_number(const char *text, const char **end, uint64_t *value);

/* Reads 0x… or a decimal number without a unit. *end and the errors are those of
 * window_number(). */
int window_digits(const char *text, const char **end, uint64_t *value);

/* Rounds the window inwards to pages and clamps it to [min, top), which holds at least one
 * page. -ERANGE if nothing is left; the window then stays as it was. A wrapped window that
 * loses one piece becomes an ordinary one, and one that loses its hole becomes unlimited: (0,
 * 0). lower == upper stays as it is. */
int window_clamp(struct window *window, uintptr_t min, uintptr_t top, size_t page);

static inline bool window_unlimited(const struct window *window)
{
	return window->lower == window->upper;
}

/* The pieces of a clamped window inside [min, top). An unlimited window has all of it. */
struct spans window_spans(const struct window *window, uintptr_t min, uintptr_t top);

/* The pieces of [min, top) outside the window: none, one or two, in ascending order. */
struct spans window_outside(const struct window *window, uintptr_t min, uintptr_t top);

/* The spans' sizes in bytes, added up. */
size_t spans_size(const struct spans *spans);

/* Whether [start, start + length) lies in one span of the window; false if the sum overflows.
 * An unlimited window holds any other range. A wrapped window's upper span ends here with the
 * address space, not with user space. */
bool window_holds(const struct window *window, uintptr_t start, size_t length);

/* The common part of two sets of spans, in the first set's order. Two spans against two leave
 * up to three pieces. */
struct span_list {
	int count; /* 0 to 4 */
	struct span at[4];
};
struct span_list window_intersect(const struct spans *a, const struct spans *b);

/* Bytes at a clamped window's top to reserve as an ASLR offset, at random. Where the kernel
 * places, its search begins at mmap_base, which is random; but if the window ends below that,
 * it would begin at the window's very end. Whole pages, at most 1/256 of the window; 0 for a
 * wrapped window. */
size_t window_edge(const struct window *window, size_t page, uint64_t random);

/* The intersection of two spans; may be empty. */
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
