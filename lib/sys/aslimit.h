/* SPDX-License-Identifier: MIT */
/*
 * The rlimit on address space (RLIMIT_AS), against which the fence counts. While a fence
 * stands, the kernel's limit is the program's limit plus the fence's share. A mark in the bits
 * below the page size, which the kernel ignores, tells a program after execve() that its limit
 * has a share.
 */
#ifndef VALIMIT_SYS_ASLIMIT_H
#define VALIMIT_SYS_ASLIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>

bool aslimit_is_finite(void);

/* Whether a fence of `share` bytes can stand: RLIMIT_AS is infinite, or has the share, or its
 * hard limit admits the share. */
bool aslimit_admits(size_t share);

/* Adds the share to a finite soft limit that does not have it. False if the hard limit does not
 * admit it. */
bool aslimit_raise(size_t share);

/* Replaces the share `before` by `after` in limits that have it. False if the kernel refuses,
 * since an unprivileged process cannot raise a hard limit. */
bool aslimit_change(size_t before, size_t after);

/* prlimit(2) for this process and RLIMIT_AS. `new` and `old` are the program's limits, without
 * the share; either may be NULL. Returns 0 or -errno. */
long aslimit_call(const struct rlimit *new, struct rlimit *old, size_t share);

#endif
