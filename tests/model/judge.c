/* SPDX-License-Identifier: MIT */
/* What has to be true when all threads have ended. */
#include "bed.h"
#include "table/lock.h"

static enum kind kind_of(const struct region *regions, uintptr_t at)
{
	for (int i = 0; i < BED_REGIONS; i++)
		if (at - regions[i].start < regions[i].length)
			return regions[i].kind;
	return KIND_NONE;
}

static enum kind owned_as(uintptr_t at)
{
	enum kind kind = KIND_NONE;

	for (int who = 0; kind == KIND_NONE && who < KERNEL_MAKERS; who++)
		kind = kind_of(bed.region[who], at);
	return kind;
}

static void judge_entry(uintptr_t at, const struct entry *entry)
{
	enum kind owned = owned_as(at);

	if (entry->info.kind != KIND_HOST && entry->info.kind != KIND_GUEST &&
	    entry->info.kind != KIND_FOREIGN)
		explore_fault("the table has a kind that nothing is", (long)at, entry->info.kind);
	if (owned != KIND_NONE && entry->info.kind != owned && !bed.in_doubt && !bed.in_child)
		explore_fault("the table has another kind", (long)at, entry->info.kind);
}

static void judge_outside(uintptr_t at)
{
	const struct kernel_page *page = kernel_at(at);
	struct entry entry;
	bool found = tree_find(&bed.space.table->tree, at, &entry);
	bool mapped = page->mapped && !kernel_reserves(page);

	/* What another thread of the parent was about to make fence of stays its own
	 * to a child, which cannot tell the two. */
	if (bed.in_child && kernel_reserves(page))
		mapped = found;
	if (!page->mapped)
		explore_fault("a hole in the fence", (long)at, 0);
	if (found && entry.info.owner)
		explore_fault("a claim without its holder", (long)at, entry.info.owner);
	if (mapped && !found)
		explore_fault("the table does not have it", (long)at, page->maker);
	/* What was learnt is fence by now: a handler could not have the table to say so. */
	if (bed.in_doubt && found && entry.info.kind == KIND_FOREIGN)
		mapped = true;
	if (!mapped && found)
		explore_fault("the table has what has gone", (long)at, entry.info.kind);
	if (found)
		judge_entry(at, &entry);
	if (mapped && !kernel_reserves(page) && owned_as(at) == KIND_NONE && !bed.in_child)
		explore_fault("mapped, and it is no thread's", (long)at, page->maker);
}

static void judge_inside(uintptr_t at)
{
	const struct kernel_page *page = kernel_at(at);
	const struct table *table = bed.space.table;
	struct entry entry;
	bool found = tree_find(&table->tree, at, &entry);

	if (table->edge && at >= table->edge && at < table->edge_end)
		return;
	if (page->mapped && (page->fence || owned_as(at) == KIND_NONE) && !bed.in_child)
		explore_fault("left in the window", (long)at, page->maker);
	if (found && entry.info.owner)
		explore_fault("a claim without its holder", (long)at, entry.info.owner);
	if (found && entry.info.kind == KIND_RESERVED)
		explore_fault("reserved by the table alone", (long)at, 0);
	if (bed.space.passthrough)
		return;
	/* A child has what its parent has mapped unseen. */
	if (found != page->mapped && !(bed.in_child && owned_as(at) == KIND_NONE))
		explore_fault("the table is wrong in the window", (long)at, found);
	if (found)
		judge_entry(at, &entry);
}

/* A thread that a child does not have may have been changing it. */
static bool is_in_change(const struct region *region, int who)
{
	struct span span = { region->start, region->start + region->length };

	return bed.in_child && (!span_empty(span_cut(span, kernel.named[who][0])) ||
				!span_empty(span_cut(span, kernel.named[who][1])));
}

/* Each thread's later calls would see to what is still to be done. */
static void bring_to_rest(void)
{
	if (!lock_table(&bed.space)) {
		explore_fault("the lock is left", 0, 0);
		return;
	}
	unlock_table(&bed.space);
	settle(&bed.space);
	fence_retry(&bed.space);
}

/* Each page is the reservation's, or a thread's. */
static void judge_reserved(uintptr_t at)
{
	const struct kernel_page *page = kernel_at(at);
	struct entry entry = { .info = { .kind = KIND_NONE } };

	tree_find(&bed.space.table->tree, at, &entry);
	if (!page->mapped)
		explore_fault("a hole in a reservation", (long)at, 0);
	else if (entry.info.owner)
		explore_fault("a claim without its holder", (long)at, entry.info.owner);
	else if (kernel_reserves(page) && entry.info.kind != KIND_RESERVED && !bed.in_child)
		explore_fault("the table has what has gone", (long)at, entry.info.kind);
	else if (!kernel_reserves(page) &&
		 (entry.info.kind == KIND_RESERVED || entry.info.kind == KIND_NONE))
		explore_fault("the table does not have it", (long)at, page->maker);
	else if (!kernel_reserves(page))
		judge_entry(at, &entry);
	if (!kernel_reserves(page) && owned_as(at) == KIND_NONE && !bed.in_child)
		explore_fault("mapped, and it is no thread's", (long)at, page->maker);
}

void bed_judge(void)
{
	bring_to_rest();
	for (int who = 0; who < KERNEL_MAKERS; who++)
		for (int i = 0; i < BED_REGIONS; i++)
			if (!is_in_change(&bed.region[who][i], who))
				bed_visit(&bed.region[who][i]);
	for (uintptr_t at = KERNEL_MIN; at < KERNEL_TOP; at += KERNEL_PAGE)
		if (kernel_keeps(&bed.space, at, KERNEL_PAGE))
			judge_reserved(at);
		else if (space_inside(&bed.space, at, KERNEL_PAGE))
			judge_inside(at);
		else
			judge_outside(at);
	if (bed.space.changes.claims != 0)
		explore_fault("claims are counted that are none", bed.space.changes.claims, 0);
	if (bed.space.changes.in_flight != 0)
		explore_fault("changes are in flight that are none", bed.space.changes.in_flight,
			      0);
	if (tree_check(&bed.space.table->tree))
		explore_fault(tree_check(&bed.space.table->tree), 0, 0);
}
