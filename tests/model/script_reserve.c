/* SPDX-License-Identifier: MIT */
#include "script_reserve.h"

#include <errno.h>

#include "act.h"

#define RANGE_PAGES ((BED_RESERVED_END - BED_RANGE) / KERNEL_PAGE)

/* The range's last page, inside the window. */
#define WANTED (BED_RESERVED_END - PAGES(1))

static bool in_range(const struct region *region)
{
	return region->length && region->start < BED_RESERVED_END &&
	       region->start + region->length > BED_RANGE;
}

/* Whether the range may be full, when what is on its way is counted too. */
static bool may_be_full(void)
{
	size_t used = EXPLORE_THREADS; /* the other threads', and a handler's */

	for (int who = 0; who < KERNEL_MAKERS; who++)
		for (int i = 0; i < BED_REGIONS; i++)
			if (in_range(&bed.region[who][i]))
				used += bed.region[who][i].length / KERNEL_PAGE;
	return used >= RANGE_PAGES;
}

/* Where nothing else was mapped, it is free for a reservation. */
void script_reserve(int who)
{
	long result = act_alone(reserve, BED_RESERVED - PAGES(1), BED_RESERVED_END + PAGES(1));

	if (result && !(result == -EEXIST && bed.contended))
		act_failed("not reserved", result, who);
}

void script_release(int who)
{
	long result;

	bed.contended = true;
	result = act_alone(reserve_end, BED_RESERVED, BED_RESERVED_END);
	if (result)
		act_failed("not released", result, who);
}

static struct request range_request(uintptr_t start, size_t length, int flags)
{
	struct request request = act_request(KIND_GUEST, length);

	request.area = (struct area){ .kind = AREA_RANGE, .range = { start, BED_RESERVED_END } };
	request.flags |= flags;
	if (flags)
		request.address = start;
	bed.contended |= !kernel_keeps(&bed.space, start, PAGES(1));
	return request;
}

void script_range_map(int who)
{
	struct request request = range_request(BED_RANGE, PAGES(1), 0);
	long result = act_map(&request);

	if (result == -ENOMEM && may_be_full())
		return;
	if (sys_failed(result))
		act_failed("no memory in the range", result, who);
	else if ((uintptr_t)result < BED_RANGE || (uintptr_t)result >= BED_RESERVED_END)
		explore_fault("astray: outside the range", result, who);
	else
		bed_put(who, KIND_GUEST, (uintptr_t)result, PAGES(1));
}

void script_range_unmap(int who)
{
	act_unmap(who, bed_reserved(who));
}

void script_range_free(int who)
{
	struct request request = range_request(WANTED, PAGES(1), MAP_FIXED_NOREPLACE);
	long result = act_map(&request);

	if (result == -EEXIST)
		return;
	if (result != WANTED)
		act_failed("not taken", result, who);
	else
		bed_put(who, KIND_GUEST, WANTED, PAGES(1));
}

static struct region *region_at(int who, uintptr_t start)
{
	for (int i = 0; i < BED_REGIONS; i++)
		if (bed.region[who][i].length && bed.region[who][i].start == start)
			return &bed.region[who][i];
	return NULL;
}

/* What is released meanwhile may be another's: a program that does so is to blame. */
void script_range_fill(int who)
{
	uintptr_t start = BED_OWN(who);
	struct region *region = who < BED_OWNERS ? region_at(who, start) : bed_reserved(who);
	struct request request;
	long result;

	if (region || who >= BED_OWNERS || bed.releases ||
	    !kernel_keeps(&bed.space, start, PAGES(1))) {
		act_replace(who, region ? region : bed_reserved(who));
		return;
	}
	request = range_request(start, PAGES(1), MAP_FIXED);
	act_name(who, start, PAGES(1));
	result = act_map(&request);
	act_unname(who);
	if (result == (long)start)
		bed_put(who, KIND_GUEST, start, PAGES(1));
	else
		act_failed("not filled", result, who);
}
