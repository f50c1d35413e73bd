/* SPDX-License-Identifier: MIT */
#include "replace.h"

#include <errno.h>

#include "core/size.h"
#include "fence/fence_hole.h"
#include "ordinary.h"
#include "place.h"
#include "sys/sys.h"
#include "sys/sysinfo.h"
#include "sys/vma.h"

static long map_with(const struct request *request, uintptr_t at, int flags)
{
	return sys_mmap(at, request->length, request->prot,
			(request->flags & ~MAP_FIXED & ~MAP_FIXED_NOREPLACE) | flags, request->fd,
			request->offset);
}

/* Whether the kernel is of this version or later. Asked on first use; a kernel that does
 * not tell its version counts as old. */
static bool kernel_has(struct space *space, uint32_t version)
{
	uint32_t kernel = __atomic_load_n(&space->kernel.version, __ATOMIC_RELAXED);

	if (kernel == 0)
		kernel = limits_kernel();
	__atomic_store_n(&space->kernel.version, kernel, __ATOMIC_RELAXED);
	return kernel >= version;
}

void replace_foresee(struct space *space)
{
	kernel_has(space, 0);
}

/* Whether mremap() checks the source before it unmaps the target. */
static bool checks_moves(struct space *space)
{
	return kernel_has(space, LIMITS_KERNEL(6, 17));
}

/* Whether do_mmap() has all that it needs before it unmaps. It checks descriptor, access,
 * offset, rlimits and locking before; the file's own mmap operation comes last in every
 * version. Before 6.12 the accounting for writable private memory comes after the unmapping
 * too, and before 6.14 the seals of a memory file, which concern shared mappings. */
static bool cannot_fail_late(struct space *space, const struct request *request)
{
	bool shared = (request->flags & MAP_TYPE) != MAP_PRIVATE;
	bool anonymous = request->flags & MAP_ANONYMOUS;

	if (request->flags & (MAP_HUGETLB | MAP_SYNC) || (shared && anonymous))
		return false;
	if ((shared || anonymous || request->prot & PROT_WRITE) &&
	    !kernel_has(space, LIMITS_KERNEL(6, shared ? 14 : 12)))
		return false;
	return anonymous || ordinary_file(request->fd);
}

/* Unmaps a mapping of the request; huge pages can be unmapped only as a whole. */
static void discard(struct space *space, const struct request *request, uintptr_t at, size_t length)
{
	size_t page = map_huge_file(request);

	space_discard(space, at, page ? round_up(length, page) : length);
}

/* MAP_SHARED_VALIDATE does not know NOREPLACE: a plain shared mapping tells whether the
 * target is free, and whether the file takes an address at all. If not, MAP_FIXED can lose
 * nothing. */
static long map_validated(struct space *space, const struct request *request)
{
	int flags = (request->flags & ~MAP_TYPE & ~MAP_SYNC & ~MAP_FIXED) | MAP_SHARED;
	long result = sys_mmap_free(request->address, request->length, request->prot, flags,
				    request->fd, request->offset);

	if (!sys_failed(result))
		discard(space, request, (uintptr_t)result, map_length(space, request));
	return result == -EEXIST ? result : map_with(request, request->address, MAP_FIXED);
}

/* Maps if the target is free; -EEXIST otherwise. */
static long map_where_free(struct space *space, const struct request *request)
{
	if ((request->flags & MAP_TYPE) == MAP_SHARED_VALIDATE)
		return map_validated(space, request);
	return sys_mmap_free(request->address, request->length, request->prot,
			     request->flags & ~MAP_FIXED & ~MAP_FIXED_NOREPLACE, request->fd,
			     request->offset);
}

static long move_over(struct space *space, const struct request *request, uintptr_t aside, size_t length)
{
	long result = SYS(SYS_mremap, aside, length, length, MREMAP_MAYMOVE | MREMAP_FIXED,
			  request->address, SYS_NOT_ASKED_FOR);

	if (!sys_failed(result))
		return result;
	discard(space, request, aside, length);
	return map_with(request, request->address, MAP_FIXED);
}

/* Moves the mapping from `aside` to the target. The kernel may have placed it in a hole
 * outside that another call had opened: that hole is filled. */
static long move_from(struct space *space, const struct request *request, uintptr_t aside,
		      size_t length)
{
	long result = move_over(space, request, aside, length);

	if (space_fenced(space) && !space_inside(space, aside, length))
		fence_patch(space, aside, aside + length);
	return result;
}

/* Maps aside outside the window, where the window is full. */
static long replace_from_outside(struct space *space, const struct request *request, size_t length,
				 size_t align)
{
	struct request free = *request;
	struct want want = {
		.area = { .kind = AREA_OUTSIDE },
		.length = round_up(length, align),
		.align = align,
		.info = { .kind = KIND_HOST, .caller = request->caller },
		.map = map_there,
		.what = &free,
	};
	struct placed placed;
	long result;

	free.flags &= ~MAP_FIXED;
	free.length = want.length;
	result = place(space, &want, &placed);
	if (sys_failed(result))
		return result;
	result = move_over(space, request, placed.start, want.length);
	place_vacate(space, &placed);
	return result;
}

long replace_map(struct space *space, const struct request *request)
{
	size_t length = map_length(space, request);
	long result;

	if (cannot_fail_late(space, request))
		return map_with(request, request->address, MAP_FIXED);
	/* The usual case needs no detour: the target is free. */
	result = map_where_free(space, request);
	if (result != -EEXIST)
		return result;
	/* For a moment the mapping may lie anywhere. */
	result = map_with(request, 0, 0);
	if (!sys_failed(result))
		return move_from(space, request, (uintptr_t)result, length);
	if (result != -ENOMEM)
		return result;

	size_t page = map_huge_file(request);

	return replace_from_outside(space, request, length, page ? page : map_page(space, request));
}

/* Whether the kernel can still refuse the move after it has unmapped the target: only where
 * it accounts for more memory. */
static bool may_fail_late(const struct remap *remap, size_t old_length, size_t new_length)
{
	return new_length > old_length || remap->flags & MREMAP_DONTUNMAP;
}

static bool touch(uintptr_t a, size_t a_length, uintptr_t b, size_t b_length)
{
	return a < b + b_length && b < a + a_length;
}

/* Whether one mapping fills the old range. Otherwise the kernel moves only the mapped part,
 * and would leave the rest of the placeholder. */
static bool is_one(const struct remap *remap, size_t old_length)
{
	struct vma_facts facts;

	return vma_at(remap->old, &facts) && facts.span.start <= remap->old &&
	       facts.span.end - remap->old >= old_length;
}

/* Grows or copies the mapping outside, at *placed, where no reader of the window's mappings
 * meets it; without room there, at a place of the kernel's choice. The address; or -errno
 * with all as it was. */
static long grow_aside(struct space *space, const struct remap *remap, size_t old_length,
		       size_t new_length, struct placed *placed)
{
	int flags = (remap->flags & ~MREMAP_FIXED) | MREMAP_MAYMOVE;
	struct want want = {
		.area = { .kind = AREA_OUTSIDE },
		.length = new_length,
		.info = { .kind = KIND_HOST, .caller = remap->caller },
		.map = place_holder,
		.what = &new_length,
	};
	long result;

	if (is_one(remap, old_length) && !sys_failed(place(space, &want, placed))) {
		result = sys_mremap(remap->old, remap->old_size, remap->new_size,
				    flags | MREMAP_FIXED, placed->start);
		if (!sys_failed(result))
			return result;
		place_fail(space, placed);
	}
	*placed = (struct placed){ .start = 0 };
	return sys_mremap(remap->old, remap->old_size, remap->new_size, flags, 0);
}

/* Undoes grow_aside(): shrinks the mapping and moves it back, or unmaps the copy. */
static void shrink_back(struct space *space, const struct remap *remap, uintptr_t aside, size_t old_length,
			size_t new_length)
{
	int flags = aside == remap->old ? 0 : MREMAP_MAYMOVE | MREMAP_FIXED;

	if (old_length == 0)
		space_discard(space, aside, new_length);
	else
		sys_mremap(aside, new_length, old_length, flags, remap->old);
}

static long move_grown(struct space *space, const struct remap *remap, size_t old_length,
		       size_t new_length)
{
	struct placed placed;
	long aside = grow_aside(space, remap, old_length, new_length, &placed);
	long result;

	/* Copies of several mappings are made only directly at their target. */
	if ((aside == -EFAULT || aside == -EPERM) && remap->flags & MREMAP_DONTUNMAP && checks_moves(space))
		return remap_as_asked(remap);
	if (sys_failed(aside))
		return aside;
	if (touch((uintptr_t)aside, new_length, remap->new, new_length)) {
		/* The mapping grew in place, into the target, a part of which was free. */
		shrink_back(space, remap, (uintptr_t)aside, old_length, new_length);
		place_vacate(space, &placed);
		return remap_as_asked(remap);
	}
	/* Copying shared memory over itself: the kernel would find the source unmapped. */
	if (old_length == 0 && touch(remap->old, 1, remap->new, new_length))
		result = -EFAULT;
	else
		result = sys_mremap((uintptr_t)aside, new_length, new_length,
				    MREMAP_MAYMOVE | MREMAP_FIXED, remap->new);
	if (sys_failed(result))
		shrink_back(space, remap, (uintptr_t)aside, old_length, new_length);
	place_vacate(space, &placed);
	return result;
}

/* The kernel's refusal of the source, which it would report after it has unmapped the
 * target. Before 6.17 it refuses several mappings too. The old address, or -errno. */
static long judge_source(const struct space *space, const struct remap *remap, size_t length)
{
	const struct vma_bounds bounds = space_bounds(space);

	if (!vma_fills(&bounds, remap->old, remap->old + length, 1))
		return -EFAULT;
	return sys_mremap(remap->old, length, length, 0, 0);
}

long replace_move(struct space *space, const struct remap *remap)
{
	size_t old_length = space_pages(space, remap->old_size);
	size_t new_length = space_pages(space, remap->new_size);

	if (may_fail_late(remap, old_length, new_length))
		return move_grown(space, remap, old_length, new_length);
	if (!checks_moves(space)) {
		long judged = judge_source(space, remap, new_length);

		if (sys_failed(judged))
			return judged;
	}
	return remap_as_asked(remap);
}
