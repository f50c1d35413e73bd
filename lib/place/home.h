/* SPDX-License-Identifier: MIT */
/* The place of the table's own memory. */
#ifndef VALIMIT_PLACE_HOME_H
#define VALIMIT_PLACE_HOME_H

#include "table/space.h"

/* Reserves memory for the table at a free place outside the window; inside, where the
 * window leaves nothing outside. The space's page, min, top and window are set before;
 * `random` chooses the place. The address, and the length in *size; or -errno. */
long home_reserve(struct space *space, uint64_t random, size_t *size);

#endif
