/* SPDX-License-Identifier: MIT */
/*
 * The limit on address space (RLIMIT_AS), against which a fence counts. While a fence
 * stands, the kernel's limit is the program's and the fence's share. Bits below the page
 * size, which the kernel does not look at, mark it: so a program that is executed knows.
 */
#ifndef VALIMIT_SYS_ASLIMIT_H
#define VALIMIT_SYS_ASLIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>

bool aslimit_is_finite(void);

/* Whether a fence of `share` bytes can stand: there is no limit, or its share is in it,
 * or the hard limit admits it. */
bool aslimit_admits(size_t share);

/* Adds the share to a finite soft limit that does not have it. False where it is not
 * admitted. */
bool aslimit_raise(size_t share);

/* Replaces the share `before` by `after` in limits that have it. False where the kernel
 * refuses: a hard limit cannot be raised. */
bool aslimit_change(size_t before, size_t after);

/* prlimit(2) for this process and RLIMIT_AS: `new` and `old` are the program's, and have
 * no share; either may be NULL. 0 or -errno. */
long aslimit_call(const struct rlimit *new, struct rlimit *old, size_t share);

#endif
