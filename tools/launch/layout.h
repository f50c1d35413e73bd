/* SPDX-License-Identifier: MIT */
/* Free places of the window, by pure computation. */
#ifndef LAUNCH_LAYOUT_H
#define LAUNCH_LAYOUT_H

#include "core/window.h"

#define LAYOUT_MAX 96

struct layout {
	struct spans window; /* largest piece first */
	int count;
	struct span taken[LAYOUT_MAX];
};

/* An empty window. */
struct layout layout_of(struct spans window);

/* Marks the span as taken, in the window or outside. False if the list is full. */
bool layout_take(struct layout *layout, struct span span);

/* Whether none of the span is taken. */
bool layout_free(const struct layout *layout, struct span span);

/* Whether the window has all of the span. */
bool layout_inside(const struct layout *layout, struct span span);

/* The kernel's own places for a program that it starts (load_elf_binary(), and
 * arch_pick_mmap_layout() for the base). */
struct native {
	bool fits;       /* the window's largest piece has all of these places */
	uintptr_t image; /* the lowest start of a program that can be moved */
	uintptr_t base;  /* where the kernel's search for room begins, downwards */
	uintptr_t end;   /* the highest end of the stack */
};

/* Computes these places from the base and an address in the present stack (0: unknown), for
 * windows that end above both. */
struct native layout_native(const struct layout *layout, uintptr_t stack, uintptr_t base,
			    size_t page);

/* Takes a place for `length` bytes that starts at a multiple of `align`, a power of two: the
 * highest that ends at least `skip` bytes below the end of a piece of the window, or the
 * lowest that starts at least `skip` bytes above its start. It lies in the largest piece if
 * possible, else there without the skip, else in the other piece. Empty: there is none. */
struct span layout_highest(struct layout *layout, size_t length, size_t align, size_t skip);
struct span layout_lowest(struct layout *layout, size_t length, size_t align, size_t skip);

#endif
