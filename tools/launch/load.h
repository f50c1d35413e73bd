/* SPDX-License-Identifier: MIT */
/* Mapping an ELF image. */
#ifndef LAUNCH_LOAD_H
#define LAUNCH_LOAD_H

#include "core/elf.h"

/* Maps the image's segments of the file so that its extent begins at `start`,
 * where all of it is free. 0 or -errno. */
long load_image(const struct image *image, int fd, uintptr_t start, size_t page);

#endif
