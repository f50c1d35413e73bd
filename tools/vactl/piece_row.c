/* SPDX-License-Identifier: MIT */
#include "piece_row.h"

#include "names.h"

#define BOTH (SHOWN_MAPS | SHOWN_CHECK)

const struct column piece_columns[] = {
	{ "FINDING", COLUMN_TEXT, SHOWN_CHECK,
	  .help = "escape: outside the window; hole: free where the fence should be; stale: in the "
		  "table only" },
	{ "START", COLUMN_ADDRESS, BOTH, .help = "its first address" },
	{ "END", COLUMN_ADDRESS, BOTH, .help = "the first address behind it" },
	{ "SIZE", COLUMN_SIZE, BOTH, .help = "its size" },
	{ "KIND", COLUMN_TEXT, BOTH,
	  .help = "guest, host, other, fence, guard, own, claim; unknown: only the kernel has it" },
	{ "TYPE", COLUMN_TEXT, SHOWN_MAPS,
	  .help = "stack, heap, arena (malloc's), image (of a program), file, shm, vdso, table "
		  "(the library's), reserve (without access), data" },
	{ "INSIDE", COLUMN_BOOLEAN, 0, .help = "whether it lies wholly in the window" },
	{ "PERM", COLUMN_TEXT, SHOWN_MAPS,
	  .help = "permissions, as the kernel has them; -: nothing is mapped" },
	{ "FILE", COLUMN_TEXT, BOTH, .help = "the file mapped, or its name" },
	{ "OFFSET", COLUMN_ADDRESS, 0, .help = "where it begins in the file" },
	{ "INODE", COLUMN_NUMBER, 0, .help = "the file's inode number" },
	{ "OWNER", COLUMN_TEXT, 0, .help = "the file whose code mapped it" },
	{ "CALLER", COLUMN_TEXT, SHOWN_CHECK,
	  .help = "the function that mapped it, or file+offset, if it is known" },
	{ "PC", COLUMN_ADDRESS, 0, .help = "the address that it was mapped from" },
	{ "WHEN", COLUMN_NUMBER, 0, .help = "the number of the operation that mapped it" },
	{ "FLAGS", COLUMN_TEXT, 0,
	  .help = "shm, outside, growsdown; start: there from the start" },
	{ "RSS", COLUMN_SIZE, 0, .help = "how much of it is in memory, of whole mappings" },
	{ "PSS", COLUMN_SIZE, 0, .help = "the same, shared pages in proportion" },
	{ "SWAP", COLUMN_SIZE, 0, .help = "how much of it is swapped out" },
	{ "DIRTY", COLUMN_SIZE, 0, .help = "how much of it was written to" },
	{ "THP", COLUMN_SIZE, 0, .help = "how much of it is in transparent huge pages" },
	{ .name = NULL },
};

static const char *const usage_columns[USAGES] = {
	[USAGE_RSS] = "RSS",     [USAGE_PSS] = "PSS", [USAGE_SWAP] = "SWAP",
	[USAGE_DIRTY] = "DIRTY", [USAGE_THP] = "THP",
};

void piece_rows_open(struct piece_rows *rows, const struct listing *listing,
		     const struct reading *reading)
{
	bool shown = false;

	*rows = (struct piece_rows){ .reading = reading, .symbols.reading = reading };
	for (int usage = 0; usage < USAGES; usage++)
		shown |= listing_shows(listing, usage_columns[usage]);
	if (shown && !reading->path)
		vmas_read(reading->pid, true, &rows->smaps);
}

void piece_rows_close(struct piece_rows *rows)
{
	symbols_free(&rows->symbols);
	vmas_free(&rows->smaps);
}

static void fill_caller(struct listing *listing, const struct piece *piece, struct piece_rows *rows)
{
	const struct procmaps_line *owner = piece_owner(piece, &rows->reading->vmas);
	uint64_t caller = piece->entry->info.caller;
	SCOPED char *name = NULL;

	listing_value(listing, "PC", caller);
	listing_text(listing, "OWNER", owner ? owner->name : "");
	/* Looking symbols up takes long. */
	if (listing_shows(listing, "CALLER"))
		name = symbols_name(&rows->symbols, caller, false);
	listing_text(listing, "CALLER", name ? name : "");
}

static void fill_vma(struct listing *listing, const struct piece *piece,
		     struct piece_rows *rows)
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

void piece_row(struct listing *listing, const struct piece *piece, struct piece_rows *rows)
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
