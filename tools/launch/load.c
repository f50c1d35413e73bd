/* SPDX-License-Identifier: MIT */
#include "load.h"

#include <string.h>

#include "sys/sys.h"

static long map_at(uintptr_t start, uintptr_t end, int prot, int flags, int fd, uint64_t offset)
{
	long result;

	if (start >= end)
		return 0;
	result = sys_mmap(start, end - start, prot, MAP_PRIVATE | MAP_FIXED | flags, fd,
			  (long)offset);
	return sys_failed(result) ? result : 0;
}

/* The contents, zeros up to the page's end, and pages of zeros. */
static long load_segment(const struct segment *segment, int fd, uintptr_t bias, size_t page)
{
	uintptr_t start = segment->start + bias, mask = page - 1;
	uintptr_t contents = start + segment->in_file, end = start + segment->size;
	uintptr_t mapped = start & ~mask;
	long result = 0;

	if (segment->in_file) {
		mapped = (contents + mask) & ~mask;
		result = map_at(start & ~mask, mapped, segment->prot, 0, fd,
				segment->offset & ~(uint64_t)mask);
	}
	if (result == 0 && end > contents && segment->in_file && segment->prot & PROT_WRITE)
		memset((void *)contents, 0, mapped - contents);
	if (result == 0)
		result = map_at(mapped, (end + mask) & ~mask, segment->prot, MAP_ANONYMOUS, -1, 0);
	return result;
}

long load_image(const struct image *image, int fd, uintptr_t start, size_t page)
{
	long result = 0;

	for (size_t i = 0; result == 0 && i < image->segments; i++)
		result = load_segment(&image->segment[i], fd, start - image->extent.start, page);
	return result;
}
