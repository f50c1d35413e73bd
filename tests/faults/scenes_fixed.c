/* SPDX-License-Identifier: MIT */
/* mmap at an address that the caller demands. */
#include "../guest/guest.h"

#include "stage.h"

#include <netinet/in.h>
#include <sys/socket.h>

#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)
#define RW (PROT_READ | PROT_WRITE)

static void ask(struct stage *stage, uintptr_t address, size_t length, int flags)
{
	stage->call = (struct fault_call){ .kind = DO_MMAP, .address = address, .length = length,
				     .prot = RW, .flags = flags, .fd = -1 };
}

static void over_one(struct stage *stage)
{
	ask(stage, (uintptr_t)stage_map(stage, 0, 64 * KIB, 0), 64 * KIB, ANON | MAP_FIXED);
}

static void over_part(struct stage *stage)
{
	ask(stage, (uintptr_t)stage_map(stage, 0, 64 * KIB, 0) + 16 * KIB, 32 * KIB,
	    ANON | MAP_FIXED);
}

/* Three of different protections, and a hole. */
static char *several(struct stage *stage)
{
	char *at = stage_map(stage, 0, 64 * KIB, 0);

	if (mprotect(at + 16 * KIB, 16 * KIB, PROT_READ) ||
	    mprotect(at + 32 * KIB, 16 * KIB, PROT_NONE))
		die("preparation: mprotect");
	return at;
}

static void over_several(struct stage *stage)
{
	ask(stage, (uintptr_t)several(stage) + 4 * KIB, 48 * KIB, ANON | MAP_FIXED);
}

static void on_free_room(struct stage *stage)
{
	ask(stage, stage_free_place(stage, 64 * KIB), 64 * KIB, ANON | MAP_FIXED);
}

static void by_a_file(struct stage *stage)
{
	ask(stage, (uintptr_t)several(stage), 64 * KIB, MAP_SHARED | MAP_FIXED);
	stage->call.fd = stage_file(64 * KIB);
}

static void by_a_private_file(struct stage *stage)
{
	ask(stage, (uintptr_t)several(stage), 64 * KIB, MAP_PRIVATE | MAP_FIXED);
	stage->call.fd = stage_file(64 * KIB);
}

static void by_a_file_full(struct stage *stage)
{
	by_a_file(stage);
	stage_fill_window();
}

static void by_shared_memory(struct stage *stage)
{
	ask(stage, (uintptr_t)several(stage), 64 * KIB, MAP_SHARED | MAP_ANONYMOUS | MAP_FIXED);
}

/* The kernel refuses a socket only after it has unmapped. */
static void by_a_socket(struct stage *stage)
{
	ask(stage, (uintptr_t)several(stage) + 4 * KIB, 48 * KIB, MAP_SHARED | MAP_FIXED);
	stage->call.fd = socket(AF_INET, SOCK_STREAM, 0);
}

static void by_a_socket_full(struct stage *stage)
{
	by_a_socket(stage);
	stage_fill_window();
}

static void over_the_unseen(struct stage *stage)
{
	char *at = stage_unseen(stage_free_place(stage, 64 * KIB), 64 * KIB, RW);

	stage_fill(at, 64 * KIB);
	ask(stage, (uintptr_t)at, 64 * KIB, MAP_SHARED | MAP_FIXED);
	stage->call.fd = stage_file(64 * KIB);
}

static void noreplace_free(struct stage *stage)
{
	ask(stage, stage_free_place(stage, 64 * KIB), 64 * KIB, ANON | MAP_FIXED_NOREPLACE);
}

static void noreplace_taken(struct stage *stage)
{
	ask(stage, (uintptr_t)stage_map(stage, 0, 64 * KIB, 0) + 32 * KIB, 64 * KIB,
	    ANON | MAP_FIXED_NOREPLACE);
}

static void outside(struct stage *stage)
{
	ask(stage, 0x500000000, 64 * KIB, ANON | MAP_FIXED);
}

static void outside_over_a_host(struct stage *stage)
{
	ask(stage, (uintptr_t)stage_host(stage, 64 * KIB), 64 * KIB, MAP_SHARED | MAP_FIXED);
	stage->call.fd = stage_file(64 * KIB);
	stage->call.host = true;
}

static void noreplace_outside(struct stage *stage)
{
	ask(stage, 0x500000000, 64 * KIB, ANON | MAP_FIXED_NOREPLACE);
}

static void noreplace_outside_taken(struct stage *stage)
{
	ask(stage, (uintptr_t)stage_host(stage, 64 * KIB) + 32 * KIB, 64 * KIB,
	    ANON | MAP_FIXED_NOREPLACE);
}

static void over_the_bound(struct stage *stage)
{
	ask(stage, stage->space->table->lower - 64 * KIB, 128 * KIB, ANON | MAP_FIXED);
}

static void noreplace_over_the_bound(struct stage *stage)
{
	ask(stage, stage->space->table->lower - 64 * KIB, 128 * KIB, ANON | MAP_FIXED_NOREPLACE);
}

static void noreplace_a_file_outside(struct stage *stage)
{
	ask(stage, 0x500000000, 64 * KIB, MAP_SHARED | MAP_FIXED_NOREPLACE);
	stage->call.fd = stage_file(64 * KIB);
}

static void over_the_librarys_own(struct stage *stage)
{
	ask(stage, (uintptr_t)stage->space->table, 64 * KIB, ANON | MAP_FIXED);
}

static void over_the_middle_of_the_librarys_own(struct stage *stage)
{
	ask(stage, (uintptr_t)stage->space->table + MIB, 64 * KIB, ANON | MAP_FIXED);
}

const struct scene scenes_fixed[] = {
	{ "MAP_FIXED over one", over_one, false },
	{ "MAP_FIXED over a part", over_part, false },
	{ "MAP_FIXED over several", over_several, false },
	{ "MAP_FIXED on free room", on_free_room, false },
	{ "MAP_FIXED of a file", by_a_file, false },
	{ "MAP_FIXED of a private file", by_a_private_file, false },
	{ "MAP_FIXED of a file, window full", by_a_file_full, false },
	{ "MAP_FIXED of shared memory", by_shared_memory, false },
	{ "MAP_FIXED of a socket", by_a_socket, false },
	{ "MAP_FIXED of a socket, window full", by_a_socket_full, false },
	{ "MAP_FIXED over the unseen", over_the_unseen, false },
	{ "MAP_FIXED outside", outside, false },
	{ "MAP_FIXED over a host's", outside_over_a_host, false },
	{ "MAP_FIXED over the bound", over_the_bound, false },
	{ "MAP_FIXED over the library's own", over_the_librarys_own, false },
	{ "MAP_FIXED over the middle of it", over_the_middle_of_the_librarys_own, false },
	{ "NOREPLACE on free room", noreplace_free, false },
	{ "NOREPLACE over something", noreplace_taken, false },
	{ "NOREPLACE outside", noreplace_outside, false },
	{ "NOREPLACE over a host's", noreplace_outside_taken, false },
	{ "NOREPLACE over the bound", noreplace_over_the_bound, false },
	{ "NOREPLACE of a file outside", noreplace_a_file_outside, false },
	{ 0 }
};
