/* SPDX-License-Identifier: MIT */
/* Before all else in every file: the functions that check lengths are a libc's. */
#undef _FORTIFY_SOURCE

/* For what only the compiler calls: link-time optimization drops it before the code that
 * names it is written. */
#define KEPT __attribute__((used))
