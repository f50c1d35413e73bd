/* SPDX-License-Identifier: MIT */
#include "fixed.h"

#include <errno.h>

#include "carve.h"
#include "direct.h"
#include "event.h"
#include "guard.h"
#include "record.h"
#include "replace.h"
#include "sys.h"

/* Of mmap's: no kernel gives it a meaning. */
#define FLAG_UNKNOWN 0x2000000

long fixed_allowed(struct space *space, uintptr_t address, size_t length, enum kind kind,
		   uintptr_t caller)
{
	if (space_own(space, address, length))
		return -ENOMEM;
	if (kind == KIND_HOST || space_inside(space, address, length))
		return 0;
	if (space->fixed_deny) {
		space_count(space, COUNT_DENIED);
		return -ENOMEM;
	}
	event_outside(space, (struct span){ address, address + length }, caller);
	return 0;
}

/* Whether the table has nothing there; where the kernel places, it does not
 * follow what lies in the window, and carving asks the kernel. */
static bool is_vacant(struct space *space, uintptr_t start, uintptr_t end)
{
	bool vacant = true;

	for (uintptr_t at = start, border; vacant && at < end; at = border) {
		border = space_border(space, at, end);
		if (!space->direct || !space_inside(space, at, border - at))
			vacant = record_vacant(space, at, border);
	}
	return vacant;
}

bool fixed_carve(struct space *space, uintptr_t address, size_t length)
{
	return space->table->fence != FENCE_SEALED && carve_needed(space, address, length) &&
	       is_vacant(space, address, address + length) &&
	       carve_open(space, address, length) == 0;
}

/* To map where the fence was, which NOREPLACE would meet. The kernel refuses it
 * together with MAP_SHARED_VALIDATE, as it does any flag that it does not know. */
static int flags_carved(int flags)
{
	bool validate = (flags & MAP_TYPE) == MAP_SHARED_VALIDATE;

	return (flags & ~MAP_FIXED_NOREPLACE) | MAP_FIXED | (validate ? FLAG_UNKNOWN : 0);
}

static void enter(struct space *space, const struct request *request, size_t length, bool inside)
{
	uintptr_t start = request->address;
	bool grows = request->flags & MAP_GROWSDOWN;
	struct detail detail = {
		.kind = (uint8_t)request->kind,
		.flags = (uint8_t)((inside || request->kind == KIND_HOST ? 0 : ENTRY_OUTSIDE) |
				   (grows ? ENTRY_GROWSDOWN : 0)),
		.caller = request->caller,
	};

	record_set(space, start, start + length, &detail);
	if (grows)
		guard_below(space, start);
}

long fixed_map(struct space *space, const struct request *request)
{
	uintptr_t start = request->address;
	size_t length = map_length(space, request);
	int flags = request->flags;

	if (start & (map_page(space, request) - 1) || start > space->top || length > space->top - start)
		return sys_mmap(start, request->length, request->prot, flags, request->fd,
				request->offset);

	long result = fixed_allowed(space, start, length, request->kind, request->caller);
	bool inside = space_inside(space, start, length);

	if (result)
		return result;
	direct_yield_for(space, start, length);
	/* The fence is invisible: what only it holds is free. */
	bool noreplace = flags & MAP_FIXED_NOREPLACE;
	bool carved = noreplace && fixed_carve(space, start, length);

	if (!noreplace)
		result = replace_map(space, request);
	else
		result = sys_mmap(start, request->length, request->prot,
				  carved ? flags_carved(flags) : flags,
				  request->fd, request->offset);
	if (sys_failed(result) && carved)
		carve_shut(space, start, length);
	if (sys_failed(result))
		return result;
	if (result != (long)start) {
		/* A kernel before 4.17 took NOREPLACE for a hint. */
		sys_munmap((uintptr_t)result, length);
		return -EEXIST;
	}
	if (direct_holds(space, start, length))
		return result;

	enter(space, request, length, inside);
	return result;
}
