/* SPDX-License-Identifier: MIT */
/* A loaded module's dynamic section. */
#ifndef VALIMIT_EDGE_DYNAMIC_H
#define VALIMIT_EDGE_DYNAMIC_H

#include <link.h>
#include <stddef.h>

/* An array of relocations with addends. */
struct relocations {
	const ElfW(Rela) *at;
	size_t count;
};

struct dynamic {
	const char *strings;
	const ElfW(Sym) *symbols;
	const char *soname;         /* "": the module has none */
	const uintptr_t *initialisers; /* DT_INIT_ARRAY; NULL: none */
	struct relocations data;    /* without the relative ones, which come first */
	struct relocations calls;   /* of the procedure linkage table */
};

/* Reads a module's dynamic section; all is empty if the module has none. */
struct dynamic dynamic_read(const struct dl_phdr_info *info);

#endif
