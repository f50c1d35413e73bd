/* SPDX-License-Identifier: MIT */
/* The room that a mapping needs, and the mapper that maps there. */
#ifndef VALIMIT_PLACE_WANT_H
#define VALIMIT_PLACE_WANT_H

#include "area.h"
#include "core/call.h"
#include "core/tree.h"
#include "mapper.h"
#include "table/claim.h"

/* A request for room. */
struct want {
	struct area area;
	size_t length;     /* bytes, whole pages */
	size_t align;      /* required, a power of two; 0: the page */
	size_t huge;       /* preferred alignment; 0: none */
	bool shared;       /* aligned as shared memory is (search.c) */
	uintptr_t hint;    /* page-aligned; 0: none */
	enum direction direction; /* from `base`, or from an end of the area */
	uintptr_t base;    /* 0: none */
	struct mapping_info info; /* for the table's entry */
	place_mapper *map;
	const void *what;  /* for the mapper */
	bool strays;       /* it lies elsewhere for a moment where the place is taken */
};

/* A mapping that place() has made; end it with place_keep(), place_vacate() or
 * place_fail(). */
struct placed {
	uintptr_t start;
	struct claim claim;
};

#endif
