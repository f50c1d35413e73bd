/* SPDX-License-Identifier: MIT */
/* How a mapping is made in the room that was found for it. */
#ifndef VALIMIT_PLACE_MAPPER_H
#define VALIMIT_PLACE_MAPPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Maps at a free address. `over`: the library's own placeholder is there, to be replaced.
 * The address, -EEXIST where the address is taken, or another -errno. */
typedef long place_mapper(const void *what, uintptr_t at, bool over);

/* A place_mapper that makes a placeholder, to be replaced later. `what` points to its
 * length, a size_t. */
long place_holder(const void *what, uintptr_t at, bool over);

#endif
