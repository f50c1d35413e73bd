/* SPDX-License-Identifier: MIT */
/* The request of an mmap() call. */
#ifndef VALIMIT_PLACE_REQUEST_H
#define VALIMIT_PLACE_REQUEST_H

#include <sys/mman.h>

#include "area.h"
#include "core/call.h"
#include "table/space.h"

/* mmap()'s arguments as the caller gave them, and whose they are. */
struct request {
	enum kind kind;   /* KIND_GUEST or KIND_HOST */
	struct area area; /* for the mapping, unless MAP_FIXED */
	uintptr_t address;
	size_t length;
	int prot, flags, fd;
	long offset;
	size_t align; /* the address is a multiple of this; 0: of the page */
	enum direction direction;
	uintptr_t caller;
};

/* x86's MAP_32BIT, which a guest may give on any architecture. */
#define MAP_LOW 0x40

/* Page size of a MAP_HUGETLB request, a power of two. */
size_t map_huge_page(const struct space *space, const struct request *request);

/* Page size of the request, a power of two. */
static inline size_t map_page(const struct space *space, const struct request *request)
{
	return request->flags & MAP_HUGETLB ? map_huge_page(space, request) : space->page;
}

/* Size of the huge pages of the request's file; 0 where it has none. */
size_t map_huge_file(const struct request *request);

/* Whether the request's length ends within a page of its file of huge pages: the kernel
 * would map more than the length. */
bool map_is_cut(const struct request *request);

/* Mask by which mremap() rounds sizes at `at`: the page's, or the huge page's for hugetlb.
 * `sizes`: old and new size, combined with OR. */
size_t map_rounding(const struct space *space, uintptr_t at, size_t sizes);

/* Bytes that the mapping takes, a multiple of its page size; 0 on overflow. */
size_t map_length(const struct space *space, const struct request *request);

/* A place_mapper that makes the request's mapping, without MAP_FIXED's meaning: at that
 * address or not at all. */
long map_there(const void *what, uintptr_t at, bool over);

#endif
