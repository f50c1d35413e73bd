/* SPDX-License-Identifier: MIT */
/* What a caller of mmap asks for. */
#ifndef VALIMIT_PLACE_REQUEST_H
#define VALIMIT_PLACE_REQUEST_H

#include <sys/mman.h>

#include "area.h"
#include "core/call.h"
#include "table/space.h"

/* mmap's arguments as the caller gave them, and whose they are. */
struct request {
	enum kind kind;   /* KIND_GUEST or KIND_HOST */
	struct area area; /* where it may go, but for MAP_FIXED */
	uintptr_t address;
	size_t length;
	int prot, flags, fd;
	long offset;
	size_t align; /* the address is a multiple of it; 0: of the page */
	enum direction direction;
	uintptr_t caller;
};

/* x86's MAP_32BIT, which a guest may give to any kernel. */
#define MAP_LOW 0x40

/* The size of the pages that it asks for, a power of two. */
size_t map_huge_page(const struct space *space, const struct request *request);
static inline size_t map_page(const struct space *space, const struct request *request)
{
	return request->flags & MAP_HUGETLB ? map_huge_page(space, request) : space->page;
}

/* The size of the huge pages of the request's file; 0 where it has none. */
size_t map_huge_file(const struct request *request);

/* Whether it is a file of huge pages, of which the kernel takes whole ones: it
 * would map more than was asked for. */
bool map_is_cut(const struct request *request);

/* To what multiple, less one, the kernel rounds the sizes of what moves from
 * `at`: of huge pages it moves whole ones. `sizes`: their bits. */
size_t map_rounding(const struct space *space, uintptr_t at, size_t sizes);

/* Bytes that it takes, a multiple of that; 0 where that overflows. */
size_t map_length(const struct space *space, const struct request *request);

/* A place_mapper: what the request, which is no MAP_FIXED, asks for, there or
 * nowhere. */
long map_there(const void *what, uintptr_t at, bool over);

#endif
