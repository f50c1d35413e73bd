/* SPDX-License-Identifier: MIT */
/*
 * box64's custommem: a red-black tree of all that is mapped and one of protections. A
 * mapping goes to the first gap above a fixed address that holds it, at a multiple of
 * 64 KiB: the search asks the tree for the end of what is there, range after range. The
 * address found is a hint; where the kernel takes another one that a 32-bit program cannot
 * use, the mapping is undone, the list of mappings is read again, and the search repeated.
 * box64 searches without its lock; here it is held, since libc's tree would break.
 */
#include "peer.h"

#include <pthread.h>
#include <stdio.h>

#include "ranges.h"

#define LOWEST 0x10000UL
#define WINE_LOWEST 0x30000000UL
#define MEDIUM 0x40000000UL
#define HIGH 0x60000000UL
#define LOW_TOP 0xc0000000UL
#define LOW_END 0x100000000UL
#define WIDE_END 0x800000000000UL
#define STEP 0x10000UL
#define PAGE 4096UL
#define MAPPED 1

static struct ranges mapped, protections;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void load(void)
{
	FILE *file = fopen("/proc/self/maps", "r");
	unsigned long start, end;
	char line[512];

	while (file && fgets(line, sizeof(line), file))
		if (sscanf(line, "%lx-%lx", &start, &end) == 2)
			ranges_set(&mapped, start, end, MAPPED);
	if (file)
		fclose(file);
}

/* 0: there is none. */
static uintptr_t find(uintptr_t from, uintptr_t end, size_t length)
{
	while (from < end) {
		const struct range *range = ranges_at(&mapped, from);

		if (!range || range->start >= from + length)
			return from;
		from = peer_round(range->end, STEP);
	}
	return 0;
}

static uintptr_t find_low(uintptr_t hint, size_t length)
{
	uintptr_t from = hint < LOWEST ? WINE_LOWEST : hint;
	uintptr_t at = find(from, from > LOW_TOP ? LOW_END : LOW_TOP, length);

	return at || hint ? at : find(LOWEST, from, length);
}

static uintptr_t find_wide(uintptr_t hint, size_t length)
{
	uintptr_t at = find(hint ? hint : HIGH, WIDE_END, length);

	if (!at)
		at = find_low(MEDIUM, length);
	return at ? at : find_low(LOWEST, length);
}

static bool is_free(uintptr_t at, size_t length)
{
	const struct range *range = ranges_at(&mapped, at);

	return !range || range->start >= at + length;
}

static void note(uintptr_t start, size_t length, int prot)
{
	uintptr_t end = start + peer_round(length, PAGE);

	ranges_set(&mapped, start, end, MAPPED);
	if (prot)
		ranges_set(&protections, start, end, prot);
	else
		ranges_clear(&protections, start, end);
}

static void *map_again(void *at, uintptr_t hint, size_t length, int prot)
{
	uintptr_t next;

	peer_munmap((uintptr_t)at, length);
	load();
	next = find_low(hint, length);
	return peer_mmap(next, length, prot, next && is_free(next, length) ? MAP_FIXED : 0);
}

static void *map_low(void *hint, size_t length, int prot)
{
	void *at;

	pthread_mutex_lock(&mutex);
	at = peer_mmap(find_low((uintptr_t)hint, length), length, prot, 0);
	if (at != MAP_FAILED && (uintptr_t)at >= LOW_END)
		at = map_again(at, (uintptr_t)hint, length, prot);
	if (at != MAP_FAILED)
		note((uintptr_t)at, length, prot);
	pthread_mutex_unlock(&mutex);
	return at;
}

static void *map_wide(void *hint, size_t length, int prot)
{
	void *at;

	pthread_mutex_lock(&mutex);
	at = peer_mmap(find_wide((uintptr_t)hint, length), length, prot, 0);
	if (at != MAP_FAILED)
		note((uintptr_t)at, length, prot);
	pthread_mutex_unlock(&mutex);
	return at;
}

static int unmap(void *at, size_t length)
{
	uintptr_t start = (uintptr_t)at, end = start + peer_round(length, PAGE);
	int result;

	pthread_mutex_lock(&mutex);
	result = peer_munmap(start, length);
	if (result == 0) {
		ranges_clear(&mapped, start, end);
		ranges_clear(&protections, start, end);
	}
	pthread_mutex_unlock(&mutex);
	return result;
}

const struct peer peer_box64 = {
	.name = "box64", .upwards = true, .start = load, .map = map_low, .unmap = unmap,
};

const struct peer peer_box64_wide = {
	.name = "box64-47", .upwards = true, .start = load, .map = map_wide, .unmap = unmap,
};
