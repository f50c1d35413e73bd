/* SPDX-License-Identifier: MIT */
/*
 * Names for addresses of code in a process, by libdw, from the files that the
 * process has mapped. These may be hostile: only regular files are opened. Debug
 * information is looked for on this machine only.
 */
#ifndef VACTL_SYMBOLS_H
#define VACTL_SYMBOLS_H

#include <stdint.h>

#include "reader.h"

struct symbols;

/* For addresses of a reading, which must outlive the result. */
struct symbols *symbols_new(const struct reading *reading);
void symbols_free(struct symbols *symbols);

/* A return address as "function+0x12", a function that has jumped to the library as
 * "jump:function", or without a symbol as "file+0x1234", counted from the file's first
 * mapping; with `place`, " in /lib/file" follows. NULL if no file is mapped there. The
 * text is from malloc. */
char *symbols_name(struct symbols *symbols, uint64_t address, bool place);

#endif
