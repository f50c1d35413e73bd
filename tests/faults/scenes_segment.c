/* SPDX-License-Identifier: MIT */
/* shmat, shmdt. */
#include "../guest/guest.h"

#include "stage.h"
#include "valimit.h"

#include <sys/shm.h>

#define SIZE STAGE_SEGMENT

static void ask(struct stage *stage, uintptr_t address, int flags)
{
	stage->call = (struct fault_call){ .kind = DO_SHMAT, .address = address, .length = SIZE,
				     .fd = stage->segment, .flags = flags };
}

static char *attach(struct stage *stage, uintptr_t address)
{
	char *at = valimit_shmat(stage->segment, (void *)address, 0);

	if (at == (void *)-1 && stage->space->table->fence == FENCE_SEALED)
		stage_skip();
	if (at == (void *)-1)
		die("preparation: shmat: %s", strerrorname_np(errno));
	stage_fill(at, SIZE);
	return at;
}

static void anywhere(struct stage *stage)
{
	ask(stage, 0, 0);
}

static void at_a_place(struct stage *stage)
{
	ask(stage, stage_free_place(stage, SIZE), 0);
}

static void at_a_taken_place(struct stage *stage)
{
	ask(stage, (uintptr_t)stage_map(stage, 0, SIZE, 0), 0);
}

static void over_something(struct stage *stage)
{
	ask(stage, (uintptr_t)stage_map(stage, 0, SIZE, 0), SHM_REMAP);
}

static void outside(struct stage *stage)
{
	ask(stage, 0x500000000, 0);
}

static void of_a_host(struct stage *stage)
{
	ask(stage, 0, 0);
	stage->call.host = true;
}

static void in_a_range(struct stage *stage)
{
	ask(stage, 0, 0);
	stage->call.begin = 0x500000000;
	stage->call.end = 0x600000000;
}

static void past_the_unseen(struct stage *stage)
{
	stage_unseen(stage_free_place(stage, SIZE), SIZE, PROT_READ);
	ask(stage, 0, 0);
}

static void with_a_hole_in_the_fence(struct stage *stage)
{
	ask(stage, 0, 0);
	stage_open_fence(stage);
}

static void in_a_full_window(struct stage *stage)
{
	stage_fill_window();
	ask(stage, 0, 0);
}

static void detach_at(struct stage *stage, uintptr_t address)
{
	char *at = attach(stage, address);

	stage->call = (struct fault_call){ .kind = DO_SHMDT, .address = (uintptr_t)at, .length = SIZE };
}

static void detach(struct stage *stage)
{
	detach_at(stage, 0);
}

static void detach_the_rest(struct stage *stage)
{
	detach(stage);
	if (valimit_munmap((char *)stage->call.address + 16 * KIB, 16 * KIB))
		die("preparation: munmap");
}

static void detach_outside(struct stage *stage)
{
	detach_at(stage, 0x500000000);
}

static void detach_nothing(struct stage *stage)
{
	stage->call = (struct fault_call){ .kind = DO_SHMDT, .length = SIZE,
				     .address = (uintptr_t)stage_map(stage, 0, SIZE, 0) };
}

const struct scene scenes_segment[] = {
	{ "shmat", anywhere, false },
	{ "shmat at a place", at_a_place, false },
	{ "shmat at a taken place", at_a_taken_place, false },
	{ "shmat over something", over_something, false },
	{ "shmat outside", outside, false },
	{ "shmat of a host", of_a_host, false },
	{ "shmat_range", in_a_range, false },
	{ "shmat past the unseen", past_the_unseen, false },
	{ "shmat in a full window", in_a_full_window, false },
	{ "shmat with a hole in the fence", with_a_hole_in_the_fence, false },
	{ "shmdt", detach, false },
	{ "shmdt of what is left", detach_the_rest, false },
	{ "shmdt outside", detach_outside, false },
	{ "shmdt of nothing", detach_nothing, false },
	{ 0 }
};
