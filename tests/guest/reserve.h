/* SPDX-License-Identifier: MIT */
/* The code that programs with reservations share. */
#ifndef TESTS_GUEST_RESERVE_H
#define TESTS_GUEST_RESERVE_H

#include "api.h"

#define BEGIN 0x300000000UL
#define END 0x310000000UL
#define SIZE (END - BEGIN)

static inline int reserve_it(uintptr_t begin, uintptr_t end)
{
	return valimit_reserve((void *)begin, (void *)end);
}

static inline int release_it(uintptr_t begin, uintptr_t end)
{
	return valimit_release((void *)begin, (void *)end);
}

static inline void *ranged(uintptr_t begin, uintptr_t end, size_t size)
{
	return mmap_range((void *)begin, (void *)end, size, RW, PRIVATE, -1, 0);
}

static inline bool in_it(const void *at, size_t length)
{
	return within(at, length, BEGIN, END);
}

static inline bool beside_it(const void *at, size_t length)
{
	return at != MAP_FAILED && ((uintptr_t)at + length <= BEGIN || (uintptr_t)at >= END);
}

/* No page of it is empty, and so many bytes have access rights. */
static inline void check_filled(uintptr_t begin, uintptr_t end, size_t usable)
{
	uintptr_t next = begin;
	size_t found = 0;
	struct vma vma;

	maps_open("/proc/self/maps");
	while (next < end && vma_read(&vma)) {
		uintptr_t start = vma.start > begin ? vma.start : begin;
		uintptr_t stop = vma.end < end ? vma.end : end;

		if (start >= stop)
			continue;
		if (start > next)
			die("a gap in what is reserved: 0x%lx-0x%lx", next, start);
		if (strcmp(vma.perms, "---p") != 0)
			found += stop - start;
		next = stop;
	}
	maps_close();
	if (next < end)
		die("a gap in what is reserved: 0x%lx-0x%lx", next, end);
	if (found != usable)
		die("0x%lx bytes can be used, not 0x%lx", found, usable);
}

/* Outside the limits, under the fence; and inside them. */
static inline void limit_then(const char *name, void (*next)(void))
{
	bool inside = strncmp(name, "inside_", strlen("inside_")) == 0;
	uintptr_t lower = inside ? BEGIN - 256 * MIB : LOWER;
	uintptr_t upper = inside ? END + 0x40000000 : UPPER;

	if (strncmp(name, "limited_", strlen("limited_")) == 0 || inside) {
		check(set_limit(lower, upper) == 0);
		next();
		check(limit_is(lower, upper));
		check_no_gap_outside(lower, upper);
	} else {
		next();
	}
}

#define EVERYWHERE(name) { #name, name }, { "limited_" #name, name }, { "inside_" #name, name }

static inline int run_everywhere(const struct test_case *cases, int argc, char **argv)
{
	return run_as_named(cases, argc, argv, limit_then);
}

#endif
