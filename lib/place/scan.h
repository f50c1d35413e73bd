/* SPDX-License-Identifier: MIT */
/*
 * Placing without the table, straight from the kernel's list: before there is
 * a table, and where it cannot be had. Slow and always right.
 */
#ifndef VALIMIT_PLACE_SCAN_H
#define VALIMIT_PLACE_SCAN_H

#include "table/space.h"

/* Maps `length` bytes (whole pages) at the highest free place of the span.
 * The address, -ENOMEM where nothing fits or the list cannot be read, or the
 * kernel's -errno. */
long scan_map(struct space *space, struct span span, size_t length, int prot, int flags,
	      int fd, long offset);

#endif
