/* SPDX-License-Identifier: MIT */
#include "piece_row.h"

#include <stdlib.h>

#include "names.h"

static const char *const usage_columns[USAGES] = {
	[USAGE_RSS] = "RSS",     [USAGE_PSS] = "PSS", [USAGE_SWAP] = "SWAP",
	[USAGE_DIRTY] = "DIRTY", [USAGE_THP] = "THP",
};

void piece_rows_open(struct piece_rows *rows, const struct listing *listing,
		     const struct reading *reading)
{
	bool shown = false;

	*rows = (struct piece_rows){ .reading = reading, .symbols = symbols_new(reading) };
	for (int usage = 0; usage < USAGES; usage++)
		shown |= listing_shows(listing, usage_columns[usage]);
	if (shown && !reading->path)
		vmas_read(reading->pid, true, &rows->smaps);
}

void piece_rows_close(struct piece_rows *rows)
{
	symbols_free(rows->symbols);
	vmas_free(&rows->smaps);
}

static void fill_caller(struct listing *listing, const struct piece *piece,
			const struct piece_rows *rows)
{
	const struct procmaps_line *owner = piece_owner(piece, &rows->reading->vmas);
	uint64_t caller = piece->entry->info.caller;
	char *name;

	listing_value(listing, "PC", caller);
	listing_text(listing, "OWNER", owner ? owner->name : "");
	/* Looking symbols up takes long. */
	if (!listing_shows(listing, "CALLER"))
		return;
	name = symbols_name(rows->symbols, caller, false);
	if (name)
		listing_text(listing, "CALLER", name);
	free(name);
}

static void fill_vma(struct listing *listing, const struct piece *piece,
		     const struct piece_rows *rows)
{
	const struct procmaps_line *vma = piece->vma;
	const struct vma_usage *usage = vmas_usage(&rows->smaps, piece->start, piece->end);

	listing_text(listing, "TYPE", vma_type(&rows->reading->vmas, vma));
	listing_text(listing, "FILE", vma->name);
	if (vma->inode) {
		listing_value(listing, "OFFSET", vma->offset + (piece->start - vma->start));
		listing_value(listing, "INODE", vma->inode);
	}
	for (int i = 0; usage && i < USAGES; i++)
		listing_value(listing, usage_columns[i], usage->bytes[i]);
}

void piece_row(struct listing *listing, const struct piece *piece, const struct piece_rows *rows)
{
	const struct entry *entry = piece->entry;

	listing_value(listing, "START", piece->start);
	listing_value(listing, "END", piece->end);
	listing_value(listing, "SIZE", piece->end - piece->start);
	listing_text(listing, "PERM", piece->vma ? word_permissions(piece->vma).text : "-");
	if (!piece_is_gap(piece))
		listing_text(listing, "KIND", kind_names[piece->kind]);
	if (reader_table(rows->reading))
		listing_value(listing, "INSIDE", piece->inside);
	if (piece->vma)
		fill_vma(listing, piece, rows);
	if (!entry)
		return;
	listing_text(listing, "FLAGS", word_flags(entry->info.flags).text);
	listing_value(listing, "WHEN", entry->info.when);
	if (entry->info.caller)
		fill_caller(listing, piece, rows);
}
