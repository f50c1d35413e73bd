/* SPDX-License-Identifier: MIT */
/*
 * QEMU's user mode with a reserved guest address space (-R, since 8.1): 4 GiB without
 * access rights, an interval tree of the guest's pages, and one mutex. A mapping goes to
 * the first gap above a fixed address that holds it, over the reservation with MAP_FIXED;
 * the search narrows what is left interval by interval. What is unmapped is reserved again.
 */
#include "peer.h"

#include <pthread.h>
#include <stdlib.h>

#include "ranges.h"

#define RESERVED 0x100000000UL
#define UNMAPPED_BASE 0x40000000UL
#define LOWEST 0x10000UL
#define PAGE 4096UL
#define NONE UINTPTR_MAX

static uintptr_t base; /* the host's address of the guest's 0 */
static struct ranges pages;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;

static void start(void)
{
	void *at = peer_mmap(0, RESERVED, PROT_NONE, 0);

	if (at == MAP_FAILED)
		abort();
	base = (uintptr_t)at;
}

static uintptr_t find_empty(uintptr_t from, uintptr_t end, size_t length)
{
	while (from < end && length <= end - from) {
		const struct range *range = ranges_at(&pages, from);

		if (!range || range->start >= from + length)
			return from;
		from = range->end;
	}
	return NONE;
}

static uintptr_t find(uintptr_t from, size_t length)
{
	uintptr_t at = find_empty(from, RESERVED, length);

	return at == NONE ? find_empty(LOWEST, from, length) : at;
}

static void *map(void *hint, size_t length, int prot)
{
	void *at = MAP_FAILED;
	uintptr_t guest;

	length = peer_round(length, PAGE);
	pthread_mutex_lock(&mutex);
	guest = find(hint ? (uintptr_t)hint - base : UNMAPPED_BASE, length);
	errno = ENOMEM;
	if (guest != NONE)
		at = peer_mmap(base + guest, length, prot, MAP_FIXED);
	if (at != MAP_FAILED)
		ranges_set(&pages, guest, guest + length, prot);
	pthread_mutex_unlock(&mutex);
	return at;
}

static int unmap(void *at, size_t length)
{
	uintptr_t guest = (uintptr_t)at - base;
	void *got;

	length = peer_round(length, PAGE);
	pthread_mutex_lock(&mutex);
	got = peer_mmap((uintptr_t)at, length, PROT_NONE, MAP_FIXED);
	if (got != MAP_FAILED)
		ranges_clear(&pages, guest, guest + length);
	pthread_mutex_unlock(&mutex);
	return got == MAP_FAILED ? -1 : 0;
}

const struct peer peer_qemu = {
	.name = "QEMU", .upwards = true, .blind = true, .start = start, .map = map, .unmap = unmap,
};
