/* SPDX-License-Identifier: MIT */
#include "usage.h"

#include "lock.h"
#include "sys/maps.h"

struct usage_reading {
	const struct space *space;
	struct spans spans;
	struct usage *usage;
	uintptr_t free; /* end of the previous mapping */
};

static void note_gap(const struct usage_reading *reading, uintptr_t end)
{
	for (int i = 0; i < reading->spans.count; i++) {
		struct span gap = span_cut((struct span){ reading->free, end },
					   reading->spans.at[i]);

		if (span_empty(gap))
			continue;
		reading->usage->gaps++;
		if (gap.end - gap.start > reading->usage->largest_gap)
			reading->usage->largest_gap = gap.end - gap.start;
	}
}

/* Whether the line is the reserve at the window's top, which counts as free; the kernel may
 * have merged it with the fence behind it. */
static bool is_edge(const struct usage_reading *reading, const struct procmaps_line *line)
{
	const struct table *table = reading->space->table;

	return table->edge && line->start >= table->edge && line->start < table->edge_end;
}

static long use_line(const struct procmaps_line *line, void *context)
{
	struct usage_reading *reading = context;

	if (is_edge(reading, line)) {
		note_gap(reading, reading->space->table->edge_end);
		reading->free = line->end;
		return 0;
	}
	note_gap(reading, line->start);
	for (int i = 0; i < reading->spans.count; i++) {
		struct span used = span_cut((struct span){ line->start, line->end },
					    reading->spans.at[i]);

		if (!span_empty(used))
			reading->usage->mapped += used.end - used.start;
	}
	reading->free = line->end;
	return 0;
}

long usage_window(const struct space *space, struct usage *usage)
{
	struct usage_reading reading = {
		.space = space,
		.spans = space_spans(space),
		.usage = usage,
	};
	long result;

	*usage = (struct usage){ .size = 0 };
	for (int i = 0; i < reading.spans.count; i++)
		usage->size += reading.spans.at[i].end - reading.spans.at[i].start;
	result = maps_each(use_line, &reading);
	if (result >= 0)
		note_gap(&reading, UINTPTR_MAX);
	return result;
}

static uint64_t reserved_inside(const struct space *space, const struct entry *entry)
{
	struct spans spans = space_spans(space);
	uint64_t sum = 0;

	for (int i = 0; i < spans.count; i++) {
		struct span part = span_cut((struct span){ entry->start, entry->end }, spans.at[i]);

		sum += span_empty(part) ? 0 : part.end - part.start;
	}
	return sum;
}

bool usage_table(struct space *space, struct census *census)
{
	const struct tree *tree = &space->table->tree;
	struct entry entry;

	*census = (struct census){ .intervals = 0 };
	if (!lock_table(space))
		return false;
	census->table_bytes = (uint64_t)tree->used * TREE_BLOCK_SIZE + 2 * space->page;
	for (struct cursor at = tree_first(tree); tree_entry(tree, at, &entry);
	     at = tree_next(tree, at)) {
		census->intervals++;
		if (entry.info.kind == KIND_RESERVED)
			census->reserved_inside += reserved_inside(space, &entry);
		census->bytes[entry.info.kind] += entry.end - entry.start;
	}
	unlock_table(space);
	return true;
}
