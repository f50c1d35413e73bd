/* SPDX-License-Identifier: MIT */
/* Reservations of the program's own, inside the window and outside. */
#include "../guest/guest.h"

#include "stage.h"
#include "valimit.h"

#include <sys/shm.h>

#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define RW (PROT_READ | PROT_WRITE)
#define SIZE MIB
#define OUTSIDE 0x180000000UL /* of the windows of all beds but of none */

static uintptr_t reserved(uintptr_t at)
{
	if (valimit_reserve((void *)at, (void *)(at + SIZE))) {
		if (errno == EPERM)
			stage_skip();
		die("preparation: valimit_reserve: %s", strerrorname_np(errno));
	}
	return at;
}

/* Without the kernel's list it is not known what is in a hole, nor that it is one. */
static void need_list(const struct stage *stage)
{
	if (!stage->space->kernel.listed)
		stage_skip();
}

static uintptr_t inside(struct stage *stage)
{
	return reserved(stage_free_place(stage, SIZE));
}

static uintptr_t outside(struct stage *stage)
{
	(void)stage;
	return reserved(OUTSIDE);
}

static void ask(struct stage *stage, uintptr_t address, size_t length, int flags)
{
	stage->call = (struct fault_call){ .kind = DO_MMAP, .address = address, .length = length,
				     .prot = RW, .flags = flags, .fd = -1 };
}

/* A mapping in the middle, which the library knows. */
static char *mapped(struct stage *stage, uintptr_t at)
{
	return stage_map(stage, at + SIZE / 2, 64 * KIB, MAP_FIXED);
}

static void range_at(struct stage *stage, uintptr_t at)
{
	mapped(stage, at);
	ask(stage, 0, 64 * KIB, ANON);
	stage->call.begin = at;
	stage->call.end = at + SIZE;
}

static void range_inside(struct stage *stage)
{
	range_at(stage, inside(stage));
}

static void range_outside(struct stage *stage)
{
	range_at(stage, outside(stage));
}

static void file_in_range(struct stage *stage)
{
	range_at(stage, inside(stage));
	stage->call.flags = MAP_SHARED;
	stage->call.fd = stage_file(64 * KIB);
}

static void over_the_unseen(struct stage *stage)
{
	uintptr_t at = inside(stage);

	stage_fill(stage_unseen(at + SIZE - 64 * KIB, 64 * KIB, RW), 64 * KIB);
	ask(stage, 0, 64 * KIB, ANON);
	stage->call.begin = at;
	stage->call.end = at + SIZE;
}

static void fixed_inside(struct stage *stage)
{
	uintptr_t at = inside(stage);

	mapped(stage, at);
	ask(stage, at + SIZE / 2 - 64 * KIB, 128 * KIB, ANON | MAP_FIXED);
}

static void fixed_file_outside(struct stage *stage)
{
	ask(stage, outside(stage), 64 * KIB, MAP_SHARED | MAP_FIXED);
	stage->call.fd = stage_file(64 * KIB);
}

static void free_of(struct stage *stage, uintptr_t at, size_t length)
{
	stage->call = (struct fault_call){ .kind = DO_MUNMAP, .address = at, .length = length };
}

static void unmapped_inside(struct stage *stage)
{
	free_of(stage, (uintptr_t)mapped(stage, inside(stage)) + 16 * KIB, 32 * KIB);
}

static void unmapped_outside(struct stage *stage)
{
	free_of(stage, (uintptr_t)mapped(stage, outside(stage)), 64 * KIB);
}

static void unmapped_across_its_end(struct stage *stage)
{
	uintptr_t at = reserved(stage_free_place(stage, 2 * SIZE));

	need_list(stage);

	stage_map(stage, at + SIZE - 64 * KIB, 128 * KIB, MAP_FIXED);
	free_of(stage, at + SIZE - 64 * KIB, 128 * KIB);
}

static void move(struct stage *stage, char *at, size_t new_length, int flags)
{
	stage->call = (struct fault_call){ .kind = DO_MREMAP, .address = (uintptr_t)at,
				     .length = 64 * KIB, .new_length = new_length, .flags = flags };
}

static void grown_inside(struct stage *stage)
{
	move(stage, mapped(stage, inside(stage)), 128 * KIB, 0);
}

static void grown_outside(struct stage *stage)
{
	move(stage, mapped(stage, outside(stage)), 128 * KIB, 0);
}

static void shrunk_inside(struct stage *stage)
{
	move(stage, mapped(stage, inside(stage)), 16 * KIB, 0);
}

static void moved_in(struct stage *stage)
{
	uintptr_t at = inside(stage);

	move(stage, stage_map(stage, 0, 64 * KIB, 0), 128 * KIB, MREMAP_MAYMOVE);
	stage->call.begin = at;
	stage->call.end = at + SIZE;
}

static void moved_out(struct stage *stage)
{
	char *to = stage_map(stage, 0, 64 * KIB, 0);

	need_list(stage);
	move(stage, mapped(stage, inside(stage)), 64 * KIB, MREMAP_MAYMOVE | MREMAP_FIXED);
	stage->call.to = (uintptr_t)to;
}

static void attached_inside(struct stage *stage)
{
	uintptr_t at = inside(stage);

	stage->call = (struct fault_call){ .kind = DO_SHMAT, .fd = stage->segment,
				     .length = STAGE_SEGMENT, .begin = at, .end = at + SIZE };
}

static void detached_inside(struct stage *stage)
{
	uintptr_t at = inside(stage);

	need_list(stage);

	char *segment = shmat_range(stage->segment, (void *)at, (void *)(at + SIZE), 0);

	if (segment == MAP_FAILED)
		die("preparation: shmat_range: %s", strerrorname_np(errno));
	stage_fill(segment, STAGE_SEGMENT);
	stage->call = (struct fault_call){ .kind = DO_SHMDT, .address = (uintptr_t)segment,
				     .length = STAGE_SEGMENT };
}

static void span_of(struct stage *stage, enum act kind, uintptr_t begin, uintptr_t end)
{
	stage->call = (struct fault_call){ .kind = kind, .begin = begin, .end = end };
}

static void made_inside(struct stage *stage)
{
	uintptr_t at = stage_free_place(stage, SIZE);

	span_of(stage, DO_RESERVE, at, at + SIZE);
}

static void made_outside(struct stage *stage)
{
	span_of(stage, DO_RESERVE, OUTSIDE, OUTSIDE + SIZE);
}

static void grown_by_a_half(struct stage *stage)
{
	uintptr_t at = outside(stage);

	mapped(stage, at);
	span_of(stage, DO_RESERVE, at - SIZE / 2, at + SIZE + SIZE / 2);
}

static void made_over_something(struct stage *stage)
{
	char *at = stage_map(stage, 0, 64 * KIB, 0);

	span_of(stage, DO_RESERVE, (uintptr_t)at - SIZE, (uintptr_t)at + 64 * KIB);
}

static void ended_inside(struct stage *stage)
{
	uintptr_t at = inside(stage);

	need_list(stage);
	mapped(stage, at);
	span_of(stage, DO_RELEASE, at, at + SIZE);
}

static void carved_outside(struct stage *stage)
{
	uintptr_t at = outside(stage);

	need_list(stage);
	mapped(stage, at);
	span_of(stage, DO_RELEASE, at + SIZE / 4, at + SIZE - SIZE / 4);
}

const struct scene scenes_reserve[] = {
	{ "reserved: mmap_range inside", range_inside, false },
	{ "reserved: mmap_range outside", range_outside, false },
	{ "reserved: mmap_range of a file", file_in_range, false },
	{ "reserved: mmap_range past the unseen", over_the_unseen, false },
	{ "reserved: fixed inside", fixed_inside, false },
	{ "reserved: a fixed file outside", fixed_file_outside, false },
	{ "reserved: munmap inside", unmapped_inside, false },
	{ "reserved: munmap outside", unmapped_outside, false },
	{ "reserved: munmap across the end", unmapped_across_its_end, false },
	{ "reserved: growth inside", grown_inside, false },
	{ "reserved: growth outside", grown_outside, false },
	{ "reserved: a shrink inside", shrunk_inside, false },
	{ "reserved: a move into it", moved_in, false },
	{ "reserved: a move out of it", moved_out, false },
	{ "reserved: shmat_range inside", attached_inside, false },
	{ "reserved: shmdt inside", detached_inside, false },
	{ "reserved: in a child without handlers", range_inside, true },
	{ "reserve inside", made_inside, false },
	{ "reserve outside", made_outside, false },
	{ "reserve what grows", grown_by_a_half, false },
	{ "reserve what is taken", made_over_something, false },
	{ "release inside", ended_inside, false },
	{ "release a part outside", carved_outside, false },
	{ 0 }
};
