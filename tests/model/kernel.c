/* SPDX-License-Identifier: MIT */
#include "kernel.h"

#include <errno.h>

#define MAYMOVE   1
#define FIXED     2
#define DONTUNMAP 4

struct kernel kernel;

struct kernel_page *kernel_at(uintptr_t address)
{
	return &kernel.page[(address - KERNEL_MIN) / KERNEL_PAGE];
}

static bool is_within(uintptr_t start, size_t length)
{
	return start >= KERNEL_MIN && length <= KERNEL_TOP - KERNEL_MIN &&
	       start <= KERNEL_TOP - length;
}

static size_t whole(size_t length)
{
	return (length + KERNEL_PAGE - 1) & ~(KERNEL_PAGE - 1);
}

static bool is_free(uintptr_t start, size_t length)
{
	for (uintptr_t at = start; at < start + length; at += KERNEL_PAGE)
		if (kernel_at(at)->mapped)
			return false;
	return true;
}

bool kernel_has(uintptr_t start, size_t length)
{
	for (uintptr_t at = start; at < start + length; at += KERNEL_PAGE)
		if (!kernel_at(at)->mapped)
			return false;
	return true;
}

static bool is_covered(uintptr_t start, size_t length)
{
	for (uintptr_t at = start; at < start + length; at += KERNEL_PAGE)
		if (!kernel_at(at)->mapped || kernel_at(at)->prot != kernel_at(start)->prot)
			return false;
	return true;
}

static bool is_alike(const struct kernel_page *a, const struct kernel_page *b)
{
	return b->mapped && a->prot == b->prot && a->fence == b->fence;
}

bool kernel_vma(uintptr_t address, struct span *span, int *prot)
{
	uintptr_t at = address < KERNEL_MIN ? KERNEL_MIN : address & ~(KERNEL_PAGE - 1);

	while (at < KERNEL_TOP && !kernel_at(at)->mapped)
		at += KERNEL_PAGE;
	if (at >= KERNEL_TOP)
		return false;
	*span = (struct span){ at, at + KERNEL_PAGE };
	*prot = kernel_at(at)->prot;
	while (span->start > KERNEL_MIN && is_alike(kernel_at(at), kernel_at(span->start - KERNEL_PAGE)))
		span->start -= KERNEL_PAGE;
	while (span->end < KERNEL_TOP && is_alike(kernel_at(at), kernel_at(span->end)))
		span->end += KERNEL_PAGE;
	return true;
}

/* The library's own functions would be steps. */
bool kernel_keeps(const struct space *space, uintptr_t at, size_t length)
{
	const struct reserves *list = &space->reserve[space->reserves & 1];

	for (uint32_t i = 0; i < list->count; i++)
		if (list->at[i].start < at + length && at < list->at[i].end)
			return true;
	return false;
}

static bool is_held(uintptr_t at)
{
	return (space_fenced(kernel.space) && !space_inside(kernel.space, at, KERNEL_PAGE)) ||
	       kernel_keeps(kernel.space, at, KERNEL_PAGE);
}

/* Whether a call in flight has the page to itself. */
static bool is_claimed(uintptr_t at)
{
	struct entry entry;

	return tree_find(&kernel.space->table->tree, at, &entry) && entry.info.owner != 0;
}

static bool is_named(uintptr_t at, int maker)
{
	const struct span *named = kernel.named[maker];

	return (at >= named[0].start && at < named[0].end) ||
	       (at >= named[1].start && at < named[1].end);
}

/* What is on the page goes. */
static void judge(uintptr_t at)
{
	const struct kernel_page *page = kernel_at(at);
	int self = explore_self();

	if (!page->mapped)
		return;
	if (kernel.space && kernel_reserves(page) && is_held(at)) {
		if (page->maker != self && !is_named(at, self) && !is_claimed(at))
			explore_fault("fence goes that no call has claimed", (long)at, self);
	} else if (!page->fence && page->maker != self && !is_named(at, self)) {
		explore_fault("lost: another's memory is replaced", (long)at, page->maker);
	} else if (page->content != 0 && !is_named(at, self)) {
		explore_fault("lost: memory that the program did not name", (long)at, page->maker);
	}
}

/* What is on the page goes elsewhere, and stays what it is. */
static void judge_move(uintptr_t at)
{
	const struct kernel_page *page = kernel_at(at);
	int self = explore_self();

	if (page->fence || (page->maker != self && !is_named(at, self)))
		explore_fault("lost: another's memory is moved", (long)at, page->maker);
}

static void clear(uintptr_t start, size_t length)
{
	for (uintptr_t at = start; at < start + length; at += KERNEL_PAGE) {
		judge(at);
		*kernel_at(at) = (struct kernel_page){ .mapped = false };
	}
}

static void fill(uintptr_t start, size_t length, int prot)
{
	for (uintptr_t at = start; at < start + length; at += KERNEL_PAGE)
		*kernel_at(at) = (struct kernel_page){
			.mapped = true,
			.prot = prot,
			.maker = explore_self(),
		};
}

/* The highest place, as the kernel searches; 0: there is none. */
static uintptr_t find(size_t length)
{
	if (length > KERNEL_TOP - KERNEL_MIN)
		return 0;
	for (uintptr_t at = KERNEL_TOP - length; at >= KERNEL_MIN; at -= KERNEL_PAGE)
		if (is_free(at, length))
			return at;
	return 0;
}

/* A reservation outside the window, at a free place that the library names, is fence,
 * dressed or not. */
static bool is_fence(uintptr_t at, size_t length, int prot, int flags)
{
	return prot == PROT_NONE && flags & MAP_FIXED_NOREPLACE && kernel.space &&
	       space_fenced(kernel.space) && space_outside(kernel.space, at, length);
}

long kernel_mmap(uintptr_t address, size_t length, int prot, int flags)
{
	bool fixed = flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
	uintptr_t at = address & ~(KERNEL_PAGE - 1);

	length = whole(length);
	if (length == 0 || (fixed && at != address))
		return -EINVAL;
	if (fixed && !is_within(at, length))
		return -ENOMEM;
	if (flags & MAP_FIXED_NOREPLACE && !is_free(at, length))
		return -EEXIST;
	if (!fixed && !(at && is_within(at, length) && is_free(at, length)))
		at = find(length);
	if (at == 0)
		return -ENOMEM;
	clear(at, length);
	fill(at, length, prot);
	if (is_fence(at, length, prot, flags))
		kernel_dress(at, length);
	return (long)at;
}

long kernel_munmap(uintptr_t address, size_t length)
{
	length = whole(length);
	if (address & (KERNEL_PAGE - 1) || length == 0 || address + length > KERNEL_TOP)
		return -EINVAL;
	if (address < KERNEL_MIN)
		return 0;
	clear(address, length);
	return 0;
}

/* The source's pages go to the target, which is free. */
static long move(uintptr_t old, size_t old_length, uintptr_t new, size_t new_length)
{
	struct kernel_page moved[KERNEL_PAGES];
	size_t kept = old_length < new_length ? old_length : new_length;
	int prot = kernel_at(old)->prot;

	for (size_t i = 0; i < kept / KERNEL_PAGE; i++)
		moved[i] = *kernel_at(old + i * KERNEL_PAGE);
	for (uintptr_t at = old; at < old + old_length; at += KERNEL_PAGE) {
		judge_move(at);
		*kernel_at(at) = (struct kernel_page){ .mapped = false };
	}
	fill(new, new_length, prot);
	for (size_t i = 0; i < kept / KERNEL_PAGE; i++)
		*kernel_at(new + i * KERNEL_PAGE) = moved[i];
	return (long)new;
}

static long remap_fixed(uintptr_t old, size_t old_length, uintptr_t new, size_t new_length)
{
	if (new & (KERNEL_PAGE - 1) || !is_within(new, new_length) ||
	    (old < new + new_length && new < old + old_length))
		return -EINVAL;
	clear(new, new_length);
	return move(old, old_length, new, new_length);
}

long kernel_mremap(uintptr_t old, size_t old_size, size_t new_size, int flags, uintptr_t new)
{
	size_t old_length = whole(old_size), new_length = whole(new_size);

	if (old & (KERNEL_PAGE - 1) || new_length == 0 || old_length == 0)
		return -EINVAL;
	if (!is_within(old, old_length) || !is_covered(old, old_length))
		return -EFAULT;
	if (flags & FIXED) {
		bool stays = flags & DONTUNMAP;
		int prot = kernel_at(old)->prot;
		long result = stays && old_length != new_length ?
				      -EINVAL : remap_fixed(old, old_length, new, new_length);

		if (stays && result == (long)new)
			fill(old, old_length, prot);
		return result;
	}
	if (new_length <= old_length) {
		clear(old + new_length, old_length - new_length);
		return (long)old;
	}
	if (is_within(old, new_length) && is_free(old + old_length, new_length - old_length)) {
		fill(old + old_length, new_length - old_length, kernel_at(old)->prot);
		return (long)old;
	}
	if (!(flags & MAYMOVE) || (new = find(new_length)) == 0)
		return -ENOMEM;
	return move(old, old_length, new, new_length);
}

void kernel_dress(uintptr_t address, size_t length)
{
	for (uintptr_t at = address; at < address + length; at += KERNEL_PAGE)
		if (kernel_at(at)->mapped && kernel_at(at)->prot == PROT_NONE) {
			kernel_at(at)->fence = true;
			kernel_at(at)->maker = MAKER_FENCE;
		}
}
