/* SPDX-License-Identifier: MIT */
/* The kernel's alignment of mappings for transparent huge pages. */
#ifndef VALIMIT_PLACE_HUGE_H
#define VALIMIT_PLACE_HUGE_H

#include "table/space.h"

/* Alignment in bytes that the kernel gives anonymous memory of this length (Linux 6.7,
 * __thp_get_unmapped_area()); 0: none. With length 0 the size of a huge page: as many pages
 * as a page table has entries, 2 MiB where pages are 4 KiB. */
static inline size_t huge_align(const struct space *space, size_t length)
{
	size_t huge = space->page / sizeof(uint64_t) * space->page;

	return length & (huge - 1) ? 0 : huge;
}

/* Alignment in bytes that the kernel gives shared memory of this length; 0: none. */
size_t huge_shared(struct space *space, size_t length);

#endif
