/* SPDX-License-Identifier: MIT */
#include "calls.h"

#include <errno.h>

#include "core/rare.h"
#include "place/op_mmap.h"
#include "place/op_mremap.h"
#include "sys/probe.h"
#include "place/op_sysvshm.h"
#include "place/settle.h"
#include "sys/sys.h"
#include "table/held.h"
#include "place/op_munmap.h"
#include "owner.h"
#include "process.h"
#include "site.h"
#include "trace.h"

__thread uint32_t call_host_depth;

const struct range range_none;

RARE long call_fail(long error)
{
	errno = (int)-error;
	return -1;
}

RARE void call_host_enter(uintptr_t caller)
{
	call_host_depth++;
	if (trace_on())
		trace_other("valimit_host_enter()", 0, caller);
}

RARE long call_host_leave(uintptr_t caller)
{
	long result = call_host_depth ? 0 : -EINVAL;

	if (call_host_depth)
		call_host_depth--;
	if (trace_on())
		trace_other("valimit_host_leave()", result, caller);
	return result;
}

static RARE bool lies_in_window(const struct space *space, const struct area *area)
{
	struct spans spans = area_spans(space, area);

	for (int i = 0; i < spans.count; i++)
		if (!space_inside(space, spans.at[i].start, spans.at[i].end - spans.at[i].start))
			return false;
	return true;
}

static bool is_ranged(const struct call *call)
{
	return call->begin != call->end;
}

/* Decides whether the call is a guest's or a host's, and the area that it may map in. */
static long judge(struct space *space, struct call *call, struct area *area)
{
	long result = 0;

	call->kind = call_host_depth || call->host ? KIND_HOST : owner_kind(call->returns);
	area->kind = call->kind == KIND_HOST ? AREA_OUTSIDE : AREA_WINDOW;
	if (is_ranged(call)) {
		result = area_range(space, call->begin, call->end, area);
		if (result == 0 && !call_host_depth)
			call->kind = lies_in_window(space, area) ? KIND_GUEST : KIND_HOST;
	}
	if (call->kind == KIND_HOST)
		space_count(space, COUNT_HOST);
	return result;
}

/* Whether the call restricts its place in ways that the kernel's calls cannot express. */
static bool is_particular(const struct call *call)
{
	return is_ranged(call) || call->align || call->direction;
}

/* The space for the call. Without a window a range still restricts its own call, so the table
 * is made for it. */
static struct space *space_for(const struct call *call)
{
	return is_particular(call) ? process_space_for_range() : process_space();
}

/* The space for a call that names addresses. Without a window, reservations still bind calls
 * that name one. */
static struct space *space_at(const struct call *call, uintptr_t address, size_t length)
{
	struct space *space = space_for(call), *made;

	if (space)
		return space;
	made = process_made();
	return made && reserved_any(made, address, address + length) ? made : NULL;
}

static long do_mmap(struct call *call)
{
	bool demands = call->flags & (MAP_FIXED | MAP_FIXED_NOREPLACE);
	struct space *space = space_at(call, call->address, demands ? call->length : 0);
	struct request request = {
		.address = call->address,
		.length = call->length,
		.prot = call->prot,
		.flags = call->flags,
		.fd = call->fd,
		.offset = call->offset,
		.align = call->align,
		.direction = call->direction,
		.caller = call->caller,
	};
	long result;

	if (!space && is_particular(call))
		return -ENOMEM;
	/* The kernel rejects an offset inside a page. */
	if (!space || call->offset & (long)(space->page - 1))
		return sys_mmap(call->address, call->length, call->prot, call->flags, call->fd,
				call->offset);
	result = judge(space, call, &request.area);
	request.kind = call->kind;
	return result ? result : map_request(space, &request);
}

static long do_munmap(struct call *call)
{
	struct space *space = space_at(call, call->address, call->length);

	return space ? unmap(space, call->address, call->length) :
		       sys_munmap(call->address, call->length);
}

static struct remap remap_of(const struct call *call)
{
	return (struct remap){
		.kind = KIND_GUEST,
		.old = call->address,
		.old_size = call->length,
		.new_size = call->new_size,
		.flags = call->flags,
		.new = call->new,
		.caller = call->caller,
	};
}

static long do_mremap(struct call *call)
{
	struct space *space = space_at(call, call->address, call->length);
	struct remap remap = remap_of(call);
	long result;

	if (!space && is_ranged(call))
		return -ENOMEM;
	if (!space && call->flags & MREMAP_FIXED)
		space = space_at(call, call->new, call->new_size);
	if (!space)
		return sys_mremap(call->address, call->length, call->new_size, call->flags,
				  call->new);
	result = judge(space, call, &remap.area);
	remap.kind = call->kind;
	return result ? result : remap_request(space, &remap);
}

static RARE long do_shmat(struct call *call)
{
	struct space *space = space_at(call, call->address, call->address ? 1 : 0);
	struct attach attach = {
		.id = call->fd,
		.flags = call->flags,
		.address = call->address,
		.caller = call->caller,
	};
	long result;

	if (!space && is_ranged(call))
		return -ENOMEM;
	if (!space)
		return SYS(SYS_shmat, call->fd, call->address, call->flags);
	result = judge(space, call, &attach.area);
	attach.kind = call->kind;
	return result ? result : sysvshm_attach(space, &attach);
}

static RARE long do_shmdt(struct call *call)
{
	struct space *space = space_at(call, call->address, 1);

	return space ? sysvshm_detach(space, call->address) : SYS(SYS_shmdt, call->address);
}

void call_note(const struct call *call)
{
	struct space *space = process_made();

	if (space) {
		space_count(space, COUNT_GATED);
		space_count_call(space, call->name, call_outcome(call));
	}
	if (call_answers_address(call))
		PROBE4(placed, call->result, call->new_size ? call->new_size : call->length,
		       call->kind, call->caller);
	if (trace_on())
		trace_call(call, process_space());
}

void call_begin(struct pass *pass)
{
	struct space *space = process_made();

	gate_enter(pass);
	if (space && settle_wanted(space))
		settle(space);
}

void call_end(struct pass *pass)
{
	struct space *space = process_made();

	if (space && deferred_fresh())
		settle_after(space);
	gate_leave(pass);
}

/* Makes a call inside the gate: the window does not change meanwhile. */
static long gated(long (*make)(struct call *call), struct call *call)
{
	struct pass pass;

	call_begin(&pass);
	call->caller = call_answers_address(call) || trace_on() ? site_caller(call->returns) :
								   call->returns;
	call->result = make(call);
	call_end(&pass);
	call_note(call);
	return call->result;
}

static enum call_name name_of(enum call_name plain, enum call_name ranged,
			      const struct range *range)
{
	return range->begin == range->end ? plain : ranged;
}

long call_mmap(uintptr_t address, size_t length, int prot, int flags, int fd, long offset,
	       const struct range *range, uintptr_t caller)
{
	struct call call = {
		.name = name_of(CALL_MMAP, CALL_MMAP_RANGE, range),
		.address = address,
		.length = length,
		.prot = prot,
		.flags = flags,
		.fd = fd,
		.offset = offset,
		.begin = range->begin,
		.end = range->end,
		.align = range->align,
		.direction = range->direction,
		.host = range->host,
		.returns = caller,
	};

	return gated(do_mmap, &call);
}

long call_munmap(uintptr_t address, size_t length, uintptr_t caller)
{
	struct call call = {
		.name = CALL_MUNMAP,
		.address = sys_untag(address),
		.length = length,
		.returns = caller,
	};

	return gated(do_munmap, &call);
}

long call_mremap(uintptr_t old, size_t old_size, size_t new_size, int flags, uintptr_t new,
		 const struct range *range, uintptr_t caller)
{
	struct call call = {
		.name = name_of(CALL_MREMAP, CALL_MREMAP_RANGE, range),
		.address = sys_untag(old),
		.length = old_size,
		.new_size = new_size,
		.flags = flags,
		.new = new,
		.begin = range->begin,
		.end = range->end,
		.host = range->host,
		.returns = caller,
	};

	return gated(do_mremap, &call);
}

RARE long call_shmat(int id, uintptr_t address, int flags, const struct range *range,
		     uintptr_t caller)
{
	struct call call = {
		.name = name_of(CALL_SHMAT, CALL_SHMAT_RANGE, range),
		.fd = id,
		.address = address,
		.flags = flags,
		.begin = range->begin,
		.end = range->end,
		.host = range->host,
		.returns = caller,
	};

	return gated(do_shmat, &call);
}

RARE long call_shmdt(uintptr_t address, uintptr_t caller)
{
	struct call call = { .name = CALL_SHMDT, .address = address, .returns = caller };

	return gated(do_shmdt, &call);
}
