/* SPDX-License-Identifier: MIT */
/*
 * A mapping of 1.25 GiB that the table does not know lies where the next one would go.
 * Only one call is timed; each meets an obstacle of its own.
 */
#include "peer.h"
#include "workload.h"

#define OBSTACLE (GIB + 256 * MIB)
#define WANTED (64 * KIB)
#define GAPS_MAX 1000

static char *blocked, *wanted;
static bool with_obstacle;

/* Small gaps come first: a mapping in one has to stay there. */
static void block(void)
{
	for (int i = 0; i < GAPS_MAX; i++) {
		char *next = area_map(NULL, WANTED, PROT_READ);
		bool upwards = area_peer() && area_peer()->upwards;
		uintptr_t start = (uintptr_t)next + (upwards ? 0 : WANTED - OBSTACLE);

		area_unmap(next, WANTED);
		blocked = raw_mmap(start, OBSTACLE, PROT_NONE,
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
					   MAP_FIXED_NOREPLACE);
		if (blocked != MAP_FAILED)
			return;
		if (area_peer()) /* its search may have to begin at the other end */
			area_unmap(area_map(NULL, OBSTACLE, PROT_READ), OBSTACLE);
		else
			area_map(NULL, WANTED, PROT_READ);
	}
	die("no room for an obstacle");
}

static void restore(void)
{
	if (wanted)
		area_unmap(wanted, WANTED);
	if (blocked)
		area_unmap(blocked, OBSTACLE); /* it is seen to go */
	if (with_obstacle)
		block();
}

static void prepare(size_t size)
{
	uint64_t dice = DICE_SEED;

	free(slots_make_apart(size, &dice));
	with_obstacle = true;
	block();
}

static void prepare_none(size_t size)
{
	uint64_t dice = DICE_SEED;

	free(slots_make_apart(size, &dice));
}

static void slice(void)
{
	wanted = area_map(NULL, WANTED, PROT_READ);
}

const struct workload obstacle = {
	.name = "obstacle",
	.operations = 1,
	.prepare = prepare,
	.slice = slice,
	.restore = restore,
};

const struct workload obstacle_none = {
	.name = "obstacle_none",
	.operations = 1,
	.prepare = prepare_none,
	.slice = slice,
	.restore = restore,
};

static void *attempt(uintptr_t at)
{
	return raw_mmap(at, WANTED, PROT_READ,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE);
}

/* A placement without a list of the kernel's mappings. */
static void step_slice(void)
{
	uintptr_t at = (uintptr_t)blocked + OBSTACLE - WANTED;

	while ((wanted = attempt(at)) == MAP_FAILED)
		at -= page_size();
}

const struct workload obstacle_step = {
	.name = "obstacle_step",
	.operations = 1,
	.prepare = prepare,
	.slice = step_slice,
	.restore = restore,
};

static void failure_slice(void)
{
	if (attempt((uintptr_t)blocked) != MAP_FAILED)
		die("the obstacle is gone");
}

const struct workload failure = {
	.name = "failure",
	.operations = 1,
	.prepare = prepare,
	.slice = failure_slice,
};
