/* SPDX-License-Identifier: MIT */
#include "cells.h"

#include "core/window.h"

/* Where cell `i` of a line begins; no product here can overflow. */
static uintptr_t bound(const struct row *row, unsigned int columns, unsigned int i)
{
	uintptr_t size = row->end - row->start;

	return row->start + size / columns * i + size % columns * i / columns;
}

static struct cell judge(const uintptr_t bytes[LOOKS], uintptr_t size)
{
	struct cell cell = { .look = LOOK_BEYOND };
	uintptr_t most = 0, mapped = 0;

	for (enum look look = LOOK_BEYOND; look < LOOKS; look++) {
		bool ground = look_ground(look);

		/* However little is mapped, it is what is to be seen. */
		if (bytes[look] && (bytes[look] > most || (!ground && !mapped))) {
			most = bytes[look];
			cell.look = look;
		}
		mapped += ground ? 0 : bytes[look];
	}
	if (mapped)
		cell.fill = mapped >= size ? 8 : (unsigned int)(mapped / (size / 8 + 1));
	if (mapped && !cell.fill)
		cell.fill = 1;
	return cell;
}

void cells_fill(struct cell *cell, unsigned int columns, const struct tiles *tiles,
		const struct row *row)
{
	size_t t = row->tile;

	for (unsigned int i = 0; i < columns; i++) {
		struct span span = { bound(row, columns, i), bound(row, columns, i + 1) };
		uintptr_t bytes[LOOKS] = { 0 };

		for (; t < tiles->count && tiles->at[t].start < span.end; t++) {
			struct span part = span_cut(span, (struct span){ tiles->at[t].start,
									 tiles->at[t].end });

			if (!span_empty(part))
				bytes[tiles->at[t].look] += part.end - part.start;
			if (tiles->at[t].end >= span.end)
				break;
		}
		cell[i] = judge(bytes, span.end - span.start);
	}
}
