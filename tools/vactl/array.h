/* SPDX-License-Identifier: MIT */
/* Arrays whose elements begin with their first address and the one behind. */
#ifndef VACTL_ARRAY_H
#define VACTL_ARRAY_H

#include <stddef.h>
#include <stdint.h>

/* The first of `count` ascending elements, of `size` bytes each, that ends above
 * `address`; `count` if none does. */
static inline size_t array_seek(const void *array, size_t count, size_t size, uint64_t address)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const uint64_t *bounds = (const void *)((const char *)array + middle * size);

		if (bounds[1] <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

#endif
