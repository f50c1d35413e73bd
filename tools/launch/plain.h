/* SPDX-License-Identifier: MIT */
/* Before all else in every file: the functions that check lengths are a libc's. */
#undef _FORTIFY_SOURCE
