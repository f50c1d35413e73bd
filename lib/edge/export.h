/* SPDX-License-Identifier: MIT */
/* The exported functions whose slots are bound, with three entries for each. */
#ifndef VALIMIT_EDGE_EXPORT_H
#define VALIMIT_EDGE_EXPORT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct export {
	char name[16];
	uintptr_t plain;     /* the exported function: calls are guests' */
	uintptr_t host;      /* calls are hosts', unchecked; equal to `plain`: the function
			      * treats both alike */
	uintptr_t pointer;   /* checks the call site */
	uintptr_t canonical; /* address of the program's own stub, which serves all modules as
			      * the function's address; 0: none */
	bool first;          /* ld.so resolves the name to `plain` */
};

/* In the order of the numbers that the `pointer` entries pass to site_choose(). */
#define EXPORTS 14
extern struct export exports[EXPORTS];

/* The function with that name, and the function one of whose entries is at the address; NULL:
 * there is none. */
struct export *export_named(const char *name);
struct export *export_reached(uintptr_t address);

/* Notes the address of the program's stub for the function. */
void export_set_canonical(struct export *export, uintptr_t address);

/* The function with that number, for site_choose(). */
const struct export *export_numbered(size_t number);

/* Learns whether ld.so resolves the names to the library's functions: it does not if another
 * library comes first. Called once. */
void export_learn(void *(*resolve)(const char *name));

#endif
