/* SPDX-License-Identifier: MIT */
/* What room is wanted for a mapping, and how it is mapped there. */
#ifndef VALIMIT_PLACE_WANT_H
#define VALIMIT_PLACE_WANT_H

#include "area.h"
#include "core/call.h"
#include "core/tree.h"
#include "mapper.h"
#include "table/claim.h"

/* Room to find. */
struct want {
	struct area area;
	size_t length;     /* bytes, whole pages */
	size_t align;      /* must have, a power of two; 0: the page */
	size_t huge;       /* should have; 0: nothing */
	bool shared;       /* as shared memory has it: where a place of any alignment is none */
	uintptr_t hint;    /* page-aligned; 0: none */
	enum direction direction; /* from `base`, else from an end of the area */
	uintptr_t base;    /* 0: none */
	struct mapping_info info; /* for the table */
	place_mapper *map;
	const void *what;  /* for the mapper */
	bool strays;       /* where the place is taken, it lies elsewhere for a moment */
};

/* A mapping that place() has made, to be ended with place_keep() or its like. */
struct placed {
	uintptr_t start;
	struct claim claim;
};

#endif
