/* SPDX-License-Identifier: MIT */
/*
 * FEX's allocator for 32-bit guests: a bit for each page of 4 GiB, one mutex, and a scan
 * downwards from where the last mapping went. Where the kernel finds something in the way,
 * the scan begins again one page lower. Memory is unmapped page by page.
 *
 * Two traits are FEX's own: the page at which a range is found is tested but not used, and
 * the lowest page of the range is used but not tested; so a free page stays between any two
 * mappings, and the kernel's EEXIST is what keeps ranges apart below.
 */
#include "peer.h"

#include <pthread.h>

#define PAGE 4096UL
#define PAGES 0x100000UL
#define BASE_PAGE 16UL
#define TOP_PAGE (PAGES - 1)

static uint64_t used[PAGES / 64];
static uintptr_t last_scan;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static bool is_used(uintptr_t page)
{
	return used[page / 64] >> page % 64 & 1;
}

static void mark(uintptr_t page, size_t pages)
{
	for (size_t i = 0; i < pages; i++)
		used[(page + i) / 64] |= 1UL << (page + i) % 64;
}

static void start(void)
{
	mark(0, BASE_PAGE);
	mark(TOP_PAGE, 1);
	last_scan = TOP_PAGE;
}

/* The lowest page of a range that ends at `from` or below; 0: there is none. */
static uintptr_t find(uintptr_t from, size_t pages)
{
	while (from >= BASE_PAGE && from <= TOP_PAGE) {
		size_t free = 0;

		while (free < pages && !is_used(from - free))
			free++;
		if (free == pages)
			return from - pages;
		from -= free + 1;
	}
	return 0;
}

static void *map_locked(size_t length, int prot)
{
	size_t pages = peer_round(length, PAGE) / PAGE;
	uintptr_t from = last_scan;

	for (;; from--) {
		uintptr_t page = find(from, pages);
		void *at;

		if (!page) {
			from = TOP_PAGE;
			page = find(from, pages);
		}
		if (!page) {
			errno = ENOMEM;
			return MAP_FAILED;
		}
		at = peer_mmap(page * PAGE, length, prot, MAP_FIXED_NOREPLACE);
		if (at == MAP_FAILED && errno == EEXIST)
			continue;
		if (at != MAP_FAILED) {
			last_scan = page;
			mark(page, pages);
		}
		return at;
	}
}

static void *map(void *hint, size_t length, int prot)
{
	void *at;

	(void)hint; /* ignored unless it is fixed */
	pthread_mutex_lock(&mutex);
	at = map_locked(length, prot);
	pthread_mutex_unlock(&mutex);
	return at;
}

static int unmap(void *at, size_t length)
{
	uintptr_t page = (uintptr_t)at / PAGE, end = page + peer_round(length, PAGE) / PAGE;
	int result = 0;

	pthread_mutex_lock(&mutex);
	for (; page < end && result == 0; page++) {
		result = peer_munmap(page * PAGE, PAGE);
		if (result == 0)
			used[page / 64] &= ~(1UL << page % 64);
	}
	pthread_mutex_unlock(&mutex);
	return result;
}

const struct peer peer_fex = { .name = "FEX", .start = start, .map = map, .unmap = unmap };
