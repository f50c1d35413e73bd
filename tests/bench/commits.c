/* SPDX-License-Identifier: MIT */
/* MAP_FIXED over a reservation, as a virtual machine's heap commits and
 * uncommits; and calls of hosts and guests in turns. */
#include "workload.h"

#include <dlfcn.h>

#define OPERATIONS 500
#define CHUNK (64 * KIB)
#define CHUNKS 4096

static char *heap;
static bool committed[CHUNKS];
static uint64_t dice = DICE_SEED;

static void heap_prepare(size_t size)
{
	(void)size;
	heap = must_map(CHUNKS * CHUNK, PROT_NONE, 0);
}

static void heap_slice(void)
{
	for (int i = 0; i < OPERATIONS; i++) {
		size_t chunk = dice_roll(&dice) % CHUNKS;
		char *at = heap + chunk * CHUNK;
		int prot = committed[chunk] ? PROT_NONE : PROT_READ | PROT_WRITE;

		committed[chunk] = !committed[chunk];
		if (mmap(at, CHUNK, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED,
			 -1, 0) != at)
			die("MAP_FIXED: %s", strerror(errno));
	}
}

const struct workload commits = {
	.name = "commits",
	.operations = OPERATIONS,
	.prepare = heap_prepare,
	.slice = heap_slice,
};

static int program;

static void loads_prepare(size_t size)
{
	heap_prepare(size);
	program = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	if (program < 0)
		die("cannot open the program: %s", strerror(errno));
}

/* As a loader of programs does it. */
static void loads_slice(void)
{
	for (int i = 0; i < OPERATIONS; i++) {
		char *at = heap + dice_roll(&dice) % CHUNKS * CHUNK;

		if (mmap(at, CHUNK, PROT_READ, MAP_PRIVATE | MAP_FIXED, program, 0) != at)
			die("MAP_FIXED of a file: %s", strerror(errno));
	}
}

const struct workload loads = {
	.name = "loads",
	.operations = OPERATIONS,
	.prepare = loads_prepare,
	.slice = loads_slice,
};

#define LIVE 1000

static struct slot *host, *guest;
static void (*host_enter)(void);
static int (*host_leave)(void);

static void no_enter(void)
{
}

static int no_leave(void)
{
	return 0;
}

/* Without the library there are no hosts, and the calls are the same. */
struct slot *slots_make_host(size_t count, uint64_t *state)
{
	void *enter = dlsym(RTLD_DEFAULT, "valimit_host_enter");
	void *leave = dlsym(RTLD_DEFAULT, "valimit_host_leave");
	struct slot *made;

	host_enter = enter ? (void (*)(void))enter : no_enter;
	host_leave = leave ? (int (*)(void))leave : no_leave;
	host_enter();
	made = slots_make(count, state);
	host_leave();
	return made;
}

static void scopes_prepare(size_t size)
{
	(void)size;
	guest = slots_make(LIVE, &dice);
	host = slots_make_host(LIVE, &dice);
}

static void scopes_slice(void)
{
	for (int i = 0; i < OPERATIONS / 2; i++) {
		slot_replace(guest, LIVE, &dice);
		host_enter();
		slot_replace(host, LIVE, &dice);
		host_leave();
	}
}

const struct workload scopes = {
	.name = "scopes",
	.operations = OPERATIONS,
	.prepare = scopes_prepare,
	.slice = scopes_slice,
};
