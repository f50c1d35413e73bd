/* SPDX-License-Identifier: MIT */
/* Whether and from what addresses are chosen at random. */
#ifndef VALIMIT_EDGE_ASLR_H
#define VALIMIT_EDGE_ASLR_H

#include "core/options.h"

/* Whether they are: not where the personality says no (setarch -R), but with a
 * seed of the user's in any case. */
bool aslr_wanted(const struct options *options);

/* Of the kernel's; 0 where it gives none. */
uint64_t aslr_number(void);

/* What to begin with: the user's seed, else randomness: `more`, a number of the kernel's,
 * and AT_RANDOM's 16 bytes, `given`, or NULL. */
uint64_t aslr_seed(const struct options *options, uint64_t more, const uint64_t *given);

#endif
