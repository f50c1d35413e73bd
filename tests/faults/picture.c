/* SPDX-License-Identifier: MIT */
#include "picture.h"

#include "../guest/guest.h"

#include <limits.h>

#include "core/tree.h"
#include "sys/vma.h"

static bool alike(const struct piece *a, const struct piece *b)
{
	return a->prot == b->prot && a->shared == b->shared && a->inode == b->inode;
}

static void append(struct picture *picture, struct piece piece)
{
	struct piece *last = picture->count ? &picture->piece[picture->count - 1] : NULL;

	if (piece.start >= piece.end)
		return;
	if (last && last->end == piece.start && alike(last, &piece)) {
		last->end = piece.end;
		return;
	}
	if (picture->count == PICTURE_MAX)
		die("too many mappings for a picture");
	picture->piece[picture->count++] = piece;
}

static int prot_of(const char *perms)
{
	return (perms[0] == 'r' ? PROT_READ : 0) | (perms[1] == 'w' ? PROT_WRITE : 0) |
	       (perms[2] == 'x' ? PROT_EXEC : 0);
}

/* The region's parts differ in their use, and are all the library's. */
static void append_own(const struct space *space, struct picture *picture, const struct piece *piece)
{
	uintptr_t own = (uintptr_t)space->table, own_end = own + space->table->region_size;
	struct span ends[] = { { 0, own }, { own, own_end }, { own_end, UINTPTR_MAX } };

	for (int i = 0; i < 3; i++) {
		struct span part = span_cut((struct span){ piece->start, piece->end }, ends[i]);
		struct piece cut = *piece;

		cut.start = part.start;
		cut.end = part.end;
		if (i == 1)
			cut = (struct piece){ cut.start, cut.end, ULONG_MAX, 0, false };
		if (!span_empty(part))
			append(picture, cut);
	}
}

static bool is_fence(const struct piece *piece)
{
	return piece->prot == PROT_NONE && !piece->inode && !piece->shared;
}

static void append_line(const struct space *space, struct picture *picture, const struct vma *vma)
{
	struct span edge = picture->edge;
	struct piece piece = {
		.start = vma->start,
		.end = vma->end,
		.inode = vma->inode,
		.prot = prot_of(vma->perms),
		.shared = vma->perms[3] == 's',
	};
	struct piece above = piece;

	if (!space) {
		append(picture, piece);
		return;
	}
	if (!is_fence(&piece) || span_empty(span_cut((struct span){ piece.start, piece.end }, edge))) {
		append_own(space, picture, &piece);
		return;
	}
	if (piece.end > edge.start)
		piece.end = edge.start;
	if (above.start < edge.end)
		above.start = edge.end;
	append_own(space, picture, &piece);
	append_own(space, picture, &above);
}

static uint64_t open_files(void)
{
	uint64_t files = 0;

	for (int fd = 0; fd < 64; fd++)
		if (fcntl(fd, F_GETFD) >= 0)
			files |= 1UL << fd;
	return files;
}

void picture_take(const struct space *space, struct picture *picture)
{
	struct vma vma;

	if (space && space->table->edge)
		picture->edge = (struct span){ space->table->edge, space->table->edge_end };
	picture->count = 0;
	picture->files = open_files();
	maps_open("/proc/self/maps");
	while (vma_read(&vma))
		if (!space || vma.start < space->top)
			append_line(space, picture, &vma);
	maps_close();
}

/* A copy with the changes, made beside it: pieces never overlap. */
static struct picture scratch;

static void change(struct picture *picture, uintptr_t start, uintptr_t end, const struct piece *put)
{
	bool done = put == NULL;

	scratch.count = 0;
	for (size_t i = 0; i < picture->count; i++) {
		struct piece low = picture->piece[i], high = low;

		low.end = low.end < start ? low.end : start;
		high.start = high.start > end ? high.start : end;
		append(&scratch, low);
		if (!done && picture->piece[i].end > start) {
			append(&scratch, *put);
			done = true;
		}
		append(&scratch, high);
	}
	if (!done)
		append(&scratch, *put);
	scratch.files = picture->files;
	scratch.edge = picture->edge;
	*picture = scratch;
}

void picture_cut(struct picture *picture, uintptr_t start, uintptr_t end)
{
	change(picture, start, end, NULL);
}

void picture_put(struct picture *picture, struct piece piece)
{
	change(picture, piece.start, piece.end, &piece);
}

struct piece picture_at(const struct picture *picture, uintptr_t address)
{
	for (size_t i = 0; i < picture->count; i++)
		if (picture->piece[i].start <= address && picture->piece[i].end > address)
			return picture->piece[i];
	return (struct piece){ 0 };
}

void picture_fill(struct picture *picture, struct span span)
{
	for (uintptr_t at = span.start; at < span.end; at += page_size())
		if (!picture_at(picture, at).end)
			picture_put(picture, (struct piece){ .start = at, .end = at + page_size() });
}

static void tell(const char *which, const struct picture *picture, size_t i)
{
	const struct piece *piece = &picture->piece[i];

	if (i < picture->count)
		fprintf(stderr, "#   %s %lx-%lx prot %d shared %d inode %lu\n", which, piece->start,
			piece->end, piece->prot, piece->shared, piece->inode);
}

bool picture_same(const struct picture *wanted, const struct picture *found)
{
	for (size_t i = 0; i < wanted->count || i < found->count; i++) {
		const struct piece *a = &wanted->piece[i], *b = &found->piece[i];

		if (i < wanted->count && i < found->count && alike(a, b) && a->start == b->start &&
		    a->end == b->end)
			continue;
		for (size_t k = i ? i - 1 : 0; k < i + 3; k++) {
			tell("wanted", wanted, k);
			tell("found ", found, k);
		}
		return false;
	}
	if (wanted->files != found->files)
		fprintf(stderr, "#   open files: wanted %lx found %lx\n", wanted->files, found->files);
	return wanted->files == found->files;
}

static void add_gap(struct picture_gaps *gaps, uintptr_t start, uintptr_t end)
{
	if (start >= end)
		return;
	if (gaps->count == PICTURE_MAX)
		die("too many differences");
	gaps->at[gaps->count++] = (struct span){ start, end };
}

/* Parts of [start, end) outside the spans, or all where nothing is left out. */
static void add_followed(const struct space *space, struct picture_gaps *gaps, uintptr_t start,
			 uintptr_t end)
{
	struct spans rest = space_rest(space);

	if (!space->passthrough) {
		add_gap(gaps, start, end);
		return;
	}
	for (int i = 0; i < rest.count; i++) {
		struct span part = span_cut((struct span){ start, end }, rest.at[i]);

		add_gap(gaps, part.start, part.end);
	}
}

/* Of a piece that may be fence, or a guest's own reservation beside it, the table must know
 * only the part in the window. */
static void add_unknown(const struct space *space, struct picture_gaps *gaps,
			const struct piece *piece, uintptr_t start, uintptr_t end)
{
	struct spans spans = space_spans(space);

	struct vma_facts facts = {
		.span = { piece->start, piece->end },
		.prot = piece->prot,
		.anonymous = !piece->inode && !piece->shared,
	};

	if (!space_is_fence(space, &facts)) {
		add_followed(space, gaps, start, end);
		return;
	}
	for (int i = 0; i < spans.count; i++) {
		struct span part = span_cut((struct span){ start, end }, spans.at[i]);

		if (!span_empty(part))
			add_followed(space, gaps, part.start, part.end);
	}
}

static void gaps_of_picture(const struct space *space, const struct picture *picture,
			    struct picture_gaps *gaps)
{
	const struct tree *tree = &space->table->tree;
	struct entry entry;

	for (size_t i = 0; i < picture->count; i++) {
		const struct piece *piece = &picture->piece[i];
		uintptr_t at = piece->start;

		while (at < piece->end && tree_entry(tree, tree_seek(tree, at), &entry) &&
		       entry.start < piece->end) {
			if (entry.start > at)
				add_unknown(space, gaps, piece, at, entry.start);
			at = entry.end;
		}
		if (at < piece->end)
			add_unknown(space, gaps, piece, at, piece->end);
	}
}

static void gaps_of_table(const struct space *space, const struct picture *picture,
			  struct picture_gaps *gaps)
{
	const struct tree *tree = &space->table->tree;
	struct entry entry;
	size_t i = 0;

	for (struct cursor at = tree_first(tree); tree_entry(tree, at, &entry);
	     at = tree_next(tree, at)) {
		uintptr_t from = entry.start;

		/* Reserved memory is like fence: the kernel may have refused to close it. */
		if (entry.info.kind == KIND_GUARD || entry.info.kind == KIND_RESERVED)
			continue;
		while (i < picture->count && picture->piece[i].end <= from)
			i++;
		for (size_t k = i; k < picture->count && picture->piece[k].start < entry.end; k++) {
			if (picture->piece[k].start > from)
				add_followed(space, gaps, from, picture->piece[k].start);
			from = picture->piece[k].end;
		}
		if (from < entry.end)
			add_followed(space, gaps, from, entry.end);
	}
}

void picture_gaps(struct space *space, const struct picture *picture, struct picture_gaps *gaps)
{
	gaps->count = 0;
	gaps_of_picture(space, picture, gaps);
	gaps_of_table(space, picture, gaps);
}

static bool was_before(const struct picture_gaps *before, struct span gap)
{
	for (size_t i = 0; i < before->count && !span_empty(gap); i++)
		if (before->at[i].start <= gap.start && before->at[i].end > gap.start)
			gap.start = before->at[i].end;
	return span_empty(gap);
}

bool picture_no_new_gap(const struct picture_gaps *before, const struct picture_gaps *after)
{
	for (size_t i = 0; i < after->count; i++) {
		if (was_before(before, after->at[i]))
			continue;
		fprintf(stderr, "#   table and kernel differ at %lx-%lx\n", after->at[i].start,
			after->at[i].end);
		return false;
	}
	return true;
}
