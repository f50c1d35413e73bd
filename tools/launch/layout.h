/* SPDX-License-Identifier: MIT */
/* Where things go: free places of the window. Pure. */
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

/* Something is there, in the window or not. False where the list is full. */
bool layout_take(struct layout *layout, struct span span);

/* Whether none of the span is taken. */
bool layout_free(const struct layout *layout, struct span span);

/* Whether the window has all of the span. */
bool layout_inside(const struct layout *layout, struct span span);

/* Where the kernel itself places what it starts (load_elf_binary(), and
 * arch_pick_mmap_layout() for the base). */
struct native {
	bool fits;       /* the window's largest piece has all of these places */
	uintptr_t image; /* the lowest start of a program that can be moved */
	uintptr_t base;  /* where the kernel's search for room begins, downwards */
	uintptr_t end;   /* the highest end of the stack */
};

/* Finds out from an address in the present stack, 0 where that is not known, and from
 * the base, for windows that end above them. */
struct native layout_native(const struct layout *layout, uintptr_t stack, uintptr_t base,
			    size_t page);

/* A place for `length` bytes that starts at a multiple of `align`, a power of two:
 * the highest that ends at `skip` bytes below the end of a piece of the window
 * or lower; or the lowest that starts at `skip` bytes above its start or higher.
 * In the largest piece if it can be, else without the skip, else in the other
 * piece. It is taken then. Empty: there is none. */
struct span layout_highest(struct layout *layout, size_t length, size_t align, size_t skip);
struct span layout_lowest(struct layout *layout, size_t length, size_t align, size_t skip);

#endif
