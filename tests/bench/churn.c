/* SPDX-License-Identifier: MIT */
/* A random munmap and mmap of 4 to 64 KiB among many live mappings. */
#include "workload.h"

#define OPERATIONS 500

static struct slot *slots;
static size_t slot_count;
static uint64_t dice = DICE_SEED;

size_t slot_length(uint64_t *state)
{
	return (1 + dice_roll(state) % 16) * page_size();
}

int slot_prot(size_t index)
{
	static const int prot[] = { PROT_READ, PROT_READ | PROT_WRITE, PROT_READ | PROT_EXEC,
				    PROT_NONE };

	return prot[index % 4];
}

static void slot_map(struct slot *slot, void *after, size_t index, uint64_t *state)
{
	slot->length = slot_length(state);
	slot->at = area_map(after, slot->length, slot_prot(index));
}

void slot_replace(struct slot *slot, size_t count, uint64_t *state)
{
	size_t index = dice_roll(state) % count;

	area_unmap(slot[index].at, slot[index].length);
	slot_map(&slot[index], NULL, index, state);
}

struct slot *slots_make(size_t count, uint64_t *state)
{
	struct slot *made = must_alloc(count, sizeof(*made));
	char *end = NULL;

	for (size_t i = 0; i < count; i++) {
		slot_map(&made[i], end, i, state);
		end = (char *)made[i].at + made[i].length;
	}
	return made;
}

struct slot *slots_make_apart(size_t count, uint64_t *state)
{
	struct slot *made = must_alloc(count, sizeof(*made));

	for (size_t i = 0; i < count; i++) {
		size_t length = slot_length(state);

		made[i].length = length;
		made[i].at = must_map(length + page_size(), slot_prot(i), 0);
		must_unmap((char *)made[i].at + length, page_size());
	}
	return made;
}

static void prepare(size_t size)
{
	slots = slots_make(size, &dice);
	slot_count = size;
}

static void prepare_apart(size_t size)
{
	slots = slots_make_apart(size, &dice);
	slot_count = size;
}

static void slice(void)
{
	for (int i = 0; i < OPERATIONS; i++)
		slot_replace(slots, slot_count, &dice);
}

const struct workload churn = {
	.name = "churn",
	.operations = OPERATIONS,
	.prepare = prepare,
	.slice = slice,
};

const struct workload churn_apart = {
	.name = "churn_apart",
	.operations = OPERATIONS,
	.prepare = prepare_apart,
	.slice = slice,
};
