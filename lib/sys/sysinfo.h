/* SPDX-License-Identifier: MIT */
/* Bounds of user space, and other facts of the system, as the kernel tells them. */
#ifndef VALIMIT_SYS_SYSINFO_H
#define VALIMIT_SYS_SYSINFO_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

/* The lowest address that may be mapped (vm.mmap_min_addr), rounded up to a page. */
uintptr_t limits_min(size_t page);

/* The end of user space. Probes for pages below powers of two, since 39, 42, 47, 48, 52, 56 and
 * 57 bits exist. */
uintptr_t limits_top(size_t page);

/* The kernel's version, comparable with LIMITS_KERNEL(); 0: the kernel tells none. */
#define LIMITS_KERNEL(major, minor) ((major) << 16 | (minor))
unsigned limits_kernel(void);

/* Bytes of address space that the main stack must have under an RLIMIT_STACK. */
size_t limits_stack(const struct rlimit *rlimit);

/* Whether RLIMIT_FSIZE allows a file of `size` bytes. Growing a file beyond it is a signal
 * (SIGXFSZ). */
bool limits_file(size_t size);

#endif
