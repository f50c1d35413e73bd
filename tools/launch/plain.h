/* SPDX-License-Identifier: MIT */
/* Every file includes this header first. It turns off _FORTIFY_SOURCE, whose functions a
 * libc has. */
#undef _FORTIFY_SOURCE

/* For functions that only the compiler calls: link-time optimization drops them before it
 * writes the code that calls them. */
#define KEPT __attribute__((used))
