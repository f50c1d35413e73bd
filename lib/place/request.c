/* SPDX-License-Identifier: MIT */
#include "request.h"

#include <errno.h>
#include <sys/vfs.h>

#include "core/rare.h"
#include "core/size.h"
#include "core/uapi.h"
#include "huge.h"
#include "sys/sys.h"

/* <linux/magic.h> */
#define HUGETLBFS 0x958458f6

RARE size_t map_huge_file(const struct request *request)
{
	struct statfs facts;

	if (request->flags & MAP_ANONYMOUS || SYS(SYS_fstatfs, request->fd, &facts) < 0 ||
	    (unsigned long)facts.f_type != HUGETLBFS)
		return 0;
	return (size_t)facts.f_bsize;
}

RARE size_t map_rounding(const struct space *space, uintptr_t at, size_t sizes)
{
	size_t page = space->page, huge = huge_align(space, 0) - 1;

	if (at & huge || (sizes & huge) == 0)
		return page - 1;
	/* mremap() refuses an address within a huge page, and no other here. A seccomp
	 * filter may refuse any call, but hardly both. */
	for (int i = 0; i < 2; i++)
		if (sys_mremap(at += page, page, page, 0, 0) != -EINVAL)
			return page - 1;
	return huge;
}

bool map_is_cut(const struct request *request)
{
	size_t page = map_huge_file(request);

	return page && request->length % page;
}

long map_there(const void *what, uintptr_t at, bool over)
{
	const struct request *request = what;
	int flags = request->flags & ~MAP_LOW; /* the address already obeys it */

	/* A mapping without NOREPLACE needs its exact length: it would replace more, or
	 * cannot be unmapped. */
	if ((over || (flags & MAP_TYPE) == MAP_SHARED_VALIDATE) && map_is_cut(request))
		return -EINVAL;
	if (over)
		return sys_mmap(at, request->length, request->prot, flags | MAP_FIXED, request->fd,
				request->offset);

	long result = sys_mmap_free(at, request->length, request->prot, flags, request->fd,
				    request->offset);

	return result == -EEXIST && map_is_cut(request) ? -EINVAL : result;
}

RARE size_t map_huge_page(const struct space *space, const struct request *request)
{
	int log = request->flags >> MAP_HUGE_SHIFT & MAP_HUGE_MASK;

	/* A file has the page size of its file system. */
	if (!(request->flags & MAP_ANONYMOUS))
		return space->page;
	return log ? 1UL << log : huge_align(space, 0);
}

/* Whether a fixed mapping may be of a file of huge pages, whose length is rounded up. */
static bool may_be_huge(const struct space *space, const struct request *request)
{
	size_t huge;

	if (request->flags & MAP_ANONYMOUS || !(request->flags & (MAP_FIXED | MAP_FIXED_NOREPLACE)))
		return false;
	huge = huge_align(space, 0) - 1;
	return request->length & huge && !(request->address & huge);
}

size_t map_length(const struct space *space, const struct request *request)
{
	size_t page = map_page(space, request);

	if (may_be_huge(space, request)) {
		size_t whole = map_huge_file(request);

		page = whole ? whole : page;
	}
	return round_up(request->length, page);
}
