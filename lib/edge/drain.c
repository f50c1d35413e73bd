/* SPDX-License-Identifier: MIT */
#include "drain.h"

#include <stdlib.h>

#include "libc.h"

/* Sizes from the largest that a heap's rest may hold to the smallest chunk. */
#define LARGEST (256UL << 10)
#define STEP 16UL
#define SMALL_MAX 1040UL /* glibc caches single sizes up to here */

static bool on_old_heap(const struct space *space, const void *chunk)
{
	uintptr_t at = (uintptr_t)chunk;

	return at >= space->program.heap.start && at < space->program.heap.end;
}

static __typeof__(malloc) *take;
static __typeof__(free) *give_back;

/* Takes chunks of a size until one comes from elsewhere. */
static void drain_size(const struct space *space, size_t size)
{
	void *chunk = take(size);

	while (chunk && on_old_heap(space, chunk))
		chunk = take(size);
	give_back(chunk);
}

void drain_heap(const struct space *space)
{
	if (span_empty(space->program.heap) || !space_fenced(space) ||
	    space_inside(space, space->program.heap.start,
			 space->program.heap.end - space->program.heap.start))
		return;
	take = LIBC(malloc);
	give_back = LIBC(free);
	for (size_t size = LARGEST; size > SMALL_MAX; size /= 2)
		drain_size(space, size);
	for (size_t size = SMALL_MAX; size >= STEP; size -= STEP)
		drain_size(space, size - sizeof(size_t));
}
