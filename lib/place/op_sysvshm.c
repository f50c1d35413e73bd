/* SPDX-License-Identifier: MIT */
#include "op_sysvshm.h"

#include <errno.h>
#include <sys/shm.h>

#include "core/size.h"
#include "fence/fence_hole.h"
#include "fence/fence_range.h"
#include "fixed.h"
#include "huge.h"
#include "passthrough.h"
#include "place.h"
#include "scan.h"
#include "sys/feel.h"
#include "sys/sys.h"
#include "table/claim.h"
#include "table/lookup.h"
#include "table/region.h"
#include "table/sync.h"

static long sys_shmat(int id, uintptr_t address, int flags)
{
	return SYS(SYS_shmat, id, address, flags);
}

#define NOWHERE (1UL << 62)     /* beyond every kernel's user space */
#define HUGE_LEAST (64UL << 10) /* no architecture has smaller huge pages */
#define HUGE_MOST (16UL << 30)  /* no architecture has larger huge pages */

/* Whether the segment can be attached at multiples of `page`. shmat() beyond user space
 * changes nothing, and fails with EINVAL only where the address is no multiple of the
 * segment's page (hugetlb_get_unmapped_area() checks that first). */
static bool fits(const struct attach *attach, size_t page)
{
	return sys_shmat(attach->id, NOWHERE + page, attach->flags) != -EINVAL;
}

/* Page size of the segment. No call tells it (shmctl() does not, and smaps only after the
 * attach), but an address that fits one page size fits all smaller ones: so one question
 * answers for an ordinary segment, and seven for one of huge pages. A segment that does not
 * fit even the largest size cannot be attached at all. */
static size_t page_of(const struct space *space, const struct attach *attach)
{
	size_t low = HUGE_LEAST, high = HUGE_MOST;

	if (fits(attach, space->page) || !fits(attach, HUGE_MOST))
		return space->page;
	while (low < high) {
		size_t middle = 1UL << (__builtin_ctzl(low) + __builtin_ctzl(high)) / 2;

		if (fits(attach, middle))
			high = middle;
		else
			low = middle << 1;
	}
	return low;
}

/* Length of the segment, where a seccomp filter forbids shmctl(): attaches it to measure
 * it. */
static size_t measure(const struct space *space, const struct attach *attach)
{
	const struct vma_bounds bounds = space_bounds(space);
	long at = sys_shmat(attach->id, 0, attach->flags & ~(SHM_REMAP | SHM_RND));
	size_t length;

	if (sys_failed(at))
		return 0;
	length = feel_end(&bounds, (uintptr_t)at, (uintptr_t)at + space->page) - (uintptr_t)at;
	SYS(SYS_shmdt, at);
	return length;
}

/* Bytes of the segment as it was created; 0 where the caller may not know. */
static size_t length_of(const struct space *space, const struct attach *attach)
{
	struct shmid_ds facts;
	long result = SYS(SYS_shmctl, attach->id, IPC_STAT, &facts);

	if (result == -ENOSYS)
		return measure(space, attach);
	return result < 0 ? 0 : facts.shm_segsz;
}

struct mapper {
	const struct space *space;
	const struct attach *attach;
	size_t page; /* 0: unknown */
	size_t align;
};

/* A place_mapper. shmat() fails with EINVAL for a taken address, and for other reasons.
 * fits() tells them apart; a second try at the address could find it free by then. */
static long attach_there(const void *what, uintptr_t at, bool over)
{
	const struct mapper *mapper = what;
	const struct attach *attach = mapper->attach;
	long result;

	/* A larger page would replace more than the library's placeholder. */
	if (over && !mapper->page && page_of(mapper->space, attach) > mapper->space->page)
		return -EINVAL;
	result = sys_shmat(attach->id, at, attach->flags | (over ? SHM_REMAP : 0));
	/* A sealed fence is no place. */
	if (result == -EPERM)
		return -ENOMEM;
	if (result == -EINVAL && !over && fits(attach, mapper->align))
		return -EEXIST;
	return result;
}

static void remember(struct space *space, size_t length)
{
	size_t seen = __atomic_load_n(&space->program.segment_max, __ATOMIC_RELAXED);

	while (length > seen &&
	       !__atomic_compare_exchange_n(&space->program.segment_max, &seen, length, true,
					    __ATOMIC_RELAXED, __ATOMIC_RELAXED))
		;
}

/* A passthrough_undo. A segment is readable, so no other call takes it for fence and maps
 * over it. */
static bool detach(struct space *space, uintptr_t address, size_t length)
{
	if (SYS(SYS_shmdt, address) < 0)
		space_missed(space);
	sync_recheck(space, address, address + length);
	return true;
}

/* Searches the kernel's list for a hole: the kernel's own search wants room for the
 * alignment of huge pages as well. */
static long attach_hole(struct space *space, const struct attach *attach)
{
	struct spans spans = space_spans(space);
	size_t page = page_of(space, attach);
	struct mapper mapper = { space, attach, page, page };
	size_t length = round_up(length_of(space, attach), page);
	long result = -ENOMEM;

	if (page <= space->page || length == 0)
		return result;
	for (int i = 0; result == -ENOMEM && i < spans.count; i++)
		result = scan_map(space, spans.at[i], length, page, attach_there, &mapper);
	return result;
}

/* Passthrough: the kernel places the segment. */
static long attach_passthrough(struct space *space, const struct attach *attach)
{
	int tries = 0;
	long result;

	do
		result = sys_shmat(attach->id, 0, attach->flags);
	while (passthrough_again(space, &result, space->page, detach, &tries));
	return result == -ENOMEM ? attach_hole(space, attach) : result;
}

/* The kernel's error for a caller that may not ask for the length: it may not attach
 * either. */
static long refuse_attach(const struct attach *attach)
{
	long result = sys_shmat(attach->id, 0, attach->flags & ~SHM_REMAP);

	if (!sys_failed(result))
		SYS(SYS_shmdt, result);
	return sys_failed(result) ? result : -EACCES;
}

/* Attaches inside the area, in pages of size `page`; 0: unknown, most likely the usual
 * size, otherwise shmat() fails with EINVAL. */
static long attach_placed(struct space *space, const struct attach *attach, size_t page)
{
	size_t align = page ? page : space->page;
	size_t length = round_up(length_of(space, attach), align);
	struct mapper mapper = { space, attach, page, align };
	struct want want = {
		.area = attach->area,
		.length = length,
		.align = align,
		.info = { .kind = (uint8_t)attach->kind,
			  .flags = ENTRY_SHM,
			  .caller = attach->caller },
		.map = attach_there,
		.what = &mapper,
	};
	struct placed placed;

	if (length == 0)
		return refuse_attach(attach);
	if (align == space->page) {
		want.shared = true;
		want.huge = huge_shared(space, length);
	}

	long result = place(space, &want, &placed);

	if (sys_failed(result))
		return result;
	place_keep(space, &want, &placed);
	if (!page && !(result & (long)(HUGE_LEAST - 1)))
		page = page_of(space, attach);
	if (page > align) {
		length = round_up(length, page);
		claim_set(space, (uintptr_t)result, (uintptr_t)result + length, &want.info);
	}
	remember(space, length);
	return result;
}

/* Asks for the page size only where it matters: huge pages are rare, and each question is a
 * system call. */
static long attach_inside(struct space *space, const struct attach *attach)
{
	size_t page = space_fenced(space) ? page_of(space, attach) : 0;
	long result = attach_placed(space, attach, page);

	if (result != -EINVAL || page)
		return result;
	page = page_of(space, attach);
	return page > space->page ? attach_placed(space, attach, page) : result;
}

/* Attaches at an address that the caller demands, over fence or over a mapping (SHM_REMAP). */
static long attach_claimed(struct space *space, const struct attach *attach, uintptr_t at,
			   size_t length, const struct mapping_info *info)
{
	struct claim claim;
	/* The fence is invisible to callers: a range that only the fence holds is free. */
	bool carved = !reserved_any(space, at, at + length) &&
		      fixed_carve(space, &claim, at, length, info);
	long result;

	if (!carved)
		claim = claim_none(space, at, at + length);
	if (!carved && attach->flags & SHM_REMAP && !passthrough_holds(space, at, length) &&
	    !claim_take(space, &claim, at, at + length))
		return -ENOMEM;
	result = sys_shmat(attach->id, attach->address, attach->flags | (carved ? SHM_REMAP : 0));
	if (sys_failed(result) && carved) {
		fence_uncarve(space, at, length);
		fence_refill(space, &claim);
	} else if (sys_failed(result) || passthrough_holds(space, at, length)) {
		claim_kept(space, &claim);
	} else {
		claim_mapped(space, &claim, info);
	}
	return result;
}

static long attach_at(struct space *space, const struct attach *attach)
{
	uintptr_t at = attach->address;
	size_t length = round_up(length_of(space, attach), page_of(space, attach));

	if (attach->flags & SHM_RND)
		at &= ~(space->page - 1);
	if (at == 0 || !space_aligned(space, at) || at >= space->top || length > space->top - at)
		return sys_shmat(attach->id, attach->address, attach->flags);
	if (length == 0)
		return refuse_attach(attach);

	long allowed = fixed_allowed(space, at, length, attach->flags & SHM_REMAP, attach->kind,
				     attach->caller);

	if (allowed)
		return allowed;
	remember(space, length);
	passthrough_yield_for(space, at, length);

	bool guest_outside = attach->kind == KIND_GUEST && !space_inside(space, at, length);
	struct mapping_info info = {
		.kind = (uint8_t)attach->kind,
		.flags = (uint8_t)(ENTRY_SHM | (guest_outside ? ENTRY_OUTSIDE : 0)),
		.caller = attach->caller,
	};

	return attach_claimed(space, attach, at, length, &info);
}

long sysvshm_attach(struct space *space, const struct attach *attach)
{
	if (attach->address || attach->flags & SHM_REMAP)
		return attach_at(space, attach);
	if (passthrough_places(space, &attach->area))
		return attach_passthrough(space, attach);
	return attach_inside(space, attach);
}

/* Whether the entry is a piece of the segment that was attached at `base`. */
static bool is_piece(const struct entry *entry, uintptr_t base)
{
	return entry->info.flags & ENTRY_SHM && entry->start >= base &&
	       (entry->start - base) >> 12 == entry->info.page;
}

/* Finds the next piece from *at on of the segment that was attached at `base`, by the
 * attachment *attached (0: that of the first piece). Like shmdt(), it allows for pages that
 * are unmapped or moved, the first ones too. */
static long next_piece(struct space *space, uintptr_t base, uintptr_t *at, uint32_t *attached,
		       struct span *piece)
{
	uintptr_t end = base + space->program.segment_max;
	struct entry entry;
	long found;

	while ((found = lookup_mapping(space, *at, end, &entry)) > 0) {
		*at = entry.end;
		if (!is_piece(&entry, base) || (*attached && entry.info.attached != *attached))
			continue;
		*attached = entry.info.attached;
		*piece = (struct span){ entry.start, entry.end };
		break;
	}
	return found;
}

/* Whether the table may lack a segment there: under passthrough it lists none in the
 * window, nor does it know that a mapping moved from the window is one. */
static bool is_unknown(struct space *space, uintptr_t address)
{
	return space->passthrough && !space_inside(space, address, 1) &&
	       !(lookup_info(space, address).flags & ENTRY_SHM);
}

/* Each piece outside becomes a hole, in which the kernel could place a mapping, so it is
 * claimed first. More pieces than these are followed by the kernel's list afterwards. */
#define PIECES 8

struct claimed_pieces {
	struct claim claim[PIECES];
	int count;
	bool all; /* the segment has no more pieces */
};

static struct claimed_pieces claim_pieces(struct space *space, uintptr_t address)
{
	struct claimed_pieces pieces = { .count = 0 };
	uintptr_t at = address;
	uint32_t attached = 0;
	struct span piece;
	long found = 1;

	while (pieces.count < PIECES &&
	       (found = next_piece(space, address, &at, &attached, &piece)) > 0)
		claim_take(space, &pieces.claim[pieces.count++], piece.start, piece.end);
	pieces.all = found == 0;
	return pieces;
}

long sysvshm_detach(struct space *space, uintptr_t address)
{
	bool followed = !passthrough_holds(space, address, 1);
	struct claimed_pieces pieces = { .all = !followed };
	long result;

	if (followed && !is_unknown(space, address))
		pieces = claim_pieces(space, address);
	result = SYS(SYS_shmdt, address);
	for (int i = 0; i < pieces.count; i++)
		if (result < 0)
			claim_kept(space, &pieces.claim[i]);
		else
			fence_refill(space, &pieces.claim[i]);
	if (result == 0 && !pieces.all) {
		if (!sync_refresh(space))
			space_missed(space);
		fence_patch(space, address, space->top);
	}
	return result;
}
