/* SPDX-License-Identifier: MIT */
/*
 * Names for addresses of code in a process, by libdw. The files are those that
 * the process has mapped; what they hold is anybody's, and only regular files
 * are ever opened. Debug information is looked for on this machine only.
 */
#ifndef VACTL_SYMBOLS_H
#define VACTL_SYMBOLS_H

#include <stdint.h>

#include "reader.h"

struct symbols;

/* For addresses of a reading, which must outlive it. */
struct symbols *symbols_new(const struct reading *reading);
void symbols_free(struct symbols *symbols);

/* A return address as "function+0x12", a function that has jumped to the library
 * as "jump:function", or where no symbol is known as
 * "file+0x1234", from the file's first mapping on; NULL where no file is mapped
 * there. The text is from malloc. */
char *symbols_name(struct symbols *symbols, uint64_t address);

/* The same and the file: "function+0x12 in /lib/file". */
char *symbols_place(struct symbols *symbols, uint64_t address);

#endif
