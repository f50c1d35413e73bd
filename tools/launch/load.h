/* SPDX-License-Identifier: MIT */
/* Mapping an ELF image, and fencing the holes that one leaves. */
#ifndef LAUNCH_LOAD_H
#define LAUNCH_LOAD_H

#include "core/elf.h"
#include "settings.h"

/* Maps the image's segments of the file so that its extent begins at `start`,
 * where all of it is free. 0 or -errno. */
long load_image(const struct image *image, int fd, uintptr_t start, size_t page);

/* Fences the holes between the segments of an image that load_image() has mapped, where
 * it is a fixed one and they lie outside the window: else a hint would get them. 0 or
 * -errno. */
long load_fence(const struct image *image, const struct settings *settings);

#endif
