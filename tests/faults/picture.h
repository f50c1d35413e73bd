/* SPDX-License-Identifier: MIT */
/*
 * What is mapped, as a value: taken from the kernel's list, changed as a call
 * promises to change it, and compared. Neighbours that a program cannot tell
 * apart are one piece; what the library may do at any time for itself is left
 * out: more of its own region in use, and the part of the window's top given up
 * that it kept back.
 */
#ifndef VALIMIT_TESTS_PICTURE_H
#define VALIMIT_TESTS_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table/space.h"

struct piece {
	uintptr_t start, end;
	unsigned long inode;
	int prot;
	bool shared;
};

#define PICTURE_MAX 8192
struct picture {
	size_t count;
	uint64_t files;   /* open descriptors, a bit each */
	struct span edge; /* the reserved part of the window's top, which counts as free */
	struct piece piece[PICTURE_MAX];
};

/* The picture's edge is that of the time before, or empty. */
void picture_take(const struct space *space, struct picture *picture);

/* Takes [start, end) out; puts a piece there. */
void picture_cut(struct picture *picture, uintptr_t start, uintptr_t end);
void picture_put(struct picture *picture, struct piece piece);

/* Puts fence where nothing is. */
void picture_fill(struct picture *picture, struct span span);

/* The properties of the picture's piece at `address`; all 0 if there is none. */
struct piece picture_at(const struct picture *picture, uintptr_t address);

/* Whether both show the same; else says on stderr what differs first. */
bool picture_same(const struct picture *wanted, const struct picture *found);

/* The differences between table and picture. In a window in which the kernel places the
 * table follows nothing. */
struct picture_gaps {
	size_t count;
	struct span at[PICTURE_MAX];
};
void picture_gaps(struct space *space, const struct picture *picture, struct picture_gaps *gaps);

/* Whether every disagreement is an old one; else says on stderr which is new. */
bool picture_no_new_gap(const struct picture_gaps *before, const struct picture_gaps *after);

#endif
