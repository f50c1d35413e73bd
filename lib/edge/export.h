/* SPDX-License-Identifier: MIT */
/* The functions that modules call the library by, in three sorts each. */
#ifndef VALIMIT_EDGE_EXPORT_H
#define VALIMIT_EDGE_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct export {
	char name[16];
	uintptr_t plain;     /* what the library exports: a guest's */
	uintptr_t host;      /* a host's without a question; equal to `plain`: nothing to tell apart */
	uintptr_t pointer;   /* decides by the place of the call */
	uintptr_t canonical; /* what the program gives out as its address: a stub of its own; or 0 */
	bool first;          /* ld.so answers the name with `plain` */
};

/* In the order of their numbers, which their `pointer` hands to site_choose(). */
#define EXPORTS 14
extern struct export exports[EXPORTS];

/* By its name, or by one of its addresses. NULL: none. */
struct export *export_named(const char *name);
struct export *export_reached(uintptr_t address);

/* Notes what the program gives out as the function's address. */
void export_set_canonical(struct export *export, uintptr_t address);

/* By its place in the table, which its `pointer` hands to site_choose(). */
const struct export *export_numbered(size_t number);

/* Finds out whether ld.so answers the names with the library's functions: not
 * where another library comes before it. Once. */
void export_learn(void *(*resolve)(const char *name));

#endif
