/* SPDX-License-Identifier: MIT */
#include "load.h"

#include <string.h>

#include "core/size.h"
#include "fence/fence_piece.h"
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

/* Maps a segment: its contents, zeros up to the page's end, and pages of zeros. */
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

/* The pages of a segment at its linked addresses. */
static struct span pages_of(const struct segment *segment, size_t page)
{
	return (struct span){ round_down(segment->start, page),
			      round_up(segment->start + segment->size, page) };
}

/* The first hole at `at` or above; empty: there is none. Segments may be in any order. */
static struct span hole_from(const struct image *image, uintptr_t at, size_t page)
{
	struct span hole = { at, image->extent.end };

	for (size_t i = 0; i < image->segments; i++) {
		struct span pages = pages_of(&image->segment[i], page);

		if (pages.start <= hole.start && hole.start < pages.end)
			return hole_from(image, pages.end, page);
		if (pages.start > hole.start && pages.start < hole.end)
			hole.end = pages.start;
	}
	return hole;
}

static long fence_hole(struct span hole, bool sealed)
{
	long result = piece_make(piece_map(hole, MAP_FIXED));

	if (sys_failed(result))
		return result;
	piece_make(piece_undump(hole));
	piece_make(piece_name(hole, PIECE_NAME));
	return sealed ? piece_make(piece_seal(hole)) : 0;
}

long load_fence(const struct image *image, const struct settings *settings)
{
	const struct spans *outside = &settings->outside;
	struct span hole = hole_from(image, image->extent.start, settings->page);
	long result = 0;

	if (image->movable || !settings->fenced)
		return 0;
	for (; !span_empty(hole); hole = hole_from(image, hole.end, settings->page))
		for (int i = 0; result == 0 && i < outside->count; i++) {
			struct span part = span_cut(hole, outside->at[i]);

			if (!span_empty(part))
				result = fence_hole(part, settings->sealed);
		}
	return result;
}
