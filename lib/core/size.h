/* SPDX-License-Identifier: MIT */
/* Rounding of sizes and addresses, and lengths of arrays. */
#ifndef VALIMIT_CORE_SIZE_H
#define VALIMIT_CORE_SIZE_H

#include <stddef.h>
#include <stdint.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

/* The multiple of `unit`, a power of two, at or below `value`. */
static inline uintptr_t round_down(uintptr_t value, size_t unit)
{
	return value & ~(uintptr_t)(unit - 1);
}

/* The multiple of `unit`, a power of two, at or above `value`; 0 where that overflows. */
static inline uintptr_t round_up(uintptr_t value, size_t unit)
{
	return round_down(value + unit - 1, unit);
}

#endif
