/* SPDX-License-Identifier: MIT */
/* For functions that few calls come to, in files whose others are fast: small,
 * and out of the way of the rest. */
#ifndef VALIMIT_CORE_RARE_H
#define VALIMIT_CORE_RARE_H

#define RARE __attribute__((cold, noinline))

#endif
