/* SPDX-License-Identifier: MIT */
/*
 * A peer: placement by reading /proc/self/maps at each call, as small shims do
 * it. The first gap from the bottom of 4 GiB, so most often it need not read
 * all of the file.
 */
#include "workload.h"

#define OPERATIONS 20
#define LOWER (4 * GIB)
#define UPPER (8 * GIB)

static struct slot *slots;
static size_t slot_count;
static uint64_t dice = DICE_SEED;

static uintptr_t find_gap(size_t length)
{
	uintptr_t free = LOWER;
	char *line;

	maps_open("/proc/self/maps");
	while ((line = maps_line())) {
		uintptr_t start = strtoul(line, &line, 16), end = strtoul(line + 1, NULL, 16);

		if (start >= free + length)
			break;
		if (end > free)
			free = end;
	}
	maps_close();
	if (free + length > UPPER)
		die("no gap");
	return free;
}

static void slot_map(struct slot *slot, size_t index)
{
	slot->length = slot_length(&dice);
	slot->at = mmap((void *)find_gap(slot->length), slot->length, slot_prot(index),
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED_NOREPLACE, -1, 0);
	if (slot->at == MAP_FAILED)
		die("mmap in a gap: %s", strerror(errno));
}

/* The first ones without a search, which would take minutes. */
static void prepare(size_t size)
{
	char *next = (char *)LOWER;

	slots = must_alloc(size, sizeof(*slots));
	slot_count = size;
	for (size_t i = 0; i < size; i++) {
		slots[i].length = slot_length(&dice);
		slots[i].at = mmap(next, slots[i].length, slot_prot(i),
				   MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE |
					   MAP_FIXED_NOREPLACE,
				   -1, 0);
		if (slots[i].at != next)
			die("mmap in a row: %s", strerror(errno));
		next += slots[i].length;
	}
}

static void slice(void)
{
	for (int i = 0; i < OPERATIONS; i++) {
		size_t index = dice_roll(&dice) % slot_count;

		must_unmap(slots[index].at, slots[index].length);
		slot_map(&slots[index], index);
	}
}

const struct workload churn_scan = {
	.name = "churn_scan",
	.operations = OPERATIONS,
	.prepare = prepare,
	.slice = slice,
};
