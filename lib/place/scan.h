/* SPDX-License-Identifier: MIT */
/*
 * Placing without the table, straight from the kernel's list: before there is
 * a table, and where it cannot be had. Slow and always right.
 */
#ifndef VALIMIT_PLACE_SCAN_H
#define VALIMIT_PLACE_SCAN_H

#include "mapper.h"
#include "table/space.h"
#include "want.h"

/* Has `map` map `length` bytes (whole pages) at the span's highest free place that is a
 * multiple of `align`, a power of two of at least a page. The address, -ENOMEM where
 * nothing fits or the list cannot be read, or the mapper's -errno. */
long scan_map(struct space *space, struct span span, size_t length, size_t align,
	      place_mapper *map, const void *what);

/* Finds room in the area and maps there, as place() does (place.h), where the table cannot
 * be had: by the kernel's own choice under a fence, else by its list. The address or
 * -errno; -ENOMEM for an area outside while a fence stands, where only the table tells
 * which memory is the fence's. */
long scan_place(struct space *space, const struct want *want, struct placed *placed);

#endif
