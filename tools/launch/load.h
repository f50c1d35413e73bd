/* SPDX-License-Identifier: MIT */
/* Maps an ELF image, and fences the holes between its segments. */
#ifndef LAUNCH_LOAD_H
#define LAUNCH_LOAD_H

#include "core/elf.h"
#include "settings.h"

/* Maps the image's segments so that its extent begins at `start`; all of the extent must be
 * free. 0 or -errno. */
long load_image(const struct image *image, int fd, uintptr_t start, size_t page);

/* Fences the holes between the segments of a fixed image that load_image() has mapped, as
 * far as they lie outside the window: a hint could get them. 0 or -errno. */
long load_fence(const struct image *image, const struct settings *settings);

#endif
