/* SPDX-License-Identifier: MIT */
#include "summary.h"

#include "size.h"
#include "tree.h"

static uint64_t all_calls(const struct table *table)
{
	uint64_t sum = 0;

	for (enum call_name name = 0; name < CALLS; name++)
		sum += summary_calls(table, name);
	return sum;
}

/* The parts may exceed the whole, since other threads count meanwhile. */
static uint64_t less(uint64_t whole, uint64_t part)
{
	return whole > part ? whole - part : 0;
}

bool summary_figure(const struct table *table, unsigned int number, struct figure *figure)
{
	const uint64_t *counter = table->counter;
	uint64_t calls = all_calls(table);
	const struct figure all[] = {
		{ "calls", "calls", UNIT_COUNT, calls },
		{ "passed_on", "passed straight to the kernel", UNIT_COUNT,
		  less(calls, table_count(&counter[COUNT_GATED])) },
		{ "host_calls", "host calls", UNIT_COUNT, table_count(&counter[COUNT_HOST]) },
		{ "retries", "retries after EEXIST", UNIT_COUNT, table_count(&counter[COUNT_RETRY]) },
		{ "learnt", "other intervals learnt", UNIT_COUNT, table_count(&counter[COUNT_LEARNT]) },
		{ "rescans", "rescans", UNIT_COUNT, table_count(&counter[COUNT_RESCAN]) },
		{ "no_space", "placements without room", UNIT_COUNT, table_count(&counter[COUNT_NOSPACE]) },
		{ "fixed_outside", "fixed outside the window", UNIT_COUNT, table_count(&counter[COUNT_OUTSIDE]) },
		{ "fixed_outside_address", "the latest of them, at", UNIT_ADDRESS, table_count(&table->outside_address) },
		{ "fixed_outside_caller", "the latest of them, called from", UNIT_ADDRESS, table_count(&table->outside_caller) },
		{ "fixed_denied", "fixed outside, denied", UNIT_COUNT, table_count(&counter[COUNT_DENIED]) },
		{ "escaped", "escapes past the fence", UNIT_COUNT, table_count(&counter[COUNT_ESCAPED]) },
		{ "without_table", "calls without the table", UNIT_COUNT,
		  table_count(&counter[COUNT_WITHOUT_TABLE]) },
		{ "forks", "forks", UNIT_COUNT, table_count(&counter[COUNT_FORK]) },
		{ "intervals", "intervals in the table", UNIT_COUNT, table->tree.entries },
		{ "height", "height of the tree", UNIT_COUNT, table->tree.height },
		{ "table_bytes", "memory of the table", UNIT_BYTES,
		  (uint64_t)table->tree.used * TREE_BLOCK_SIZE + 2 * (uint64_t)table->page_size },
	};

	if (number >= ARRAY_SIZE(all))
		return false;
	*figure = all[number];
	return true;
}

uint64_t summary_calls(const struct table *table, enum call_name name)
{
	uint64_t sum = 0;

	for (enum outcome outcome = 0; outcome < OUTCOMES; outcome++)
		sum += table_count(&table->call[name][outcome]);
	return sum;
}

void summary_value(struct fmt *fmt, const struct figure *figure)
{
	switch (figure->unit) {
	case UNIT_COUNT:
		fmt_decimal(fmt, figure->value);
		break;
	case UNIT_BYTES:
		fmt_size(fmt, figure->value);
		break;
	case UNIT_ADDRESS:
		fmt_hex(fmt, figure->value);
		break;
	}
}
