/* SPDX-License-Identifier: MIT */
/* Marks functions off the fast path: the compiler optimizes them for size and puts them away
 * from the others. */
#ifndef VALIMIT_CORE_RARE_H
#define VALIMIT_CORE_RARE_H

#define RARE __attribute__((cold, noinline))

#endif
