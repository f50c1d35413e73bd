/* SPDX-License-Identifier: MIT */
#include "bed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "script.h"
#include "sys/sysinfo.h"

#define BLOCKS      40
#define BLOCKS_USED 6 /* no run needs more */

struct bed bed;

/* The table as it is published, and its lock. */
static struct {
	_Alignas(4096) char table[4096];
	char mutex[4096];
	uint64_t bitmap[64];
	struct tree_block block[BLOCKS];
} region;

static struct {
	struct kernel kernel;
	struct bed bed;
	char region[offsetof(__typeof__(region), block) + BLOCKS_USED * TREE_BLOCK_SIZE];
} saved;

static struct table *table_new(void)
{
	struct table *table = (struct table *)region.table;

	memset(&region, 0, sizeof(region));
	*table = (struct table){
		.page_size = KERNEL_PAGE,
		.region_size = sizeof(region),
		.min = KERNEL_MIN,
		.top = KERNEL_TOP,
		.reach = REACH_CALLS,
		.pid = 1,
	};
	tree_init(&table->tree, region.block, region.bitmap, BLOCKS);
	return table;
}

static void space_new(bool placing)
{
	struct policy policy = { .place = PLACE_TOPDOWN, .align = KERNEL_PAGE };

	bed.space = (struct space){
		.table = table_new(),
		.mutex = (struct mutex *)region.mutex,
		.capacity_max = BLOCKS,
		.page = KERNEL_PAGE,
		.min = KERNEL_MIN,
		.top = KERNEL_TOP,
		.guest = policy,
		.host = policy,
		.kernel = { .version = LIMITS_KERNEL(6, 18), .nameless = true, .listed = true },
	};
	bed.space.guest.base = BED_UPPER;
	bed.space.based = placing;
	mutex_init(bed.space.mutex);
	space_set_window(&bed.space, (struct window){ BED_LOWER, BED_UPPER });
	relimit_bases(&bed.space);
}

static void keep_edge(void)
{
	uintptr_t start = BED_UPPER - 2 * KERNEL_PAGE;

	if (fence_hold_free(&bed.space, start, BED_UPPER) < 0)
		abort();
	bed.space.table->edge = start;
	bed.space.table->edge_end = BED_UPPER;
}

static bool is_in(const volatile void *word, const void *object, size_t size)
{
	return (uintptr_t)word - (uintptr_t)object < size;
}

/* What threads share without the lock: three numbers, what is kept of the window's
 * top, and the gate. No decision depends on the counts of calls. */
static bool is_shared(const volatile void *word)
{
	extern char __start_model_tls[], __stop_model_tls[];

	if (word == &bed.space.reserves)
		return bed.held;
	if (word == &bed.space.changes.epoch || word == &bed.space.table->operation ||
	    word == &bed.space.changes.in_flight || word == &bed.space.table->edge ||
	    word == &bed.space.yielding)
		return true;
	return !is_in(word, &bed, sizeof(bed)) && !is_in(word, &region, sizeof(region)) &&
	       !is_in(word, __start_model_tls, (size_t)(__stop_model_tls - __start_model_tls));
}

void bed_make(enum bed_sort sort, int threads)
{
	bed = (struct bed){ .written = 0 };
	kernel = (struct kernel){ .space = NULL };
	space_new(sort == BED_PLACING || sort == BED_HELD_PLACING);
	if (fence_raise(&bed.space, false) < 0)
		abort();
	passthrough_start(&bed.space);
	if (sort == BED_EDGE)
		keep_edge();
	bed.held = sort >= BED_HELD;
	if (bed.held && reserve(&bed.space, BED_RESERVED, BED_RESERVED_END) < 0)
		abort();
	for (int i = 0; i < threads; i++) {
		explore_be(i);
		script_map(i, KIND_HOST, (sort == BED_EDGE ? 2 : 3) * KERNEL_PAGE);
		if (sort != BED_EDGE)
			script_run(HOST_SHRINK, i);
		script_map(i, KIND_GUEST, KERNEL_PAGE);
		if (bed.held)
			script_run(RANGE_MAP, i);
	}
	kernel.space = &bed.space;
	explore_watch(is_shared, &bed.space.mutex->word);
	saved.kernel = kernel;
	saved.bed = bed;
	memcpy(saved.region, &region, sizeof(saved.region));
}

void bed_begin(void)
{
	kernel = saved.kernel;
	bed = saved.bed;
	memcpy(&region, saved.region, sizeof(saved.region));
	gate_fork_child();
}

struct region *bed_region(int who, enum kind kind)
{
	static struct region none;

	for (int i = 0; i < BED_REGIONS; i++)
		if (bed.region[who][i].length && bed.region[who][i].kind == kind)
			return &bed.region[who][i];
	return &none;
}

struct region *bed_reserved(int who)
{
	static struct region none;

	for (int i = 0; i < BED_REGIONS; i++)
		if (bed.region[who][i].length && bed.region[who][i].start >= BED_RESERVED &&
		    bed.region[who][i].start < BED_RESERVED_END)
			return &bed.region[who][i];
	return &none;
}

void bed_write(struct region *new, int who)
{
	new->content = ++bed.written;
	for (uintptr_t at = new->start; at < new->start + new->length; at += KERNEL_PAGE) {
		struct kernel_page *page = kernel_at(at);

		if (!page->mapped || page->fence || page->prot == PROT_NONE || page->maker != who)
			explore_fault("lost: what the call has given", (long)at, who);
		if (page->content)
			explore_fault("new memory is not zero", (long)at, who);
		page->content = new->content;
	}
}

void bed_add(int who, enum kind kind, uintptr_t start, size_t length)
{
	if (kind == KIND_GUEST && !space_inside(&bed.space, start, length))
		explore_fault("astray: a guest outside", (long)start, (long)length);
	if (kind == KIND_HOST && !space_outside(&bed.space, start, length))
		explore_fault("astray: a host in the window", (long)start, (long)length);
	if (kernel_keeps(&bed.space, start, length))
		explore_fault("astray: in a reservation", (long)start, (long)length);
	bed_put(who, kind, start, length);
}

struct region *bed_put(int who, enum kind kind, uintptr_t start, size_t length)
{
	struct region *new = bed.region[who];

	while (new->length)
		new++;
	*new = (struct region){ start, length, kind, 0 };
	bed_write(new, who);
	return new;
}

void bed_visit(const struct region *old)
{
	for (uintptr_t at = old->start; at < old->start + old->length; at += KERNEL_PAGE) {
		const struct kernel_page *page = kernel_at(at);

		if (!page->mapped || page->content != old->content)
			explore_fault("lost: what was written is gone", (long)at, old->content);
	}
}
