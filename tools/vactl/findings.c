/* SPDX-License-Identifier: MIT */
#include "findings.h"

#include <stdlib.h>
#include <string.h>

#include "core/window.h"
#include "message.h"

struct inspection {
	const struct reading *reading;
	struct findings *findings;
	struct spans outside;
	struct span stack;
	bool escapes_only;
	struct vmas smaps; /* read when it is first asked */
	bool asked;
};

/* The part of the piece that lies in the span. */
static void add_finding(struct inspection *inspection, enum finding_type type, struct span span,
			const struct piece *piece)
{
	struct span part = span_cut(span, (struct span){ piece->start, piece->end });
	struct findings *findings = inspection->findings;

	if (span_empty(part) || (inspection->escapes_only && type != FINDING_ESCAPE))
		return;
	*memory_add(findings) = (struct finding){
		type, { part.start, part.end, piece->entry, piece->vma, piece->kind,
			piece->inside },
	};
}

/* The mappings that lie below the main stack without a gap, and it: a program that
 * protects pages of its stack cuts it into several, and the kernel names only the one that
 * it began in. */
static struct span around_stack(const struct vmas *vmas)
{
	struct span span = { 0, 0 };

	for (size_t v = vmas->count; v-- > 0;) {
		const struct procmaps_line *line = &vmas->line[v];

		if (span_empty(span) && strcmp(line->name, "[stack]") == 0)
			span = (struct span){ line->start, line->end };
		else if (line->end == span.start)
			span.start = line->start;
	}
	return span;
}

/* Whether a mapping is a piece of the main stack: the kernel says that it grows. A core
 * file does not say so. */
static bool is_stack(struct inspection *inspection, const struct procmaps_line *vma)
{
	const struct reading *reading = inspection->reading;
	const struct vma_usage *usage;

	if (strcmp(vma->name, "[stack]") == 0)
		return true;
	if (vma->inode || vma->start < inspection->stack.start ||
	    vma->start >= inspection->stack.end)
		return false;
	if (reading->path)
		return true;
	if (!inspection->asked)
		vmas_read(reading->pid, true, &inspection->smaps);
	inspection->asked = true;
	usage = vmas_usage(&inspection->smaps, vma->start, vma->end);
	return usage && usage->grows;
}

/* Whether a mapping may lie outside. The kernel grows the main stack. */
static bool may_be_outside(struct inspection *inspection, const struct piece *piece)
{
	static const unsigned int kinds = 1U << KIND_HOST | 1U << KIND_FENCE | 1U << KIND_GUARD |
					  1U << KIND_OWN | 1U << KIND_CLAIM | 1U << KIND_RESERVED;

	if (kinds >> piece->kind & 1 ||
	    (piece->kind == KIND_FOREIGN && piece->entry->info.flags & ENTRY_START))
		return true;
	return is_stack(inspection, piece->vma);
}

/* Intervals of calls that the library saw stay until it sees their unmapping.
 * Foreign ones, learnt from the kernel's list, can go unseen. */
static bool is_stale(const struct piece *piece)
{
	unsigned int kind = piece->kind;

	/* A call in flight is about to take it out of the table, or to keep it. */
	if (piece->entry && piece->entry->info.flags & ENTRY_CLAIMED)
		return false;
	return !piece->vma && (kind == KIND_GUEST || kind == KIND_HOST || kind == KIND_OWN);
}

static void inspect(struct inspection *inspection, const struct piece *piece)
{
	bool gap = piece_is_gap(piece);

	if (is_stale(piece))
		add_finding(inspection, FINDING_STALE, (struct span){ 0, UINTPTR_MAX }, piece);
	if (gap ? inspection->reading->table.fence == FENCE_OFF :
		  !piece->vma || piece->inside || may_be_outside(inspection, piece))
		return;
	for (int i = 0; i < inspection->outside.count; i++)
		add_finding(inspection, gap ? FINDING_HOLE : FINDING_ESCAPE,
			    inspection->outside.at[i], piece);
}

void findings_collect(const struct reading *reading, bool escapes_only, struct findings *findings)
{
	struct inspection inspection = {
		.reading = reading, .findings = findings, .escapes_only = escapes_only,
		.outside = image_outside(&reading->table), .stack = around_stack(&reading->vmas),
	};
	struct pieces pieces;
	struct piece piece;

	*findings = (struct findings){ 0 };
	pieces_start(&pieces, &reading->table, &reading->intervals, &reading->vmas);
	while (pieces_next(&pieces, &piece))
		inspect(&inspection, &piece);
	vmas_free(&inspection.smaps);
}

/* Findings of one type ascend and do not overlap: *at passes `earlier` once. */
static bool is_confirmed(const struct finding *finding, const struct findings *earlier,
			 size_t *at)
{
	for (; *at < earlier->count && earlier->at[*at].piece.start < finding->piece.end; ++*at)
		if (earlier->at[*at].type == finding->type &&
		    earlier->at[*at].piece.end > finding->piece.start)
			return true;
	return false;
}

void findings_confirm(struct findings *findings, const struct findings *earlier)
{
	size_t kept = 0, at[FINDING_TYPES] = { 0 };

	for (size_t i = 0; i < findings->count; i++)
		if (is_confirmed(&findings->at[i], earlier, &at[findings->at[i].type]))
			findings->at[kept++] = findings->at[i];
	findings->count = kept;
}
