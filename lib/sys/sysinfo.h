/* SPDX-License-Identifier: MIT */
/* Where user space begins and ends: asked from the kernel, not assumed. */
#ifndef VALIMIT_SYS_SYSINFO_H
#define VALIMIT_SYS_SYSINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

/* The lowest address that may be mapped, a page boundary (vm.mmap_min_addr). */
uintptr_t limits_min(size_t page);

/* The end of user space: found by asking for pages below powers of two, since
 * 39, 42, 47, 48, 52, 56 and 57 bits exist. */
uintptr_t limits_top(size_t page);

/* The kernel's version, to be compared with others; 0 where it says none. */
#define LIMITS_KERNEL(major, minor) ((major) << 16 | (minor))
unsigned limits_kernel(void);

/* Bytes that a main stack must have room for under a limit (RLIMIT_STACK). */
size_t limits_stack(const struct rlimit *rlimit);

/* Whether a file may have `size` bytes (RLIMIT_FSIZE): one that grows beyond
 * that is a signal. */
bool limits_file(size_t size);

#endif
