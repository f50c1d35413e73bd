/* SPDX-License-Identifier: MIT */
#include "pool.h"

#include <errno.h>
#include <string.h>

#include "carve.h"
#include "core/launched.h"
#include "limits.h"
#include "scan.h"
#include "stack.h"
#include "sys.h"

#define REGION_SIZE LAUNCHED_ROOM
#define REGION_SIZE_MIN (1UL << 20)
#define RANDOM_PAGES LAUNCHED_SPREAD

/* The blocks that are made usable at first, in bytes. */
#define FIRST_BLOCKS (32UL << 10)

#ifndef MADV_WIPEONFORK
#define MADV_WIPEONFORK 18
#endif

static size_t round_up(size_t value, size_t to)
{
	return (value + to - 1) & ~(to - 1);
}

/* Near the end of a span of that size at least, at random, so that nobody knows
 * where the table is; most often that is free. */
static long reserve_at_random(const struct space *space, struct span span, size_t size,
			      uint64_t random)
{
	size_t pages = (span.end - span.start - size) / space->page + 1;
	uintptr_t below = (pages > RANDOM_PAGES ? random % RANDOM_PAGES : random % pages) * space->page;
	uintptr_t wanted = span.end - size - below;
	uintptr_t here = (uintptr_t)__builtin_frame_address(0);

	/* Where the stack is going to grow, it is free for now. */
	if (wanted < here && here - wanted < size + stack_room(space))
		return -EEXIST;
	return carve_hold(wanted, size);
}

/* What the launcher has left for it, in its fence. */
static long reserve_room(const struct space *space, size_t size)
{
	struct span room = space->launched ? space->launched->room : (struct span){ 0, 0 };

	if (span_empty(room) || room.end - room.start < size)
		return -ENOMEM;
	return sys_mmap(room.start, size, PROT_NONE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
}

/* A free place for `size` bytes outside the window. */
static long reserve(struct space *space, size_t size)
{
	struct spans outside = space_rest(space);
	uint64_t random = 0;
	long at = reserve_room(space, size);

	if (at > 0)
		return at;
	SYS(SYS_getrandom, &random, sizeof(random), 1U /* GRND_NONBLOCK */);
	for (int i = outside.count - 1; at < 0 && i >= 0; i--) {
		if (outside.at[i].end - outside.at[i].start < size)
			continue;
		at = reserve_at_random(space, outside.at[i], size, random);
		if (at < 0)
			at = scan_map(space, outside.at[i], size, PROT_NONE,
				      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	}
	return at;
}

static long reserve_region(struct space *space, size_t *size)
{
	for (*size = REGION_SIZE; *size >= REGION_SIZE_MIN; *size /= 4) {
		long at = reserve(space, *size);

		if (at > 0)
			return at;
	}
	*size = REGION_SIZE;
	return sys_mmap(0, *size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

/* Lays a page with a name over the region's first, so that others find it: a
 * memfd shows its own on every kernel, anonymous memory on few. Without one
 * (a sandbox forbids it) all works but inspection. */
static void name_first_page(uintptr_t region, size_t page)
{
	long fd;

	if (!limits_file(page))
		return;
	fd = SYS(SYS_memfd_create, TABLE_NAME, 1U /* MFD_CLOEXEC */);
	if (fd < 0)
		return;
	if (SYS(SYS_ftruncate, fd, page) == 0)
		sys_mmap(region, page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_FIXED, (int)fd, 0);
	sys_close((int)fd);
}

/* Makes [offset, offset + length) of the region usable, and part of a core. */
static long commit(const struct table *table, size_t offset, size_t length)
{
	uintptr_t at = (uintptr_t)table + offset;
	long result = sys_mprotect(at, length, PROT_READ | PROT_WRITE);

	if (result == 0)
		sys_madvise(at, length, MADV_DODUMP);
	return result;
}

long pool_create(struct space *space)
{
	size_t page = space->page, size;
	long region = reserve_region(space, &size);

	if (region < 0)
		return region;

	uint32_t blocks = (uint32_t)(size / TREE_BLOCK_SIZE);
	size_t bitmap = 2 * page, first = round_up(bitmap + blocks / 8, page);
	struct table *table = (struct table *)region;
	size_t usable = first + round_up(FIRST_BLOCKS, page);

	long result = sys_mprotect((uintptr_t)region, usable, PROT_READ | PROT_WRITE);

	sys_madvise((uintptr_t)region + usable, size - usable, MADV_DONTDUMP);
	if (result == 0)
		result = sys_madvise((uintptr_t)region + page, page, MADV_WIPEONFORK);
	if (result < 0) {
		sys_munmap((uintptr_t)region, size);
		return result;
	}
	name_first_page((uintptr_t)region, page);
	*table = (struct table){
		.magic = TABLE_MAGIC,
		.version = TABLE_VERSION,
		.size = sizeof(struct table),
		.block_size = TREE_BLOCK_SIZE,
		.page_size = (uint32_t)page,
		.region_size = size,
		.bitmap_offset = bitmap,
		.block_offset = first,
		.min = space->min,
		.top = space->top,
		.reach = REACH_CALLS,
		.pid = (uint32_t)SYS(SYS_getpid, 0),
	};
	tree_init(&table->tree, (struct tree_block *)(region + (long)first),
		  (uint64_t *)(region + (long)bitmap),
		  (uint32_t)((usable - first) / TREE_BLOCK_SIZE));
	space->table = table;
	space->lock = (struct lock *)(region + (long)page);
	space->capacity_max = (uint32_t)((size - first) / TREE_BLOCK_SIZE);
	lock_init(space->lock);
	return 0;
}

bool pool_room(struct space *space)
{
	struct table *table = space->table;
	struct tree *tree = &table->tree;

	if (tree_room(tree))
		return true;

	uint32_t more = tree->capacity;

	if (more > space->capacity_max - tree->capacity)
		more = space->capacity_max - tree->capacity;
	if (more == 0 || commit(table, table->block_offset + (size_t)tree->capacity * TREE_BLOCK_SIZE,
				(size_t)more * TREE_BLOCK_SIZE) < 0)
		return false;
	tree->capacity += more;
	return tree_room(tree);
}

/* Whether the blocks of the page that begins with block `id` are all free. */
static bool page_free(const struct tree *tree, uint32_t id, uint32_t blocks)
{
	uint64_t mask = blocks == 64 ? UINT64_MAX : (1UL << blocks) - 1;

	return (tree->bitmap[id / 64] >> (id % 64) & mask) == 0;
}

void pool_trim(struct space *space)
{
	struct tree *tree = &space->table->tree;
	uint32_t in_page = (uint32_t)(space->page / TREE_BLOCK_SIZE);
	uint32_t run = 0;

	if (tree->used > space->freed_mark)
		space->freed_mark = tree->used;
	/* Half of the peak and a few pages more must have gone: the cost of the
	 * sweep is shared by as many frees. */
	if (space->freed_mark - tree->used < tree->used + 8 * in_page)
		return;
	space->freed_mark = tree->used;
	for (uint32_t id = 0; id <= tree->capacity; id += in_page) {
		if (id < tree->capacity && page_free(tree, id, in_page)) {
			run += in_page;
		} else if (run) {
			sys_madvise((uintptr_t)&tree->block[id - run], (size_t)run * TREE_BLOCK_SIZE,
				    MADV_DONTNEED);
			run = 0;
		}
	}
}
