/* SPDX-License-Identifier: MIT */
/*
 * Placing without the table, by the kernel's list: before there is a table, and where it
 * cannot be had. Slow and always right.
 */
#ifndef VALIMIT_PLACE_SCAN_H
#define VALIMIT_PLACE_SCAN_H

#include "mapper.h"
#include "table/space.h"
#include "want.h"

/* Has `map` map `length` bytes (whole pages) at the highest free place in the span that is
 * a multiple of `align`, a power of two of at least a page. The address, -ENOMEM where no
 * gap fits or the list cannot be read, or the mapper's -errno. */
long scan_map(struct space *space, struct span span, size_t length, size_t align,
	      place_mapper *map, const void *what);

/* Like place() (place.h), where the table cannot be had. For AREA_WINDOW under a fence the
 * kernel chooses; else its list shows the gaps, and fence counts as mapped. The address or
 * -errno; -ENOMEM for AREA_OUTSIDE under a fence that is not sealed, since only the table
 * tells fence from other memory. */
long scan_place(struct space *space, const struct want *want, struct placed *placed);

#endif
