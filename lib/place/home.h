/* SPDX-License-Identifier: MIT */
/* Where the table's own memory lies. */
#ifndef VALIMIT_PLACE_HOME_H
#define VALIMIT_PLACE_HOME_H

#include "table/space.h"

/* Reserves memory for the table at a free place outside the window; inside, where the
 * window leaves nothing outside. The space's page, min, top and window are set, and
 * `random` decides where. The address, and its *size; or -errno. */
long home_reserve(struct space *space, uint64_t random, size_t *size);

#endif
