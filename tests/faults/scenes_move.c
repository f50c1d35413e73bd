/* SPDX-License-Identifier: MIT */
/* mremap. */
#include "../guest/guest.h"

#include "stage.h"
#include "valimit.h"

#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define RW (PROT_READ | PROT_WRITE)
#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

static void ask(struct stage *stage, const char *old, size_t length, size_t new_length, int flags)
{
	stage->call = (struct fault_call){ .kind = DO_MREMAP, .address = (uintptr_t)old, .length = length,
				     .new_length = new_length, .flags = flags };
}

/* 64K with free room above, or something there. */
static char *with_room(struct stage *stage)
{
	return stage_map(stage, stage_free_place(stage, MIB), 64 * KIB, 0);
}

static char *blocked(struct stage *stage)
{
	char *at = with_room(stage);

	stage_map(stage, (uintptr_t)at + 64 * KIB, 16 * KIB, MAP_SHARED);
	return at;
}

static void grow(struct stage *stage)
{
	ask(stage, with_room(stage), 64 * KIB, 128 * KIB, MREMAP_MAYMOVE);
}

static void grow_here(struct stage *stage)
{
	ask(stage, with_room(stage), 64 * KIB, 128 * KIB, 0);
}

static void grow_blocked(struct stage *stage)
{
	ask(stage, blocked(stage), 64 * KIB, 128 * KIB, MREMAP_MAYMOVE);
}

static void grow_blocked_here(struct stage *stage)
{
	ask(stage, blocked(stage), 64 * KIB, 128 * KIB, 0);
}

static void with_a_hole_in_the_fence(struct stage *stage)
{
	grow_blocked(stage);
	stage_open_fence(stage);
}

static void grow_in_a_full_window(struct stage *stage)
{
	grow_blocked(stage);
	stage_fill_window();
}

static void grow_past_the_bound(struct stage *stage)
{
	uintptr_t at = stage->space->table->upper - 64 * KIB;

	ask(stage, stage_map(stage, at, 64 * KIB, MAP_FIXED), 64 * KIB, 128 * KIB, MREMAP_MAYMOVE);
}

static void grow_past_the_unseen(struct stage *stage)
{
	char *at = with_room(stage);

	stage_unseen((uintptr_t)at + 64 * KIB, 8 * KIB, RW);
	ask(stage, at, 64 * KIB, 128 * KIB, MREMAP_MAYMOVE);
}

static void shrink(struct stage *stage)
{
	ask(stage, with_room(stage), 64 * KIB, 16 * KIB, 0);
}

static void shrink_across_two(struct stage *stage)
{
	char *at = with_room(stage);

	if (mprotect(at + 32 * KIB, 32 * KIB, PROT_READ))
		die("preparation: mprotect");
	ask(stage, at, 64 * KIB, 16 * KIB, MREMAP_MAYMOVE);
}

static void to_a_free_place(struct stage *stage)
{
	uintptr_t to = stage_free_place(stage, 64 * KIB);

	ask(stage, stage_map(stage, to + 256 * KIB, 64 * KIB, MAP_FIXED), 64 * KIB, 64 * KIB,
	    MREMAP_MAYMOVE | MREMAP_FIXED);
	stage->call.to = to;
}

static void over_something(struct stage *stage, size_t length, size_t new_length)
{
	char *to = stage_map(stage, 0, 128 * KIB, 0);

	if (mprotect(to + 16 * KIB, 16 * KIB, PROT_READ))
		die("preparation: mprotect");
	ask(stage, stage_map(stage, 0, 64 * KIB, MAP_SHARED), length, new_length,
	    MREMAP_MAYMOVE | MREMAP_FIXED);
	stage->call.to = (uintptr_t)to;
}

static void over(struct stage *stage)
{
	over_something(stage, 64 * KIB, 64 * KIB);
}

static void over_and_grow(struct stage *stage)
{
	over_something(stage, 64 * KIB, 128 * KIB);
}

static void over_and_shrink(struct stage *stage)
{
	over_something(stage, 64 * KIB, 32 * KIB);
}

static void copy_over(struct stage *stage)
{
	over_something(stage, 0, 64 * KIB);
}

static void several(struct stage *stage)
{
	char *at = stage_map(stage, stage_free_place(stage, 256 * KIB), 64 * KIB, 0);

	if (mprotect(at + 32 * KIB, 32 * KIB, PROT_READ))
		die("preparation: mprotect");
	ask(stage, at, 64 * KIB, 64 * KIB, MREMAP_MAYMOVE | MREMAP_FIXED);
	stage->call.to = (uintptr_t)stage_map(stage, 0, 64 * KIB, MAP_SHARED);
}

/* The kernel refuses it after it has unmapped the target. */
static void several_growing(struct stage *stage)
{
	several(stage);
	stage->call.new_length = 128 * KIB;
}

static void from_a_hole(struct stage *stage)
{
	uintptr_t old = stage_free_place(stage, 64 * KIB);
	char *to = stage_map(stage, old + 128 * KIB, 64 * KIB, MAP_FIXED);

	ask(stage, (char *)old, 64 * KIB, 64 * KIB, MREMAP_MAYMOVE | MREMAP_FIXED);
	stage->call.to = (uintptr_t)to;
}

static void dontunmap(struct stage *stage)
{
	ask(stage, with_room(stage), 64 * KIB, 64 * KIB, MREMAP_MAYMOVE | MREMAP_DONTUNMAP);
}

static void copy(struct stage *stage)
{
	ask(stage, stage_map(stage, 0, 64 * KIB, MAP_SHARED), 0, 64 * KIB, MREMAP_MAYMOVE);
}

static void to_a_place_outside(struct stage *stage)
{
	ask(stage, with_room(stage), 64 * KIB, 64 * KIB, MREMAP_MAYMOVE | MREMAP_FIXED);
	stage->call.to = 0x500000000;
}

static void a_host_grows(struct stage *stage)
{
	ask(stage, stage_host(stage, 64 * KIB), 64 * KIB, 128 * KIB, MREMAP_MAYMOVE);
	stage->call.host = true;
}

static void a_host_grows_here(struct stage *stage)
{
	char *at = stage_map(stage, 0x500000000, 64 * KIB, MAP_FIXED_NOREPLACE);

	ask(stage, at, 64 * KIB, 128 * KIB, 0);
	stage->call.host = true;
}

static void a_host_grows_into_the_fence(struct stage *stage)
{
	char *at;

	valimit_host_enter();
	at = valimit_mmap(NULL, 256 * KIB, RW, ANON, -1, 0);
	valimit_host_leave();
	if (at == MAP_FAILED || valimit_munmap(at + 64 * KIB, 192 * KIB))
		die("preparation: a host's");
	stage_fill(at, 64 * KIB);
	ask(stage, at, 64 * KIB, 128 * KIB, 0);
	stage->call.host = true;
}

static void a_host_shrinks(struct stage *stage)
{
	ask(stage, stage_host(stage, 64 * KIB), 64 * KIB, 32 * KIB, 0);
	stage->call.host = true;
}

static void a_host_moves_over(struct stage *stage)
{
	char *to = stage_host(stage, 64 * KIB);

	ask(stage, stage_host(stage, 64 * KIB), 64 * KIB, 64 * KIB, MREMAP_MAYMOVE | MREMAP_FIXED);
	stage->call.to = (uintptr_t)to;
	stage->call.host = true;
}

static void into_a_range(struct stage *stage)
{
	ask(stage, with_room(stage), 64 * KIB, 128 * KIB, MREMAP_MAYMOVE);
	stage->call.begin = 0x500000000;
	stage->call.end = 0x600000000;
}

static void the_unseen(struct stage *stage)
{
	char *at = stage_unseen(stage_free_place(stage, MIB), 64 * KIB, RW);

	stage_fill(at, 64 * KIB);
	stage_map(stage, (uintptr_t)at + 64 * KIB, 16 * KIB, MAP_SHARED);
	ask(stage, at, 64 * KIB, 128 * KIB, MREMAP_MAYMOVE);
}

const struct scene scenes_move[] = {
	{ "mremap grows", grow, false },
	{ "mremap grows, shall not move", grow_here, false },
	{ "mremap grows, blocked", grow_blocked, false },
	{ "mremap grows, blocked, shall not move", grow_blocked_here, false },
	{ "mremap grows with a hole in the fence", with_a_hole_in_the_fence, false },
	{ "mremap grows, window full", grow_in_a_full_window, false },
	{ "mremap grows past the bound", grow_past_the_bound, false },
	{ "mremap grows past the unseen", grow_past_the_unseen, false },
	{ "mremap shrinks", shrink, false },
	{ "mremap shrinks across two", shrink_across_two, false },
	{ "mremap to a free place", to_a_free_place, false },
	{ "mremap over something", over, false },
	{ "mremap over something, grows", over_and_grow, false },
	{ "mremap over something, shrinks", over_and_shrink, false },
	{ "mremap over something, a second mapping", copy_over, false },
	{ "mremap of several", several, false },
	{ "mremap of several, grows", several_growing, false },
	{ "mremap of nothing over something", from_a_hole, false },
	{ "mremap DONTUNMAP", dontunmap, false },
	{ "mremap, a second mapping", copy, false },
	{ "mremap to a place outside", to_a_place_outside, false },
	{ "mremap of a host's grows", a_host_grows, false },
	{ "mremap outside grows, shall not move", a_host_grows_here, false },
	{ "mremap of a host's grows into the fence", a_host_grows_into_the_fence, false },
	{ "mremap of a host's shrinks", a_host_shrinks, false },
	{ "mremap of a host's over another", a_host_moves_over, false },
	{ "mremap_range", into_a_range, false },
	{ "mremap of the unseen", the_unseen, false },
	{ 0 }
};
