/* SPDX-License-Identifier: MIT */
/* A snapshot of a reading: an ELF core file with all mappings, but with no memory
 * except the table. Every reader of core files can read it. */
#ifndef VACTL_SAVE_H
#define VACTL_SAVE_H

#include <stdio.h>

#include "reader.h"

/* Writes a good reading of a process or a core file. `title` is the command line.
 * Errors are the stream's. */
void save_write(const struct reading *reading, const char *title, FILE *out);

#endif
