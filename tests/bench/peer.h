/* SPDX-License-Identifier: MIT */
/*
 * Peers: how emulators place their guests' mappings. Each is the published algorithm
 * written anew, without the emulator around it; tests/unit/test_peers.c holds it to what
 * the emulator is known to do.
 */
#ifndef TESTS_BENCH_PEER_H
#define TESTS_BENCH_PEER_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>

struct peer {
	const char *name;
	bool upwards; /* it searches from low addresses to high ones */
	bool blind;   /* it maps over mappings that it does not know */

	/* Once, before all others. */
	void (*start)(void);

	/* Private anonymous memory; `hint`: where the search begins, if the peer takes
	 * that, or NULL. MAP_FAILED with errno. */
	void *(*map)(void *hint, size_t length, int prot);

	/* 0, or -1 with errno. */
	int (*unmap)(void *at, size_t length);
};

/* FEX: MemAllocator32Bit (LinuxAllocator.cpp). */
extern const struct peer peer_fex;
/* box64: custommem.c, mmap with MAP_32BIT, and without it. */
extern const struct peer peer_box64;
extern const struct peer peer_box64_wide;
/* QEMU's user mode with reserved_va: mmap.c and user-exec.c since 8.1. */
extern const struct peer peer_qemu;

/* NULL: there is none of that name. */
const struct peer *peer_named(const char *name);

/* System calls that peers have made. */
extern unsigned long peer_calls;

#define PEER_ANONYMOUS (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)

static inline void *peer_mmap(uintptr_t at, size_t length, int prot, int flags)
{
	peer_calls++;
	return mmap((void *)at, length, prot, PEER_ANONYMOUS | flags, -1, 0);
}

static inline int peer_munmap(uintptr_t at, size_t length)
{
	peer_calls++;
	return munmap((void *)at, length);
}

static inline uintptr_t peer_round(uintptr_t value, uintptr_t multiple)
{
	return (value + multiple - 1) & ~(multiple - 1);
}

#endif
