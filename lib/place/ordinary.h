/* SPDX-License-Identifier: MIT */
/* Files of which the kernel knows before it unmaps whether they can be mapped. */
#ifndef VALIMIT_PLACE_ORDINARY_H
#define VALIMIT_PLACE_ORDINARY_H

#include <stdbool.h>

/* Whether a mapping of the file cannot fail once the kernel has begun to replace the old
 * mapping: a regular file on a file system whose mmap operation refuses only MAP_SYNC and,
 * before Linux 6.14, shared mappings of sealed memory files. Two system calls, for most
 * files one. */
bool ordinary_file(int fd);

#endif
