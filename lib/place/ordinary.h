/* SPDX-License-Identifier: MIT */
/* Files of which the kernel knows before it unmaps whether they can be mapped. */
#ifndef VALIMIT_PLACE_ORDINARY_H
#define VALIMIT_PLACE_ORDINARY_H

#include <stdbool.h>

/* Whether a private mapping of the file cannot fail once the kernel has begun to replace
 * what was there: a regular file on a file system whose mmap operation has nothing to
 * refuse but MAP_SYNC and a shared mapping. Two system calls, for most files one. */
bool ordinary_file(int fd);

#endif
