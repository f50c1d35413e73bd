/* SPDX-License-Identifier: MIT */
#include "calls.h"

#include <errno.h>

#include "fast.h"
#include "gate.h"
#include "kernel/map.h"
#include "kernel/move.h"
#include "kernel/segment.h"
#include "kernel/sys.h"
#include "kernel/unmap.h"
#include "module.h"
#include "process.h"

static __thread uint32_t host_depth;

/* Whose a call is, and where its mapping may go. */
struct party {
	enum kind kind;
	struct area area;
};

void call_host_enter(void)
{
	host_depth++;
}

long call_host_leave(void)
{
	if (host_depth == 0)
		return -EINVAL;
	host_depth--;
	return 0;
}

long call_answer(long result)
{
	if (!sys_failed(result))
		return result;
	errno = (int)-result;
	return -1;
}

static bool lies_in_window(const struct space *space, const struct area *area)
{
	struct spans spans = area_spans(space, area);

	for (int i = 0; i < spans.count; i++)
		if (!space_inside(space, spans.at[i].start, spans.at[i].end - spans.at[i].start))
			return false;
	return true;
}

static struct area area_of(enum kind kind)
{
	return (struct area){ .kind = kind == KIND_HOST ? AREA_OUTSIDE : AREA_WINDOW };
}

static long judge(const struct space *space, struct range range, uintptr_t caller,
		  struct party *party)
{
	long result;

	party->kind = host_depth ? KIND_HOST : module_kind(caller);
	result = area_range(space, range.begin, range.end, area_of(party->kind), &party->area);
	if (result == 0 && party->area.kind == AREA_RANGE && !host_depth)
		party->kind = lies_in_window(space, &party->area) ? KIND_GUEST : KIND_HOST;
	return result;
}

static bool is_range(struct range range)
{
	return range.begin != range.end;
}

/* Without limits a range still binds: for that one call they are set. */
static struct space *space_for(struct range range)
{
	return is_range(range) ? process_space_for_range() : process_space();
}

static long do_mmap(uintptr_t address, size_t length, int prot, int flags, int fd, long offset,
	       struct range range, uintptr_t caller)
{
	struct space *space = space_for(range);
	struct party party;

	if (!space && is_range(range))
		return -ENOMEM;
	/* The kernel's own answer to an offset within a page. */
	if (!space || offset & (long)(space->page - 1))
		return sys_mmap(address, length, prot, flags, fd, offset);

	long result = judge(space, range, caller, &party);
	struct request request = {
		.kind = party.kind,
		.area = party.area,
		.address = address,
		.length = length,
		.prot = prot,
		.flags = flags,
		.fd = fd,
		.offset = offset,
		.caller = caller,
	};

	return result ? result : map_request(space, &request);
}

static long do_munmap(uintptr_t address, size_t length)
{
	struct space *space = process_space();

	return space ? unmap(space, address, length) : sys_munmap(address, length);
}

static long do_mremap(uintptr_t old, size_t old_size, size_t new_size, int flags, uintptr_t new,
		 struct range range, uintptr_t caller)
{
	struct space *space = space_for(range);
	struct party party;

	if (!space && is_range(range))
		return -ENOMEM;
	if (!space)
		return sys_mremap(old, old_size, new_size, flags, new);

	long result = judge(space, range, caller, &party);
	struct remap remap = {
		.kind = party.kind,
		.area = party.area,
		.old = old,
		.old_size = old_size,
		.new_size = new_size,
		.flags = flags,
		.new = new,
		.caller = caller,
	};

	return result ? result : move_remap(space, &remap);
}

static long do_shmat(int id, uintptr_t address, int flags, struct range range, uintptr_t caller)
{
	struct space *space = space_for(range);
	struct party party;

	if (!space && is_range(range))
		return -ENOMEM;
	if (!space)
		return SYS(SYS_shmat, id, address, flags);

	long result = judge(space, range, caller, &party);
	struct attach attach = {
		.kind = party.kind,
		.area = party.area,
		.id = id,
		.flags = flags,
		.address = address,
		.caller = caller,
	};

	return result ? result : segment_attach(space, &attach);
}

static long do_shmdt(uintptr_t address)
{
	struct space *space = process_space();

	return space ? segment_detach(space, address) : SYS(SYS_shmdt, address);
}

/* Where the kernel places a plain guest call; else NULL. */
static struct space *fast_space(struct range range)
{
	struct space *space = process_space();

	if (!space || !space->direct || is_range(range) || host_depth ||
	    module_ruled())
		return NULL;
	return space;
}

long call_mmap(uintptr_t address, size_t length, int prot, int flags, int fd, long offset,
	       struct range range, uintptr_t caller)
{
	static const int special = MAP_FIXED | MAP_FIXED_NOREPLACE | MAP_LOW;
	struct space *space = address || flags & special ? NULL : fast_space(range);
	bool entered;
	long result;

	if (space && fast_mmap(space, length, prot, flags, fd, offset, &result))
		return result;
	entered = gate_enter();
	result = do_mmap(address, length, prot, flags, fd, offset, range, caller);
	gate_leave(entered);
	return result;
}

long call_munmap(uintptr_t address, size_t length)
{
	struct space *space = process_space();
	bool entered;
	long result;

	if (space && space->direct && fast_munmap(space, address, length, &result))
		return result;
	entered = gate_enter();
	result = do_munmap(address, length);
	gate_leave(entered);
	return result;
}

long call_mremap(uintptr_t old, size_t old_size, size_t new_size, int flags, uintptr_t new,
		 struct range range, uintptr_t caller)
{
	struct space *space = flags & ~MREMAP_MAYMOVE ? NULL : fast_space(range);
	struct remap remap = {
		.kind = KIND_GUEST,
		.old = old,
		.old_size = old_size,
		.new_size = new_size,
		.flags = flags,
		.caller = caller,
	};
	bool entered;
	long result;

	if (space && fast_mremap(space, &remap, &result))
		return result;
	entered = gate_enter();
	result = do_mremap(old, old_size, new_size, flags, new, range, caller);
	gate_leave(entered);
	return result;
}

long call_shmat(int id, uintptr_t address, int flags, struct range range, uintptr_t caller)
{
	bool entered = gate_enter();
	long result = do_shmat(id, address, flags, range, caller);

	gate_leave(entered);
	return result;
}

long call_shmdt(uintptr_t address)
{
	bool entered = gate_enter();
	long result = do_shmdt(address);

	gate_leave(entered);
	return result;
}
