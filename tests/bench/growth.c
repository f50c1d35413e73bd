/* SPDX-License-Identifier: MIT */
/* Mappings in a row, and large ones. */
#include "workload.h"

#define ROW 500
#define ROUNDS 200

static void *row[ROW];

static void nothing(size_t size)
{
	(void)size;
}

static void row_slice(void)
{
	for (int i = 0; i < ROW; i++)
		row[i] = must_map(64 * KIB, i % 2 ? PROT_READ : PROT_NONE, 0);
}

static void row_restore(void)
{
	for (int i = 0; i < ROW; i++)
		must_unmap(row[i], 64 * KIB);
}

const struct workload growth = {
	.name = "growth",
	.operations = ROW,
	.prepare = nothing,
	.slice = row_slice,
	.restore = row_restore,
};

static void big_slice(void)
{
	for (int i = 0; i < ROUNDS; i++)
		must_unmap(must_map(6 * GIB, PROT_READ, 0), 6 * GIB);
}

const struct workload big = {
	.name = "big",
	.operations = ROUNDS,
	.prepare = nothing,
	.slice = big_slice,
};

/* Touched here and there, so that there is something to take away. */
static void large_restore(void)
{
	char *at = area_map(NULL, 256 * MIB, PROT_READ | PROT_WRITE);

	madvise(at, 256 * MIB, MADV_NOHUGEPAGE);
	for (size_t offset = 0; offset < 256 * MIB; offset += 2 * MIB)
		at[offset] = 1;
	row[0] = at;
}

static void large_prepare(size_t size)
{
	(void)size;
	large_restore();
}

static void large_slice(void)
{
	area_unmap(row[0], 256 * MIB);
}

const struct workload unmap_large = {
	.name = "unmap_large",
	.operations = 1,
	.prepare = large_prepare,
	.slice = large_slice,
	.restore = large_restore,
};
