/* SPDX-License-Identifier: MIT */
/*
 * What the programs share that use <valimit.h>. Each has a list of cases and
 * runs the one that its argument names, in a process of its own:
 *
 *	limits_api set_clamps_to_user_space
 */
#ifndef TESTS_GUEST_API_H
#define TESTS_GUEST_API_H

#include "guest.h"

#include <sys/prctl.h>
#include <valimit.h>

#include "core/table.h"

/* A program that links no library and is completed by the preloaded one. */
#ifdef API_PRELOADED
#pragma weak mmap_range
#pragma weak mremap_range
#pragma weak shmat_range
#pragma weak valimit_bounds
#pragma weak valimit_gap
#pragma weak valimit_get
#pragma weak valimit_host_enter
#pragma weak valimit_host_leave
#pragma weak valimit_is_guest
#pragma weak valimit_mmap
#pragma weak valimit_mremap
#pragma weak valimit_munmap
#pragma weak valimit_place
#pragma weak valimit_release
#pragma weak valimit_reserve
#pragma weak valimit_set
#pragma weak valimit_shmat
#pragma weak valimit_shmdt
#pragma weak valimit_stats
#pragma weak valimit_version
#pragma weak valimit_walk
#endif

#define RW (PROT_READ | PROT_WRITE)
#define PRIVATE (MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE)

/* A window in which nothing lies when a program starts. */
#define LOWER 0x200000000UL
#define UPPER 0x240000000UL

struct test_case {
	const char *name;
	void (*run)(void);
};

#define CASE(function) { #function, function }

#define check(condition) \
	((condition) ? (void)0 : \
		       die("%s:%d: not so: %s (errno %s)", __FILE__, __LINE__, #condition, \
			   strerrorname_np(errno)))

/* The call fails with that errno. */
#define check_fails(call, error) \
	do { \
		errno = 0; \
		long answer_ = (long)(call); \
		int errno_ = errno; \
		if (answer_ != -1 || errno_ != (error)) \
			die("%s:%d: %s: got 0x%lx, errno %s, not %s", __FILE__, __LINE__, #call, \
			    (unsigned long)answer_, strerrorname_np(errno_), #error); \
	} while (0)

static inline int set_limit(uint64_t lower, uint64_t upper)
{
	struct va_limit limit = { lower, upper };

	return valimit_set(&limit);
}

static inline struct va_limit get_limit(void)
{
	struct va_limit limit = { 1, 2 };

	check(valimit_get(&limit) == 0);
	return limit;
}

static inline bool limit_is(uint64_t lower, uint64_t upper)
{
	struct va_limit limit = get_limit();

	return limit.lower_bound == lower && limit.upper_bound == upper;
}

static inline bool within(const void *at, size_t length, uintptr_t start, uintptr_t end)
{
	return (uintptr_t)at >= start && (uintptr_t)at <= end && length <= end - (uintptr_t)at;
}

static inline bool in_window(const void *at, size_t length)
{
	return within(at, length, LOWER, UPPER);
}

static inline bool beside_window(const void *at, size_t length)
{
	return (uintptr_t)at + length <= LOWER || (uintptr_t)at >= UPPER;
}

static inline void *map(size_t length)
{
	return mmap(NULL, length, RW, PRIVATE, -1, 0);
}

/* Memory of a host. */
static inline char *host_map(size_t length)
{
	char *at;

	valimit_host_enter();
	at = map(length);
	valimit_host_leave();
	check(at != MAP_FAILED && beside_window(at, length));
	return at;
}

/* Every byte of a piece has the same value. */
static inline bool all_bytes(const void *at, size_t length, int byte)
{
	const unsigned char *bytes = at;

	for (size_t i = 0; i < length; i++)
		if (bytes[i] != (unsigned char)byte)
			return false;
	return true;
}

/* What is mapped, but for the library's table, the stack and the heap, which
 * may grow at any time. Neighbours of one kind count as one: where a mapping
 * came and went, the kernel need not have merged what it had split. */
struct picture {
	size_t count;
	struct {
		uintptr_t start, end;
		char perms[5];
		unsigned long inode;
	} at[512];
};

static inline bool picture_skips(const struct vma *vma, struct bounds *table)
{
	if (strncmp(vma->name, "/memfd:" TABLE_NAME, strlen("/memfd:" TABLE_NAME)) == 0) {
		const struct table *header = (const struct table *)vma->start;

		*table = (struct bounds){ vma->start, vma->start + header->region_size };
	}
	return (vma->start >= table->lower && vma->start < table->upper) ||
	       strcmp(vma->name, "[stack]") == 0 || strcmp(vma->name, "[heap]") == 0;
}

/* The fence may reach into the window's top: by how much is its own affair. */
static inline bool picture_clip(struct vma *vma)
{
	if (strcmp(vma->perms, "---p") == 0 && !vma->inode && vma->start > LOWER &&
	    vma->start < UPPER && vma->end >= UPPER)
		vma->start = UPPER;
	return vma->start == vma->end;
}

static inline void picture_take(struct picture *picture)
{
	struct bounds table = { 0, 0 };
	struct vma vma;

	picture->count = 0;
	maps_open("/proc/self/maps");
	while (vma_read(&vma)) {
		size_t i = picture->count;

		if (picture_skips(&vma, &table))
			continue;
		if (picture_clip(&vma))
			continue;
		if (i && !vma.inode && !picture->at[i - 1].inode &&
		    picture->at[i - 1].end == vma.start &&
		    strcmp(picture->at[i - 1].perms, vma.perms) == 0) {
			picture->at[i - 1].end = vma.end;
			continue;
		}
		if (i == sizeof(picture->at) / sizeof(*picture->at))
			die("more mappings than a picture holds");
		picture->at[i].start = vma.start;
		picture->at[i].end = vma.end;
		picture->at[i].inode = vma.inode;
		memcpy(picture->at[i].perms, vma.perms, sizeof(vma.perms));
		picture->count++;
	}
	maps_close();
}

static struct picture picture_before, picture_after;

/* Between the two nothing was mapped and nothing was lost. */
static inline void nothing_changes_from_here(void)
{
	static uintptr_t min;

	if (!min)
		min = space_min(); /* stdio's first use: malloc may map memory */
	picture_take(&picture_before);
}

static inline void nothing_has_changed(const char *file, int line)
{
	picture_take(&picture_after);
	for (size_t i = 0; i < picture_before.count || i < picture_after.count; i++)
		if (i >= picture_before.count || i >= picture_after.count ||
		    memcmp(&picture_before.at[i], &picture_after.at[i],
			   sizeof(picture_before.at[i])) != 0)
			die("%s:%d: mappings differ: 0x%lx-0x%lx was, 0x%lx-0x%lx is", file, line,
			    picture_before.at[i].start, picture_before.at[i].end,
			    picture_after.at[i].start, picture_after.at[i].end);
}

#define check_unchanged() nothing_has_changed(__FILE__, __LINE__)

static inline bool fence_expected(void)
{
	const char *fence = getenv("VA_LIMIT_FENCE");

	return !fence || strcmp(fence, "off") != 0;
}

/* Outside [lower, upper) every page of user space is mapped, by a fence or by
 * others; the guard gap below the stack stays empty. */
static inline void check_no_gap_outside(uintptr_t lower, uintptr_t upper)
{
	if (!fence_expected())
		return;

	uintptr_t next = space_min(), top = space_top();
	struct vma vma;
	bool more = true;

	maps_open("/proc/self/maps");
	while (more) {
		more = vma_read(&vma) && vma.start < top;

		uintptr_t start = more ? vma.start : top;
		uintptr_t from = next, to = start;

		/* The part of the gap in the window may be free. */
		if (lower < upper && from >= lower && from < upper)
			from = upper;
		if (lower < upper && to > lower && to <= upper)
			to = lower;
		if (lower > upper && from < upper)
			from = upper;
		if (lower > upper && to > lower)
			to = lower;
		if (from < to && !(more && strcmp(vma.name, "[stack]") == 0 &&
				   to - from <= GUARD_PAGES * page_size()))
			die("a gap outside the window: 0x%lx-0x%lx", from, to);
		next = more ? vma.end : top;
	}
	maps_close();
}

#define PLAIN_AND_LIMITED(function) { #function, function }, { "limited_" #function, function }

/* A name that begins "limited_": the same while limits are in force. */
static inline void limit_as_named(const char *name, void (*run)(void))
{
	if (strncmp(name, "limited_", strlen("limited_")) != 0) {
		run();
		return;
	}
	check(set_limit(LOWER, UPPER) == 0);
	run();
	check(limit_is(LOWER, UPPER));
	check_no_gap_outside(LOWER, UPPER);
}

/* Runs the case that the argument names by `as_named`. */
static inline int run_as_named(const struct test_case *cases, int argc, char **argv,
			       void (*as_named)(const char *name, void (*run)(void)))
{
	for (const struct test_case *one = cases; argc == 2 && one->name; one++) {
		if (strcmp(one->name, argv[1]) != 0)
			continue;
		as_named(argv[1], one->run);
		return 0;
	}
	die("usage: %s CASE", argv[0]);
}

static inline void run_plainly(const char *name, void (*run)(void))
{
	run();
	printf("%s: as expected\n", name);
}

static inline int run_case(const struct test_case *cases, int argc, char **argv)
{
	return run_as_named(cases, argc, argv, run_plainly);
}

#endif
