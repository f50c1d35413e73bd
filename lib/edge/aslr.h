/* SPDX-License-Identifier: MIT */
/* Whether placement is random, and its seed. */
#ifndef VALIMIT_EDGE_ASLR_H
#define VALIMIT_EDGE_ASLR_H

#include "core/options.h"

/* Whether placement is random: unless the personality forbids it (setarch -R), and always with
 * a seed of the user's. */
bool aslr_wanted(const struct options *options);

/* A random number from the kernel; 0: the kernel has none ready. */
uint64_t aslr_number(void);

/* The generator's first state: the user's seed, or else a mixture of `more`, a random number,
 * with the second half of AT_RANDOM's 16 bytes at `given` (NULL: with the process's number). */
uint64_t aslr_seed(const struct options *options, uint64_t more, const uint64_t *given);

#endif
