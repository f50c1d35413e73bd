/* SPDX-License-Identifier: MIT */
/* munmap. */
#include "../guest/guest.h"

#include "stage.h"
#include "valimit.h"

#define RW (PROT_READ | PROT_WRITE)

static void ask(struct stage *stage, uintptr_t address, size_t length)
{
	stage->call = (struct fault_call){ .kind = DO_MUNMAP, .address = address, .length = length };
}

static void whole(struct stage *stage)
{
	ask(stage, (uintptr_t)stage_map(stage, 0, 64 * KIB, 0), 64 * KIB);
}

static void middle(struct stage *stage)
{
	ask(stage, (uintptr_t)stage_map(stage, 0, 64 * KIB, 0) + 16 * KIB, 32 * KIB);
}

static void many(struct stage *stage)
{
	uintptr_t at = stage_free_place(stage, MIB);

	for (uintptr_t i = 0; i < 8; i++)
		stage_map(stage, at + i * 128 * KIB, 64 * KIB, i & 1 ? MAP_SHARED : 0);
	ask(stage, at + 32 * KIB, MIB - 64 * KIB);
}

static void nothing(struct stage *stage)
{
	ask(stage, stage_free_place(stage, MIB), MIB);
}

static void a_hosts(struct stage *stage)
{
	ask(stage, (uintptr_t)stage_host(stage, 64 * KIB), 64 * KIB);
}

static void the_middle_of_a_hosts(struct stage *stage)
{
	ask(stage, (uintptr_t)stage_host(stage, 64 * KIB) + 16 * KIB, 32 * KIB);
}

static void over_the_bound(struct stage *stage)
{
	uintptr_t lower = stage->space->table->lower;

	stage_map(stage, lower - 64 * KIB, 128 * KIB, MAP_FIXED);
	ask(stage, lower - 64 * KIB, 128 * KIB);
}

static void outside(struct stage *stage)
{
	ask(stage, 0x500000000, 64 * KIB);
}

static void a_stack(struct stage *stage)
{
	ask(stage, (uintptr_t)stage_map(stage, 0, 64 * KIB, MAP_GROWSDOWN), 64 * KIB);
}

/* Of the program, which was there before any fence. */
static void what_was_there_before(struct stage *stage)
{
	static char spare[64 * KIB] __attribute__((aligned(4096)));

	stage_fill(spare, 16 * KIB);
	ask(stage, (uintptr_t)spare + 16 * KIB, 32 * KIB);
}

/* The call also unmaps the mapping behind it. */
static void the_librarys_own(struct stage *stage)
{
	uintptr_t end = (uintptr_t)stage->space->table + stage->space->table->region_size;
	char *at = valimit_mmap((void *)end, 64 * KIB, RW, MAP_PRIVATE | MAP_ANONYMOUS |
				MAP_FIXED_NOREPLACE, -1, 0);

	if (at == MAP_FAILED)
		stage_skip();
	stage_fill(at, 64 * KIB);
	ask(stage, end - 128 * KIB, 192 * KIB);
}

/* The call also unmaps the mapping before it. */
static void up_to_the_librarys_own(struct stage *stage)
{
	uintptr_t start = (uintptr_t)stage->space->table;
	char *at = valimit_mmap((void *)(start - 64 * KIB), 64 * KIB, RW,
				MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);

	if (at == MAP_FAILED)
		stage_skip();
	stage_fill(at, 64 * KIB);
	ask(stage, start - 64 * KIB, 128 * KIB);
}

static void the_unseen(struct stage *stage)
{
	ask(stage, (uintptr_t)stage_unseen(stage_free_place(stage, 64 * KIB), 64 * KIB, RW), 64 * KIB);
}

/* As the call's other threads leave it: its ticket is an old one. */
static void disturbed(struct stage *stage)
{
	whole(stage);
	stage->space->stale = STALE_MISSED;
}

const struct scene scenes_free[] = {
	{ "munmap", whole, false },
	{ "munmap of the middle", middle, false },
	{ "munmap of many", many, false },
	{ "munmap of nothing", nothing, false },
	{ "munmap of a host's", a_hosts, false },
	{ "munmap of the middle of a host's", the_middle_of_a_hosts, false },
	{ "munmap over the bound", over_the_bound, false },
	{ "munmap outside", outside, false },
	{ "munmap of a stack", a_stack, false },
	{ "munmap of the unseen", the_unseen, false },
	{ "munmap of what was there before", what_was_there_before, false },
	{ "munmap of the library's own", the_librarys_own, false },
	{ "munmap up to the library's own", up_to_the_librarys_own, false },
	{ "munmap when the table is stale", disturbed, false },
	{ "munmap in a raw clone's child", whole, true },
	{ 0 }
};
