/* SPDX-License-Identifier: MIT */
/*
 * A second thread that maps, moves and unmaps as a host and looks at its memory, while
 * the first does what a test is about. It uses nothing of the C library that maps or
 * allocates, so that it changes nothing inside the window.
 */
#ifndef TESTS_BESIDE_HOSTS_H
#define TESTS_BESIDE_HOSTS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

struct hosts {
	/* The library's calls. `map` may be NULL: then only ranges are used. */
	void *(*map)(void *, size_t, int, int, int, off_t);
	int (*unmap)(void *, size_t);
	void *(*map_range)(void *, void *, size_t, int, int, int, off_t);
	void *(*move_range)(void *, size_t, size_t, int, void *, void *);
	void (*enter)(void);

	/* Ranges for its mappings, far from those of a test; outside the window unless the
	 * window changes meanwhile. */
	uintptr_t start, end;

	/* Whether an address is the guests'. NULL if `map` is. */
	bool (*is_inside)(uintptr_t start, size_t length);

	/* The table may be lost: a host may get ENOMEM. */
	bool may_be_refused;
	uint64_t seed;
};

/* Starts the thread, and comes back when it has mapped something. Where its memory is
 * lost, inside or refused, it says so on stderr and ends the process with status 1.
 * One at a time. */
void hosts_start(const struct hosts *hosts);

/* Ends it, having looked at all its memory and unmapped it. How many operations it has
 * made; 0 where there is none. */
uint64_t hosts_stop(void);

#endif
