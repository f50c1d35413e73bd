/* SPDX-License-Identifier: MIT */
/* Files below /proc, and other small ones. */
#ifndef VACTL_PROCFILE_H
#define VACTL_PROCFILE_H

#include "message.h"

/* Reads at most `most` bytes of /proc/PID/NAME into *text, from malloc, and puts a
 * terminator behind them. Returns the length, or -errno. Free *text in any case. */
long procfile_read(int pid, const char *name, size_t most, char **text);

/* Reads a file of any path, as procfile_read() does. */
long procfile_load(const char *path, size_t most, char **text);

/* The number in a file; `otherwise` if it cannot be read. */
long procfile_number(const char *path, long otherwise);

/* Writes the text by one call, as the kernel demands. Returns 0 or -errno. */
int procfile_write(const char *path, const char *text);

#endif
