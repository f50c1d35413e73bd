/* SPDX-License-Identifier: MIT */
/*
 * What calls would cost if a library that only passes them on named an address that is
 * likely free, so that the kernel need not search; and if it took several unmappings for
 * one. DECISIONS.md has what came of it.
 */
#include "workload.h"

#define OPERATIONS 500
#define BATCH 8
#define LENGTH (64 * KIB)

static struct slot *slots;
static size_t slot_count;
static uint64_t dice = DICE_SEED;
static char *row[OPERATIONS];

static char *map_near(void *hint, size_t length, int prot)
{
	char *at = mmap(hint, length, prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (at == MAP_FAILED)
		die("mmap with a hint: %s", strerror(errno));
	return at;
}

static void prepare(size_t size)
{
	slots = slots_make(size, &dice);
	slot_count = size;
}

/* Where something was just unmapped: so that the new mapping ends where that ended. */
static void hole_slice(void)
{
	for (int i = 0; i < OPERATIONS; i++) {
		size_t index = dice_roll(&dice) % slot_count;
		struct slot *slot = &slots[index];
		char *end = (char *)slot->at + slot->length;

		must_unmap(slot->at, slot->length);
		slot->length = slot_length(&dice);
		slot->at = map_near(end - slot->length, slot->length, slot_prot(index));
	}
}

const struct workload hint_hole = {
	.name = "hint_hole",
	.operations = OPERATIONS,
	.prepare = prepare,
	.slice = hole_slice,
};

static void no_prepare(size_t size)
{
	(void)size;
}

static void below_slice(void)
{
	char *last = NULL;

	for (int i = 0; i < OPERATIONS; i++)
		last = row[i] = map_near(last ? last - LENGTH : NULL, LENGTH,
					 i % 2 ? PROT_READ : PROT_NONE);
}

static void row_restore(void)
{
	for (int i = 0; i < OPERATIONS; i++)
		must_unmap(row[i], LENGTH);
}

/* As growth, each just below the last. */
const struct workload hint_below = {
	.name = "hint_below",
	.operations = OPERATIONS,
	.prepare = no_prepare,
	.slice = below_slice,
	.restore = row_restore,
};

static void row_make(void)
{
	char *at = must_map(OPERATIONS * LENGTH, PROT_NONE, 0);

	for (int i = 0; i < OPERATIONS; i++) {
		row[i] = at + (size_t)i * LENGTH;
		if (mprotect(row[i], LENGTH, slot_prot((size_t)i)))
			die("mprotect: %s", strerror(errno));
	}
}

static void row_prepare(size_t size)
{
	(void)size;
	row_make();
}

static void unmap_each(void)
{
	for (int i = 0; i < OPERATIONS; i++)
		must_unmap(row[i], LENGTH);
}

/* Neighbours, one after the other. */
const struct workload unmap_row = {
	.name = "unmap_row",
	.operations = OPERATIONS,
	.prepare = row_prepare,
	.slice = unmap_each,
	.restore = row_make,
};

static void unmap_batches(void)
{
	for (int i = 0; i < OPERATIONS; i += BATCH) {
		int count = i + BATCH <= OPERATIONS ? BATCH : OPERATIONS - i;

		must_unmap(row[i], (size_t)count * LENGTH);
	}
}

/* Unmaps so many neighbours by one call. */
const struct workload unmap_batch = {
	.name = "unmap_batch",
	.operations = OPERATIONS,
	.prepare = row_prepare,
	.slice = unmap_batches,
	.restore = row_make,
};
