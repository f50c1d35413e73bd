/* SPDX-License-Identifier: MIT */
#include "vma.h"

#include <errno.h>
#include <linux/ioctl.h>

#include "maps.h"
#include "sys.h"

/* <linux/fs.h> has these since 6.11. */
struct query {
	uint64_t size, flags, address;
	uint64_t start, end, vma_flags, page_size, offset, inode;
	uint32_t major, minor, name_size, build_id_size;
	uint64_t name, build_id;
};
#define QUERY _IOWR('f', 17, struct query)
#define QUERY_COVERING_OR_NEXT 0x10
#define QUERY_SHARED 0x08

_Static_assert(sizeof(struct query) == 104, "the kernel's struct procmap_query");

/* A range full of small mappings is learnt a part at a time: the search goes
 * on below it and may never come to the rest. */
#define EXTENTS_A_LOOK 16

static long ask(int fd, uintptr_t address, struct query *q)
{
	*q = (struct query){
		.size = sizeof(*q),
		.flags = QUERY_COVERING_OR_NEXT,
		.address = address,
	};
	return sys_ioctl(fd, QUERY, q);
}

static long query(int fd, uintptr_t address, struct obstacle_facts *facts)
{
	struct query q;
	long result = ask(fd, address, &q);

	if (result == 0) {
		facts->span = (struct span){ q.start, q.end };
		facts->prot = (int)(q.vma_flags & (PROT_READ | PROT_WRITE | PROT_EXEC));
		facts->anonymous = q.inode == 0;
	}
	return result;
}

struct lookup {
	uintptr_t address;
	struct obstacle_facts *facts;
};

static long covering_or_next(const struct procmaps_line *line, void *context)
{
	struct lookup *lookup = context;

	if (line->end <= lookup->address)
		return 0;
	lookup->facts->span = (struct span){ line->start, line->end };
	lookup->facts->prot = line->prot;
	lookup->facts->anonymous = line->inode == 0;
	return 1;
}

static long read_list(uintptr_t address, struct obstacle_facts *facts)
{
	struct lookup lookup = { address, facts };

	return maps_each(covering_or_next, &lookup);
}

long obstacle_look(uintptr_t address, struct obstacle_facts *facts)
{
	long fd = maps_open();

	if (fd < 0)
		return fd;

	long result = query((int)fd, address, facts);

	sys_close((int)fd);
	if (result == 0)
		return 1;
	return result == -ENOENT ? 0 : read_list(address, facts);
}

bool obstacle_fills(uintptr_t start, uintptr_t end)
{
	struct obstacle_facts facts;

	while (start < end && obstacle_at(start, &facts) && facts.span.start <= start)
		start = facts.span.end;
	return start >= end;
}

/* Without /proc. mincore answers ENOMEM where any page of a range is unmapped;
 * its vector takes a byte a page, on a stack that may be a handler's. */
#define STEP_PAGES 256

static bool mapped(const struct vma_bounds *bounds, uintptr_t start, size_t pages)
{
	unsigned char vec[STEP_PAGES];

	return sys_mincore(start, pages * bounds->page, vec) == 0;
}

static uintptr_t end_of(const struct vma_bounds *bounds, uintptr_t at, uintptr_t top)
{
	size_t pages = STEP_PAGES;

	while (pages > 0) {
		if (at < top && mapped(bounds, at, pages))
			at += pages * bounds->page;
		else
			pages /= 2;
	}
	return at;
}

static uintptr_t start_of(const struct vma_bounds *bounds, uintptr_t at, uintptr_t min)
{
	size_t pages = STEP_PAGES;

	while (pages > 0) {
		size_t step = pages * bounds->page;

		if (at - min >= step && mapped(bounds, at - step, pages))
			at -= step;
		else
			pages /= 2;
	}
	return at;
}

/* Half of the range, in whole pages. */
static size_t half_of(const struct vma_bounds *bounds, struct span range)
{
	return ((range.end - range.start) / 2 + bounds->page - 1) & ~(bounds->page - 1);
}

/* A mapped page in the range, by halving: a half that can be reserved is free. */
static uintptr_t find_mapped(const struct vma_bounds *bounds, struct span range)
{
	while (range.end - range.start > bounds->page) {
		size_t half = half_of(bounds, range);
		long at = sys_mmap_free(range.start, half, PROT_NONE,
					MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

		/* What cannot be had, or not be given back. */
		if (sys_failed(at) || sys_munmap((uintptr_t)at, half) < 0)
			range.end = range.start + half;
		else
			range.start += half;
	}
	return range.start;
}

static bool feel(struct obstacle *obstacle, struct obstacle_facts *found)
{
	const struct vma_bounds *bounds = &obstacle->bounds;
	uintptr_t at = find_mapped(bounds, obstacle->range);
	struct span limits = { bounds->min, bounds->top };

	obstacle->left = 0;
	if (!mapped(bounds, at, 1))
		return false;
	/* Where there is a list, a fence may be about to be raised. */
	if (obstacle->fd != -ENOENT)
		limits = obstacle->range;
	*found = (struct obstacle_facts){
		.span = { start_of(bounds, at, limits.start), end_of(bounds, at, limits.end) },
		.prot = PROT_READ | PROT_WRITE | PROT_EXEC,
	};
	return true;
}

struct obstacle obstacle_begin(struct vma_bounds bounds, uintptr_t start, uintptr_t end)
{
	long fd = maps_open();
	/* Beside a fence mincore finds no end of anything. */
	bool blind = fd < 0 && bounds.fenced;

	return (struct obstacle){
		.bounds = bounds,
		.range = { start, end },
		.fd = (int)fd,
		.answers = true,
		.failed = blind,
		.left = blind ? 0 : EXTENTS_A_LOOK,
	};
}

static bool look(struct obstacle *obstacle, struct obstacle_facts *found)
{
	uintptr_t start = obstacle->range.start;

	if (obstacle->fd < 0)
		return feel(obstacle, found);
	if (obstacle->answers) {
		long result = query(obstacle->fd, start, found);

		if (result == 0 || result == -ENOENT)
			return result == 0;
		obstacle->answers = false;
	}

	long result = read_list(start, found);

	obstacle->failed = result < 0;
	return result == 1;
}

bool obstacle_next(struct obstacle *obstacle, struct obstacle_facts *found)
{
	if (obstacle->left-- > 0 && !span_empty(obstacle->range) && look(obstacle, found) &&
	    found->span.start < obstacle->range.end) {
		obstacle->range.start = found->span.end;
		return true;
	}
	if (obstacle->fd >= 0)
		sys_close(obstacle->fd);
	return false;
}

struct onward {
	uintptr_t from;
	vma_visit *visit;
	void *context;
};

static long visit_onward(const struct procmaps_line *line, void *context)
{
	const struct onward *onward = context;

	return line->end <= onward->from ? 0 : onward->visit(line, onward->context);
}

/* -ENOTTY, or another error at the first question, where the kernel answers none. */
static long query_each(int fd, struct onward onward)
{
	struct query q;
	long result = ask(fd, onward.from, &q);

	while (result == 0) {
		struct procmaps_line line = {
			.start = q.start,
			.end = q.end,
			.prot = (int)(q.vma_flags & (PROT_READ | PROT_WRITE | PROT_EXEC)),
			.shared = (q.vma_flags & QUERY_SHARED) != 0,
			.offset = q.offset,
			.inode = q.inode,
			.major = q.major,
			.minor = q.minor,
			.name = "",
		};

		result = onward.visit(&line, onward.context);
		if (result)
			return result;
		result = ask(fd, q.end, &q);
		if (result < 0)
			return 0;
	}
	return result == -ENOENT ? 0 : result;
}

long vma_each(uintptr_t from, vma_visit *visit, void *context)
{
	struct onward onward = { from, visit, context };
	long fd = maps_open(), result;

	if (fd < 0)
		return fd;
	result = query_each((int)fd, onward);
	sys_close((int)fd);
	return result < 0 ? maps_each(visit_onward, &onward) : result;
}
