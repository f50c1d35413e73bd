/* SPDX-License-Identifier: MIT */
/* What a process was started as: whatever it says of itself. */
#ifndef VACTL_CMDLINE_H
#define VACTL_CMDLINE_H

#include <stddef.h>

/* The arguments with spaces between, at most `size` bytes, not terminated; the
 * name of a process that has none. Returns the length; 0 where it is gone. */
size_t cmdline_read(int pid, char *text, size_t size);

#endif
