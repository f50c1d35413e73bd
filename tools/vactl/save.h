/* SPDX-License-Identifier: MIT */
/*
 * A snapshot of a reading: an ELF core file with all mappings and no memory but
 * the table, so that whatever reads core files reads it.
 */
#ifndef VACTL_SAVE_H
#define VACTL_SAVE_H

#include <stdio.h>

#include "reader.h"

/* Writes a good reading of a process or a core. `title` is what the process was
 * started as. Errors are the stream's. */
void save_write(const struct reading *reading, const char *title, FILE *out);

#endif
