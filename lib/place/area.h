/* SPDX-License-Identifier: MIT */
/* The area into which a call may map. */
#ifndef VALIMIT_PLACE_AREA_H
#define VALIMIT_PLACE_AREA_H

#include "table/space.h"

enum area_kind {
	AREA_WINDOW,  /* a guest's: the window */
	AREA_OUTSIDE, /* a host's: outside; the window if that is empty or the fence sealed */
	AREA_LOW,     /* a guest's with MAP_32BIT: the window's part of [1 GiB, 2 GiB) */
	AREA_HIGH,    /* a guest's with x86's MAP_ABOVE4G: the window's part above 4 GiB */
	AREA_RANGE,   /* of a call with a range of its own, which replaces the window */
};

struct area {
	enum area_kind kind;
	struct window range; /* AREA_RANGE: clamped */
	bool low;            /* AREA_RANGE: with MAP_32BIT, only its part of [1 GiB, 2 GiB) */
};

/* The range of x86's MAP_32BIT, and the lower end of MAP_ABOVE4G. */
#define AREA_LOW_START (1UL << 30)
#define AREA_LOW_END (1UL << 31)
#define AREA_HIGH_START (1UL << 32)
#define AREA_LOW_OFFSETS (1UL << 25) /* the search begins at a random page offset below this */

/* The area's pieces, in the order in which a search from the top tries them. */
struct spans area_spans(const struct space *space, const struct area *area);

/* Whether a hint is good: the area contains all of it. A host's hint may lie anywhere,
 * unless the fence is sealed; a hint with MAP_32BIT may also lie below 1 GiB. */
bool area_holds(const struct space *space, const struct area *area, uintptr_t start,
		size_t length);

/* Makes an AREA_RANGE of the caller's range, whose begin differs from its end. -EINVAL
 * where a bound is no page boundary, -ENOMEM where no part lies in user space; *area stays
 * as it is then. */
long area_range(const struct space *space, uintptr_t begin, uintptr_t end, struct area *area);

#endif
