/* SPDX-License-Identifier: MIT */
#include "region.h"

#include <time.h>

#include <errno.h>
#include <string.h>

#include "core/size.h"
#include "core/uapi.h"
#include "sys/sys.h"
#include "sys/sysinfo.h"

/* Bytes of tree blocks that are committed at the start. */
#define FIRST_BLOCKS (32UL << 10)

/* Maps a memfd with a name over the region's first page, by which other processes find the
 * table: /proc/PID/maps shows a memfd's name on every kernel, anonymous memory's on few.
 * Where a sandbox forbids memfds, only inspection from outside fails. */
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

/* Commits [offset, offset + length) of the region, and has core dumps include it. */
static long commit(const struct table *table, size_t offset, size_t length)
{
	uintptr_t at = (uintptr_t)table + offset;
	long result = sys_mprotect(at, length, PROT_READ | PROT_WRITE);

	if (result == 0)
		sys_madvise(at, length, MADV_DODUMP);
	return result;
}

static struct tree_journal journal;

static uint64_t now(void)
{
	struct timespec time = { 0 };

	SYS(SYS_clock_gettime, CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

long pool_create(struct space *space, uintptr_t region, size_t size)
{
	size_t page = space->page;
	uint32_t blocks = (uint32_t)(size / TREE_BLOCK_SIZE);
	size_t bitmap = 2 * page, first = round_up(bitmap + blocks / 8, page);
	struct table *table = (struct table *)region;
	size_t usable = first + round_up(FIRST_BLOCKS, page);

	long result = sys_mprotect(region, usable, PROT_READ | PROT_WRITE);

	sys_madvise(region + usable, size - usable, MADV_DONTDUMP);
	if (result == 0)
		result = sys_madvise(region + page, page, MADV_WIPEONFORK);
	if (result < 0) {
		sys_munmap(region, size);
		return result;
	}
	name_first_page(region, page);
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
		.started = now(),
	};
	tree_init(&table->tree, (struct tree_block *)(region + first),
		  (uint64_t *)(region + bitmap),
		  (uint32_t)((usable - first) / TREE_BLOCK_SIZE));
	table->tree.journal = &journal;
	space->table = table;
	space->mutex = (struct mutex *)(region + page);
	space->capacity_max = (uint32_t)((size - first) / TREE_BLOCK_SIZE);
	mutex_init(space->mutex);
	return 0;
}

/* Doubles the number of blocks, up to the region's end. */
static bool grow(struct space *space)
{
	struct table *table = space->table;
	struct tree *tree = &table->tree;
	uint32_t more = tree->capacity;

	if (more > space->capacity_max - tree->capacity)
		more = space->capacity_max - tree->capacity;
	if (more == 0 || commit(table, table->block_offset + (size_t)tree->capacity * TREE_BLOCK_SIZE,
				(size_t)more * TREE_BLOCK_SIZE) < 0)
		return false;
	tree->capacity += more;
	return true;
}

bool pool_room(struct space *space)
{
	const struct tree *tree = &space->table->tree;

	return tree_room(tree) || (grow(space) && tree_room(tree));
}

void pool_room_to_rebuild(struct space *space)
{
	const struct tree *tree = &space->table->tree;

	while (tree->capacity < 3 * tree->used + TREE_CHANGE_BLOCKS && grow(space))
		;
}

/* Whether all blocks of the page that begins with block `id` are free. */
static bool page_free(const struct tree *tree, uint32_t id, uint32_t blocks)
{
	uint64_t mask = blocks == 64 ? UINT64_MAX : (1UL << blocks) - 1;

	return (tree->bitmap[id / 64] >> (id % 64) & mask) == 0;
}

void pool_give_back(struct space *space)
{
	struct tree *tree = &space->table->tree;
	uint32_t in_page = pool_in_page(space);
	uint32_t run = 0;

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
