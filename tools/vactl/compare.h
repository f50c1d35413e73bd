/* SPDX-License-Identifier: MIT */
/* Two pictures of address spaces laid over each other: what came, went and
 * stayed. Pure. */
#ifndef VACTL_COMPARE_H
#define VACTL_COMPARE_H

#include "tiles.h"

/* Tiles with the looks LOOK_STAYED to LOOK_CHANGED where either has something
 * mapped; elsewhere the ground of `after`. What went points to what it was, all
 * else to what it is; both lists stay as long as the result is used. */
void compare_tiles(const struct tiles *before, const struct tiles *after, struct tiles *result);

#endif
