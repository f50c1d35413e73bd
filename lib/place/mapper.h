/* SPDX-License-Identifier: MIT */
/* How a mapping is made where room for it has been found. */
#ifndef VALIMIT_PLACE_MAPPER_H
#define VALIMIT_PLACE_MAPPER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Makes a mapping at a free address: the address, -EEXIST where it is taken,
 * or another -errno. `over`: a placeholder of the library's own is there. */
typedef long place_mapper(const void *what, uintptr_t at, bool over);

/* A mapper for what shall be replaced: a placeholder. `what`: its length, a
 * size_t. */
long place_holder(const void *what, uintptr_t at, bool over);

#endif
