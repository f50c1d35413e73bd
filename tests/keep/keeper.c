/* SPDX-License-Identifier: MIT */
#include "keeper.h"

#include "keep.h"
#include "site.h"

void keeper_begin(struct keeper *keeper, unsigned int number, bool host, uint64_t seed)
{
	keeper->number = number;
	keeper->host = host;
	keeper->dice = (seed << 16) + number;
	keeper->tick_dice = ~keeper->dice;
}

void keeper_take(struct keeper *keeper, struct hold *hold)
{
	hold_busy(hold, true);
	keeper->taken[keeper->taken_count++] = hold;
}

void keeper_done(struct keeper *keeper)
{
	while (keeper->taken_count)
		hold_busy(keeper->taken[--keeper->taken_count], false);
}

struct hold *keeper_empty(struct keeper *keeper)
{
	for (unsigned int i = 0; i < SLOTS; i++) {
		if (keeper->slot[i].at || hold_is_busy(&keeper->slot[i]))
			continue;
		keeper_take(keeper, &keeper->slot[i]);
		return &keeper->slot[i];
	}
	return NULL;
}

/* A host does not get the table while a call that was left has it; nor while a fork
 * has it that waits for one of malloc's locks, whose holder a handler keeps from going
 * on. */
static bool may_lack_table(const struct keeper *keeper)
{
	return keeper->orphan || options.jumps || (options.handlers && options.forks);
}

void keeper_failed(const struct keeper *keeper, bool host, const char *call)
{
	/* Limits that change leave guests' memory outside. */
	bool outside = host || site_changes();

	bool lacks_table = errno == ENOMEM && outside && may_lack_table(keeper);

	if (errno == EEXIST || lacks_table)
		count(&counters.refused);
	else
		report(&counters.failed, "failed: %s of %s thread %u: %s", call,
		       keeper->host ? "host" : "guest", keeper->number, strerrorname_np(errno));
	/* While one fork has it, calls after the first that has waited in vain do not wait. */
	if (lacks_table)
		usleep(10000);
}

/* The work that a handler has jumped out of may be done or not: its memory is no thread's
 * any more. */
static void abandon(struct keeper *keeper)
{
	for (unsigned int i = 0; i < keeper->taken_count; i++)
		keeper->taken[i]->at = NULL;
	keeper_done(keeper);
	scope_end(keeper->host ? 1 : 0);
	count(&counters.jumps);
}

void keeper_visit(struct keeper *keeper)
{
	struct hold *hold = &keeper->slot[roll(&keeper->dice, SLOTS)];

	if (options.jumps && sigsetjmp(keeper->back, 1)) {
		abandon(keeper);
		return;
	}
	keeper_take(keeper, hold);
	if (hold->at)
		keeper_change(keeper, hold);
	else
		keeper_make(keeper, hold);
	keeper_done(keeper);
	count(&counters.operations);
}

void keeper_end(struct keeper *keeper)
{
	for (unsigned int i = 0; i < SLOTS; i++) {
		if (!keeper->slot[i].at)
			continue;
		hold_check(&keeper->slot[i], "at the end");
		keeper_give_up(keeper, &keeper->slot[i]);
	}
}
