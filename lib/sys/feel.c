/* SPDX-License-Identifier: MIT */
#include "feel.h"

#include <linux/futex.h>
#include <time.h>

#include "core/size.h"
#include "sys.h"

long sys_reserve(uintptr_t start, size_t length)
{
	return sys_mmap_free(start, length, PROT_NONE,
			     MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
}

/* Asks mremap() to grow a mapping to more than all of user space. mremap() first checks that
 * one VMA covers the range (EFAULT), and then for room (ENOMEM; EAGAIN if memory is locked), so
 * the error tells whether it is one VMA. */
static long try_to_grow(const struct vma_bounds *bounds, uintptr_t start, size_t length)
{
	return SYS(SYS_mremap, start, length, bounds->top, 0, 0, SYS_NOT_ASKED_FOR);
}

/* EPERM comes from a sealed VMA, which counts as one. */
static bool is_one(long result)
{
	return result == -ENOMEM || result == -EAGAIN || result == -EPERM;
}

bool feel_one(const struct vma_bounds *bounds, uintptr_t start, uintptr_t end)
{
	return is_one(try_to_grow(bounds, start, end - start));
}

/* FUTEX_WAIT reads the word, and times out at once. */
static long read_word(uintptr_t address)
{
	static const struct timespec now = { 0, 0 };

	return SYS(SYS_futex, address & ~3UL, FUTEX_WAIT_PRIVATE, 0, &now);
}

bool feel_readable(uintptr_t address)
{
	return read_word(address) != -EFAULT;
}

/* Under a filter that forbids the probe (-ENOSYS) the answer is true: the caller's table
 * decides. */
bool feel_reserved(const struct vma_bounds *bounds, uintptr_t start, uintptr_t end)
{
	long result = try_to_grow(bounds, start, end - start);

	if (!is_one(result) && result != -ENOSYS)
		return false;
	result = read_word(start);
	return result == -EFAULT || result == -ENOSYS;
}

/* Maps and unmaps the range. 0: it was free. */
static long try_free(uintptr_t start, size_t length)
{
	long at = sys_reserve(start, length);

	return sys_failed(at) ? at : sys_munmap(start, length);
}

static size_t half_of(const struct vma_bounds *bounds, size_t length)
{
	return round_up(length / 2, bounds->page);
}

/* Doubles the step until it is too long, then halves it. */
uintptr_t feel_end(const struct vma_bounds *bounds, uintptr_t start, uintptr_t end)
{
	size_t step = bounds->page;

	for (; bounds->top - end >= step && feel_one(bounds, start, end + step); step *= 2)
		end += step;
	for (; step >= bounds->page; step /= 2)
		if (bounds->top - end >= step && feel_one(bounds, start, end + step))
			end += step;
	return end;
}

static uintptr_t start_of(const struct vma_bounds *bounds, uintptr_t start, uintptr_t end)
{
	size_t step = bounds->page;

	for (; start - bounds->min >= step && feel_one(bounds, start - step, end); step *= 2)
		start -= step;
	for (; step >= bounds->page; step /= 2)
		if (start - bounds->min >= step && feel_one(bounds, start - step, end))
			start -= step;
	return start;
}

static struct vma_facts describe(const struct vma_bounds *bounds, struct span piece)
{
	bool readable = feel_readable(piece.start);

	return (struct vma_facts){
		.span = { start_of(bounds, piece.start, piece.end),
			  feel_end(bounds, piece.start, piece.end) },
		.prot = readable ? PROT_READ | PROT_WRITE | PROT_EXEC : PROT_NONE,
		.anonymous = !readable,
	};
}

/* Checks that mremap() answers by the rules: an address inside a page is -EINVAL in every
 * kernel. Emulated kernels and filters may answer otherwise. */
static bool is_honest(const struct vma_bounds *bounds)
{
	return try_to_grow(bounds, 1, bounds->page) == -EINVAL;
}

int feel_next(const struct vma_bounds *bounds, struct span *range, struct vma_facts *found)
{
	size_t size = range->end - range->start;

	while (!span_empty(*range)) {
		struct span piece = { range->start, range->start + size };
		bool one = feel_one(bounds, piece.start, piece.end);
		long free = one ? -EEXIST : try_free(piece.start, size);

		if (free < 0 && free != -EEXIST)
			return -EIO;
		if (one || (free < 0 && size == bounds->page)) {
			*found = describe(bounds, piece);
			range->start = found->span.end;
			if (!is_honest(bounds))
				return -EIO;
			if (!one || feel_one(bounds, found->span.start, found->span.end))
				return 1;
			range->start = piece.start;
			continue;
		}
		if (free == 0)
			range->start = piece.end;
		else
			size = half_of(bounds, size);
		if (size > range->end - range->start)
			size = range->end - range->start;
	}
	return 0;
}
