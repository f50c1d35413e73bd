/* SPDX-License-Identifier: MIT */
/* mremap: a mapping that grows where it is, and mappings that have to move. */
#include "workload.h"

#define STEPS 500
#define STEP (64 * KIB)

static char *chain;
static uintptr_t page;

/* Free room above the chain, so that it can stay. */
static void chain_prepare(size_t size)
{
	(void)size;
	chain = must_map((STEPS + 2) * STEP, PROT_READ, 0);
	must_unmap(chain + STEP, (STEPS + 1) * STEP);
}

static void chain_slice(void)
{
	for (size_t i = 1; i <= STEPS; i++)
		if (mremap(chain, i * STEP, (i + 1) * STEP, MREMAP_MAYMOVE) != chain)
			die("mremap does not grow in place");
}

static void chain_restore(void)
{
	if (mremap(chain, (STEPS + 1) * STEP, STEP, 0) != chain)
		die("mremap does not shrink in place");
}

const struct workload remap_inplace = {
	.name = "remap_inplace",
	.operations = STEPS,
	.prepare = chain_prepare,
	.slice = chain_slice,
	.restore = chain_restore,
};

static char *field;
static void *moved[STEPS];

/* Every other page of a field moves: the page above is in the way. */
static void field_prepare(size_t size)
{
	(void)size;
	page = page_size();
	field = must_map(2 * STEPS * page, PROT_READ, 0);
	for (size_t i = 0; i < STEPS; i++)
		mprotect(field + (2 * i + 1) * page, page, PROT_NONE);
}

static void field_slice(void)
{
	for (size_t i = 0; i < STEPS; i++) {
		char *from = field + 2 * i * page;

		moved[i] = mremap(from, page, 2 * page, MREMAP_MAYMOVE);
		if (moved[i] == MAP_FAILED || moved[i] == from)
			die("mremap does not move");
	}
}

static void field_restore(void)
{
	for (size_t i = 0; i < STEPS; i++)
		must_unmap(moved[i], 2 * page);
	must_unmap(field, 2 * STEPS * page);
	field_prepare(0);
}

const struct workload remap_move = {
	.name = "remap_move",
	.operations = STEPS,
	.prepare = field_prepare,
	.slice = field_slice,
	.restore = field_restore,
};
