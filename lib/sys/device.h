/* SPDX-License-Identifier: MIT */
/* Device numbers, as in <sys/sysmacros.h>. Its macros call functions of libc, which ld.so would
 * have to look up at every program's start. */
#ifndef VALIMIT_SYS_DEVICE_H
#define VALIMIT_SYS_DEVICE_H

#include <stdint.h>

static inline uint64_t device_of(uint32_t major, uint32_t minor)
{
	return (minor & 0xffU) | (uint64_t)(major & 0xfffU) << 8 |
	       (uint64_t)(minor & ~0xffU) << 12 | (uint64_t)(major & ~0xfffU) << 32;
}

static inline uint32_t device_major(uint64_t device)
{
	return (uint32_t)(device >> 8 & 0xfffU) | (uint32_t)(device >> 32 & ~0xfffUL);
}

static inline uint32_t device_minor(uint64_t device)
{
	return (uint32_t)(device & 0xffU) | (uint32_t)(device >> 12 & ~0xffUL);
}

#endif
