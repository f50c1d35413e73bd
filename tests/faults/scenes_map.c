/* SPDX-License-Identifier: MIT */
/* mmap at a place of the library's choice, and mmap_range. */
#include "../guest/guest.h"

#include "stage.h"
#include "valimit.h"

#include "core/tree.h"

#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define RW (PROT_READ | PROT_WRITE)

static void ask(struct stage *stage, uintptr_t address, size_t length, int flags)
{
	stage->call = (struct fault_call){ .kind = DO_MMAP, .address = address, .length = length,
				     .prot = RW, .flags = flags, .fd = -1 };
}

static void anywhere(struct stage *stage)
{
	stage_map(stage, 0, 64 * KIB, 0);
	ask(stage, 0, 64 * KIB, ANON);
}

static void huge(struct stage *stage)
{
	ask(stage, 0, 4 * MIB, ANON);
}

static void of_huge_pages(struct stage *stage)
{
	ask(stage, 0, 2 * MIB, ANON | MAP_HUGETLB);
}

static void a_file(struct stage *stage)
{
	ask(stage, 0, 64 * KIB, MAP_SHARED);
	stage->call.fd = stage_file(64 * KIB);
}

static void validated(struct stage *stage)
{
	ask(stage, 0, 64 * KIB, MAP_SHARED_VALIDATE);
	stage->call.fd = stage_file(64 * KIB);
}

static void no_file(struct stage *stage)
{
	ask(stage, 0, 64 * KIB, MAP_PRIVATE);
}

static void with_a_hole_in_the_fence(struct stage *stage)
{
	ask(stage, 0, 64 * KIB, ANON);
	stage_open_fence(stage);
}

static void free_hint(struct stage *stage)
{
	ask(stage, stage_free_place(stage, MIB), 64 * KIB, ANON);
}

static void taken_hint(struct stage *stage)
{
	ask(stage, (uintptr_t)stage_map(stage, 0, 64 * KIB, 0), 64 * KIB, ANON);
}

static void hint_below_all(struct stage *stage)
{
	ask(stage, page_size(), 64 * KIB, ANON);
}

static void low(struct stage *stage)
{
	ask(stage, 0, 64 * KIB, ANON | 0x40);
}

static void growing(struct stage *stage)
{
	ask(stage, 0, 64 * KIB, ANON | MAP_GROWSDOWN);
}

static void below_a_stack(struct stage *stage)
{
	uintptr_t at = stage_free_place(stage, 64 * KIB);

	stage_map(stage, at, 64 * KIB, MAP_GROWSDOWN);
	ask(stage, 0, 64 * KIB, ANON);
}

static void past_an_obstacle(struct stage *stage)
{
	stage_unseen(stage_free_place(stage, 64 * KIB), 64 * KIB, RW);
	ask(stage, 0, 64 * KIB, ANON);
}

static void past_obstacles(struct stage *stage)
{
	uintptr_t at = stage_free_place(stage, 256 * KIB);

	for (uintptr_t i = 0; i < 4; i++)
		stage_unseen(at + i * 64 * KIB, 8 * KIB, i & 1 ? PROT_NONE : RW);
	ask(stage, 0, 256 * KIB, ANON);
}

static void where_the_unseen_has_gone(struct stage *stage)
{
	size_t length = 64 * KIB;
	char *at = stage_map(stage, 0, length, 0);

	stage_fill_window();
	valimit_munmap(at, length);
	stage_vanish(stage_unseen((uintptr_t)at, length, RW), length);
	ask(stage, 0, length, ANON);
}

static void in_a_full_window(struct stage *stage)
{
	stage_fill_window();
	ask(stage, 0, 64 * KIB, ANON);
}

static void of_a_host(struct stage *stage)
{
	stage_host(stage, 64 * KIB);
	ask(stage, 0, 64 * KIB, ANON);
	stage->call.host = true;
}

static void of_a_host_at_a_hint(struct stage *stage)
{
	ask(stage, 0x500000000, 64 * KIB, ANON);
	stage->call.host = true;
}

static void in_a_range_outside(struct stage *stage)
{
	ask(stage, 0, 64 * KIB, ANON);
	stage->call.begin = 0x500000000;
	stage->call.end = 0x600000000;
}

static void in_a_range_inside(struct stage *stage)
{
	ask(stage, 0, 64 * KIB, ANON);
	stage->call.begin = 0x80000000;
	stage->call.end = 0x90000000;
}

static void in_a_range_over_the_bound(struct stage *stage)
{
	ask(stage, 0, 2 * MIB, ANON);
	stage->call.begin = stage->space->table->upper - MIB;
	stage->call.end = stage->space->table->upper + MIB;
}

static void in_a_wrapped_range(struct stage *stage)
{
	ask(stage, 0, 64 * KIB, ANON);
	stage->call.begin = 0x500000000;
	stage->call.end = 0x20000000;
}

/* As if no more blocks than the tree may need were in use. */
static void when_the_pool_must_grow(struct stage *stage)
{
	struct tree *tree = &stage->space->table->tree;

	tree->capacity = (tree->used + TREE_CHANGE_BLOCKS) / 4 * 4;
	ask(stage, 0, 64 * KIB, ANON);
}

/* A child whose parent was in the middle of a change. */
static void in_a_torn_child(struct stage *stage)
{
	stage->space->table->sequence |= 1;
	ask(stage, 0, 64 * KIB, ANON);
}

static void in_a_child_with_calls_in_flight(struct stage *stage)
{
	stage->space->changes.in_flight = 2;
	ask(stage, 0, 64 * KIB, ANON);
}

const struct scene scenes_map[] = {
	{ "mmap", anywhere, false },
	{ "mmap 4M", huge, false },
	{ "mmap of huge pages", of_huge_pages, false },
	{ "mmap of a file", a_file, false },
	{ "mmap, flags validated", validated, false },
	{ "mmap at a free hint", free_hint, false },
	{ "mmap at a taken hint", taken_hint, false },
	{ "mmap at a hint below all", hint_below_all, false },
	{ "mmap MAP_32BIT", low, false },
	{ "mmap MAP_GROWSDOWN", growing, false },
	{ "mmap below a stack", below_a_stack, false },
	{ "mmap past an unseen mapping", past_an_obstacle, false },
	{ "mmap past unseen mappings", past_obstacles, false },
	{ "mmap where the unseen has gone", where_the_unseen_has_gone, false },
	{ "mmap in a full window", in_a_full_window, false },
	{ "mmap of a host", of_a_host, false },
	{ "mmap of a host at a hint", of_a_host_at_a_hint, false },
	{ "mmap_range outside", in_a_range_outside, false },
	{ "mmap_range inside", in_a_range_inside, false },
	{ "mmap_range over the bound", in_a_range_over_the_bound, false },
	{ "mmap_range, wrapped", in_a_wrapped_range, false },
	{ "mmap when the pool must grow", when_the_pool_must_grow, false },
	{ "mmap in a raw clone's child", anywhere, true },
	{ "mmap in a torn child", in_a_torn_child, true },
	{ "mmap in a child, calls in flight", in_a_child_with_calls_in_flight, true },
	{ "mmap of no file", no_file, false },
	{ "mmap with a hole in the fence", with_a_hole_in_the_fence, false },
	{ 0 }
};
