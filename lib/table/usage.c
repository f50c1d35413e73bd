/* SPDX-License-Identifier: MIT */
#include "usage.h"

#include "lock.h"
#include "sys/maps.h"

struct surveyor {
	const struct space *space;
	struct spans spans;
	struct survey *survey;
	uintptr_t free; /* end of the mapping before */
};

static void note_gap(const struct surveyor *surveyor, uintptr_t end)
{
	for (int i = 0; i < surveyor->spans.count; i++) {
		struct span gap = span_cut((struct span){ surveyor->free, end },
					   surveyor->spans.at[i]);

		if (span_empty(gap))
			continue;
		surveyor->survey->gaps++;
		if (gap.end - gap.start > surveyor->survey->largest_gap)
			surveyor->survey->largest_gap = gap.end - gap.start;
	}
}

/* What is kept back of the window's top is as good as free; the kernel may have
 * merged it with the fence behind it. */
static bool is_edge(const struct surveyor *surveyor, const struct procmaps_line *line)
{
	const struct table *table = surveyor->space->table;

	return table->edge && line->start >= table->edge && line->start < table->edge_end;
}

static long use_line(const struct procmaps_line *line, void *context)
{
	struct surveyor *surveyor = context;

	if (is_edge(surveyor, line)) {
		note_gap(surveyor, surveyor->space->table->edge_end);
		surveyor->free = line->end;
		return 0;
	}
	note_gap(surveyor, line->start);
	for (int i = 0; i < surveyor->spans.count; i++) {
		struct span used = span_cut((struct span){ line->start, line->end },
					    surveyor->spans.at[i]);

		if (!span_empty(used))
			surveyor->survey->mapped += used.end - used.start;
	}
	surveyor->free = line->end;
	return 0;
}

long survey_window(const struct space *space, struct survey *survey)
{
	struct surveyor surveyor = {
		.space = space,
		.spans = space_spans(space),
		.survey = survey,
	};
	long result;

	*survey = (struct survey){ .size = 0 };
	for (int i = 0; i < surveyor.spans.count; i++)
		survey->size += surveyor.spans.at[i].end - surveyor.spans.at[i].start;
	result = maps_each(use_line, &surveyor);
	if (result >= 0)
		note_gap(&surveyor, UINTPTR_MAX);
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

bool survey_table(struct space *space, struct census *census)
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
		if (entry.detail.kind == KIND_RESERVED)
			census->reserved_inside += reserved_inside(space, &entry);
		census->bytes[entry.detail.kind] += entry.end - entry.start;
	}
	unlock_table(space);
	return true;
}
