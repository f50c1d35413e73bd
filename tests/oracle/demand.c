/* SPDX-License-Identifier: MIT */
#include "demand.h"

#include "../guest/guest.h"
#include "aim.h"
#include "look.h"
#include "poke.h"

bool demand_denied(const struct site *site, const struct demand *demand)
{
	return site->side == SIDE_KERNEL && site->config->deny &&
	       demand->address % demand->align == 0 && aim_is_possible(demand->address, demand->length) &&
	       !config_inside(site->config, demand->address, demand->length);
}

long demand_call(struct site *site, const struct oracle_call *call, const struct demand *demand,
			 struct op_outcome *outcome)
{
	uintptr_t end = demand->address + aim_pages(demand->length);
	uintptr_t room_end = site_room(site, demand->address, true).end;
	bool watch = demand->late && aim_is_possible(demand->address, demand->length) &&
		     !(site->config->deny && !aim_is_inside(site, demand->address, demand->length));
	uint64_t before;
	long answer;

	/* A multiple of a huge page's size may be more than there is. */
	if (end > room_end)
		end = room_end;
	before = watch ? look_at(demand->address, end) : 0;
	answer = call_make(site, call, outcome);

	if (watch && answer < 0 && answer != -EBADF) {
		outcome->lost = look_at(demand->address, end) != before;
		call_undo(site, demand->address, end - demand->address);
	}
	return answer;
}

void demand_fill(struct site *site, unsigned int to, long answer, uint64_t length)
{
	struct slot *slot = &site->slot[to];

	/* Where addresses are not compared, nothing may be left behind unknown. */
	if (!site->config->exact && slot->address && !site_bed(site, slot->address) &&
	    slot->address != (uintptr_t)answer)
		call_undo(site, slot->address, slot->length);
	*slot = (struct slot){ (uintptr_t)answer, aim_pages(length) };
}

int64_t demand_compared(const struct site *site, long answer, uint64_t length)
{
	if (site->config->exact || answer < 0 || site_bed(site, (uintptr_t)answer))
		return answer;
	for (int i = 0; i < OP_SLOTS; i++) {
		uintptr_t offset = (uintptr_t)answer - site->slot[i].address;

		if (site->slot[i].address && offset < site->slot[i].length)
			return ANSWER_IN_SLOT + ((int64_t)i << 40) + (int64_t)offset;
	}
	if (site->side == SIDE_KERNEL ||
	    config_inside(site->config, (uintptr_t)answer, aim_pages(length)))
		return ANSWER_ELSEWHERE;
	return ANSWER_ESCAPED;
}

int64_t demand_keep(struct site *site, const struct op *op, long answer, uint64_t length)
{
	int64_t compared = demand_compared(site, answer, length);

	if (answer < 0)
		return compared;
	demand_fill(site, op->to, answer, length);
	/* Most memory has something in it that can be lost. */
	if (op->prot & PROT_WRITE && (op->flags & MAP_ANONYMOUS || op->file == FILE_MEMORY))
		poke((uintptr_t)answer, op->number + 1);
	return compared;
}

bool demand_whole(const struct site *site, const struct op *op)
{
	return !site->config->exact && op->at.base == BASE_SLOT &&
	       site->slot[op->at.index].address &&
	       !site_bed(site, site->slot[op->at.index].address);
}

struct demand demand_source(struct site *site, const struct op *op)
{
	struct demand source = { aim_address(site, op->at), op->length, 4096, false };

	if (demand_whole(site, op)) {
		source.address = site->slot[op->at.index].address;
		source.length = site->slot[op->at.index].length;
	}
	aim_room(site, &source.address, &source.length, true);
	return source;
}
