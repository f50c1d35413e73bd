/* SPDX-License-Identifier: MIT */
#include "piece_row.h"

#include <stdlib.h>

#include "names.h"

static void fill_caller(struct listing *listing, uint64_t caller, struct symbols *symbols)
{
	char *name;

	listing_value(listing, "PC", caller);
	listing_file(listing, "OWNER", symbols_file(symbols, caller));
	/* Looking symbols up takes long. */
	if (!listing_shows(listing, "CALLER"))
		return;
	name = symbols_name(symbols, caller);
	if (name)
		listing_text(listing, "CALLER", name);
	free(name);
}

void piece_row(struct listing *listing, const struct piece *piece, struct symbols *symbols)
{
	const struct entry *entry = piece->entry;

	listing_value(listing, "START", piece->start);
	listing_value(listing, "END", piece->end);
	listing_value(listing, "SIZE", piece->end - piece->start);
	if (entry || piece->vma)
		listing_text(listing, "KIND", name_kind(piece_kind(piece)));
	listing_text(listing, "PERM", piece->vma ? word_permissions(piece->vma).text : "-");
	listing_file(listing, "FILE", piece->vma);
	if (!entry)
		return;
	listing_text(listing, "FLAGS", word_flags(entry->detail.flags).text);
	listing_value(listing, "WHEN", entry->detail.when);
	if (entry->detail.caller)
		fill_caller(listing, entry->detail.caller, symbols);
}
