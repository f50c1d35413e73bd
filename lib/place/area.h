/* SPDX-License-Identifier: MIT */
/* Where a call's mapping may go. */
#ifndef VALIMIT_PLACE_AREA_H
#define VALIMIT_PLACE_AREA_H

#include "table/space.h"

enum area_kind {
	AREA_WINDOW,  /* a guest's: the window */
	AREA_OUTSIDE, /* a host's: what the window leaves out; where that is nothing, anywhere */
	AREA_LOW,     /* a guest's with MAP_32BIT: the window's part of [1 GiB, 2 GiB) */
	AREA_HIGH,    /* a guest's with x86's MAP_ABOVE4G: the window's part from 4 GiB on */
	AREA_RANGE,   /* of a call that names its own: it replaces the window */
};

struct area {
	enum area_kind kind;
	struct window range; /* AREA_RANGE: clamped */
	bool low;            /* AREA_RANGE: with MAP_32BIT, only its part of [1 GiB, 2 GiB) */
};

/* Where x86's MAP_32BIT puts mappings. */
#define AREA_LOW_START (1UL << 30)
#define AREA_LOW_END (1UL << 31)
#define AREA_HIGH_START (1UL << 32)
#define AREA_LOW_OFFSETS (1UL << 25) /* it begins at a random one, a multiple of the page */

/* The area's pieces, as a search from the top tries them. */
struct spans area_spans(const struct space *space, const struct area *area);

/* Whether a hint is good: the area holds it all. A host's may be anywhere, one
 * with MAP_32BIT also below 1 GiB. */
bool area_holds(const struct space *space, const struct area *area, uintptr_t start,
		size_t length);

/* Reads a range of the caller's, begin other than end: AREA_RANGE. -EINVAL where a bound
 * is no page boundary, -ENOMEM where nothing is left of it between the ends of user
 * space; *area stays as it is then. */
long area_range(const struct space *space, uintptr_t begin, uintptr_t end, struct area *area);

#endif
