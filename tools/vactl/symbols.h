/* SPDX-License-Identifier: MIT */
/*
 * Names for addresses of code in a process, by libdw, from the files that the process has
 * mapped. The files may be hostile: only regular ones are opened. Debug information comes
 * from this machine only.
 */
#ifndef VACTL_SYMBOLS_H
#define VACTL_SYMBOLS_H

#include <elfutils/libdwfl.h>

#include "reader.h"

/* Files of which symbols are read; further files give no names. */
#define SYMBOLS_FILES_MAX 256

/* Names for a reading: starts as { .reading = reading }, ends with symbols_free(). */
struct symbols {
	const struct reading *reading;
	size_t count;
	struct code_file {
		const char *name;  /* the key; in the first line that has it */
		Dwfl *session;     /* NULL: the file cannot be opened */
		Dwfl_Module *dwfl; /* NULL: it is no ELF file */
	} file[SYMBOLS_FILES_MAX];
};
void symbols_free(struct symbols *symbols);

/* Names a return address "function+0x12", a function that has jumped to the library
 * "jump:function", or without a symbol "file+0x1234", counted from the file's first
 * mapping; with `place`, " in /lib/file" follows. Returns NULL if no file is mapped there,
 * else a text from malloc. */
char *symbols_name(struct symbols *symbols, uint64_t address, bool place);

#endif
