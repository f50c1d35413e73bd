/* SPDX-License-Identifier: MIT */
#include "vma.h"

#include <errno.h>
#include <linux/ioctl.h>

#include "feel.h"
#include "maps.h"
#include "sys.h"

/* PROCMAP_QUERY, which <linux/fs.h> has since 6.11. */
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

/* Bound on the mappings that one look reports. A range full of small mappings is learnt in
 * parts: the search goes on below, and may never need the rest. */
#define EXTENTS_A_LOOK 16

static long ask_query(int fd, uintptr_t address, struct query *q)
{
	*q = (struct query){
		.size = sizeof(*q),
		.flags = QUERY_COVERING_OR_NEXT,
		.address = address,
	};
	return sys_ioctl(fd, QUERY, q);
}

static long query(int fd, uintptr_t address, struct vma_facts *facts)
{
	struct query q;
	long result = ask_query(fd, address, &q);

	if (result == 0) {
		facts->span = (struct span){ q.start, q.end };
		facts->prot = (int)(q.vma_flags & (PROT_READ | PROT_WRITE | PROT_EXEC));
		facts->anonymous = q.inode == 0;
	}
	return result;
}

struct lookup {
	uintptr_t address;
	struct vma_facts *facts;
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

static long list_next(uintptr_t address, struct vma_facts *facts)
{
	struct lookup lookup = { address, facts };

	return maps_each(covering_or_next, &lookup);
}

bool vma_at(uintptr_t address, struct vma_facts *facts)
{
	long fd = maps_open();

	if (fd < 0)
		return false;

	long result = query((int)fd, address, facts);

	sys_close((int)fd);
	return result == 0 || (result != -ENOENT && list_next(address, facts) == 1);
}

struct vma_look vma_begin(struct vma_bounds bounds, uintptr_t start, uintptr_t end)
{
	return (struct vma_look){
		.bounds = bounds,
		.range = { start, end },
		.fd = (int)maps_open(),
		.answers = true,
		.left = EXTENTS_A_LOOK,
	};
}

static bool find_next(struct vma_look *look, struct vma_facts *found)
{
	uintptr_t start = look->range.start;
	long result = -EBADF;

	if (look->fd >= 0 && look->answers) {
		result = query(look->fd, start, found);
		if (result == 0 || result == -ENOENT)
			return result == 0;
		look->answers = false;
	}
	if (look->fd >= 0)
		result = list_next(start, found);
	if (result >= 0)
		return result == 1;
	result = feel_next(&look->bounds, &look->range, found);
	look->failed = result < 0;
	return result > 0;
}

bool vma_next(struct vma_look *look, struct vma_facts *found)
{
	struct span range = look->range;

	if (look->left-- > 0 && !span_empty(range) && find_next(look, found) &&
	    found->span.start < range.end) {
		look->range.start = found->span.end;
		return true;
	}
	if (look->fd >= 0)
		sys_close(look->fd);
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

/* Visits the mappings by PROCMAP_QUERY. The first query's error, such as -ENOTTY, is returned:
 * the kernel does not know PROCMAP_QUERY. */
static long query_each(int fd, struct onward onward)
{
	struct query q;
	long result = ask_query(fd, onward.from, &q);

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
		result = ask_query(fd, q.end, &q);
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

bool vma_fills(const struct vma_bounds *bounds, uintptr_t start, uintptr_t end, int count)
{
	struct vma_look look;
	struct vma_facts found;

	if (feel_one(bounds, start, end))
		return true;
	look = vma_begin(*bounds, start, end);
	look.left = count;
	while (vma_next(&look, &found))
		if (found.span.start <= start)
			start = found.span.end;
	return start >= end;
}
