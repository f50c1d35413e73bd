/* SPDX-License-Identifier: MIT */
/* The functions of <valimit.h>, which documents them. */
#include "valimit.h"

#include <errno.h>
#include <sys/mman.h>

#include "calls.h"
#include "core/summary.h"
#include "fast.h"
#include "interpose.h"
#include "table/lookup.h"
#include "table/usage.h"
#include "sys/sys.h"
#include "sys/usercopy.h"
#include "limit.h"
#include "process.h"
#include "walk_call.h"
#include "request_call.h"
#include "reservation.h"

#define EXPORT __attribute__((visibility("default")))
#define CALLER ((uintptr_t)__builtin_return_address(0))

EXPORT int valimit_set(const struct va_limit *limit)
{
	return (int)call_answer(limit_set(limit, CALLER));
}

EXPORT int valimit_get(struct va_limit *limit)
{
	return (int)call_answer(limit_get(limit, CALLER));
}

EXPORT void *mmap_range(void *begin, void *end, size_t size, int prot, int flags, int fd,
			off_t offset)
{
	struct range range = { .begin = (uintptr_t)begin, .end = (uintptr_t)end };

	/* A range and a demanded address contradict each other. */
	if (begin != end && flags & (MAP_FIXED | MAP_FIXED_NOREPLACE))
		return (void *)call_answer(-EINVAL);
	return (void *)call_answer(call_mmap(0, size, prot, flags, fd, offset, &range, CALLER));
}
OWN_NAME(mmap_range);

EXPORT void *valimit_place(const struct valimit_request *request, size_t size)
{
	return (void *)call_answer(request_call(request, size, false, CALLER));
}
OWN_NAME(valimit_place);

EXPORT void *mremap_range(void *old, size_t old_size, size_t new_size, int flags, void *begin,
			  void *end)
{
	struct range range = { .begin = (uintptr_t)begin, .end = (uintptr_t)end };

	if (flags & MREMAP_FIXED)
		return (void *)call_answer(-EINVAL);
	return (void *)call_answer(
		call_mremap((uintptr_t)old, old_size, new_size, flags, 0, &range, CALLER));
}
OWN_NAME(mremap_range);

EXPORT void *shmat_range(int id, void *begin, void *end, int flags)
{
	struct range range = { .begin = (uintptr_t)begin, .end = (uintptr_t)end };

	return (void *)call_answer(call_shmat(id, 0, flags, &range, CALLER));
}
OWN_NAME(shmat_range);

EXPORT int valimit_reserve(void *begin, void *end)
{
	return (int)call_answer(reservation_make((uintptr_t)begin, (uintptr_t)end, CALLER));
}

EXPORT int valimit_release(void *begin, void *end)
{
	return (int)call_answer(reservation_end((uintptr_t)begin, (uintptr_t)end, CALLER));
}

EXPORT ssize_t valimit_walk(const void *from, struct valimit_mapping *mappings, size_t count,
			    size_t size)
{
	return call_answer(walk_call((uintptr_t)from, mappings, count, size));
}

EXPORT int valimit_gap(const void *begin, const void *end, int largest, struct va_limit *gap)
{
	return (int)call_answer(walk_gap((uintptr_t)begin, (uintptr_t)end, largest, gap));
}

EXPORT int valimit_bounds(struct va_limit *bounds)
{
	return (int)call_answer(walk_bounds(bounds));
}

EXPORT void *valimit_mmap(void *address, size_t length, int prot, int flags, int fd, off_t offset)
{
	return (void *)fast_mmap_at((uintptr_t)address, length, prot, flags, fd, offset, CALLER);
}
OWN_NAME(valimit_mmap);

EXPORT int valimit_munmap(void *address, size_t length)
{
	return (int)fast_munmap((uintptr_t)address, length, CALLER);
}

EXPORT void *valimit_mremap(void *old, size_t old_size, size_t new_size, int flags, void *new)
{
	return (void *)fast_mremap_to((uintptr_t)old, old_size, new_size, flags, (uintptr_t)new,
				      CALLER);
}
OWN_NAME(valimit_mremap);

EXPORT void *valimit_shmat(int id, const void *address, int flags)
{
	return (void *)call_answer(call_shmat(id, (uintptr_t)address, flags, RANGE_NONE, CALLER));
}
OWN_NAME(valimit_shmat);

EXPORT int valimit_shmdt(const void *address)
{
	return (int)call_answer(call_shmdt((uintptr_t)address, CALLER));
}

EXPORT void valimit_host_enter(void)
{
	call_host_enter(CALLER);
}

EXPORT int valimit_host_leave(void)
{
	return (int)call_answer(call_host_leave(CALLER));
}

EXPORT int valimit_is_guest(const void *address)
{
	struct space *space = process_space();
	struct pass pass;
	int kind;

	if (!space)
		return 1;
	call_begin(&pass);
	kind = lookup_info(space, (uintptr_t)address).kind;
	call_end(&pass);
	switch (kind) {
	case KIND_HOST:
	case KIND_OWN:
		return 0;
	case KIND_GUEST:
		return 1;
	}
	return space_inside(space, (uintptr_t)address, 1);
}

/* Bytes and number of intervals of each kind. */
static void measure(struct space *space, struct valimit_stats *stats)
{
	struct usage usage;
	struct census census;

	if (!usage_table(space, &census))
		return;
	stats->intervals = census.intervals;
	stats->guest_bytes = census.bytes[KIND_GUEST];
	stats->host_bytes = census.bytes[KIND_HOST];
	stats->table_bytes = census.table_bytes;
	if (usage_window(space, &usage) < 0)
		return;
	stats->largest_gap = usage.largest_gap;
	if (space->passthrough)
		stats->guest_bytes = usage.mapped - census.reserved_inside;
}

EXPORT int valimit_stats(struct valimit_stats *stats, size_t size)
{
	struct space *space = process_space();
	struct valimit_stats all = { 0 };

	if (space) {
		const struct table *table = space->table;
		const uint64_t *counter = table->counter;
		struct pass pass;

		call_begin(&pass);
		measure(space, &all);
		call_end(&pass);
		all.mmap_calls = summary_calls(table, CALL_MMAP) + summary_calls(table, CALL_MMAP_RANGE);
		all.munmap_calls = summary_calls(table, CALL_MUNMAP);
		all.mremap_calls = summary_calls(table, CALL_MREMAP) + summary_calls(table, CALL_MREMAP_RANGE);
		all.shmat_calls = summary_calls(table, CALL_SHMAT) + summary_calls(table, CALL_SHMAT_RANGE);
		all.shmdt_calls = summary_calls(table, CALL_SHMDT);
		all.retries = table_count(&counter[COUNT_RETRY]);
		all.learnt = table_count(&counter[COUNT_LEARNT]);
		all.rescans = table_count(&counter[COUNT_RESCAN]);
		all.fixed_outside = table_count(&counter[COUNT_OUTSIDE]);
		all.fixed_denied = table_count(&counter[COUNT_DENIED]);
		all.no_space = table_count(&counter[COUNT_NOSPACE]);
		all.without_table = table_count(&counter[COUNT_WITHOUT_TABLE]);
		all.escaped = table_count(&counter[COUNT_ESCAPED]);
	}
	return (int)call_answer(user_write(stats, &all, size < sizeof(all) ? size : sizeof(all)));
}

EXPORT const char *valimit_version(void)
{
	return PACKAGE_VERSION;
}
