/* SPDX-License-Identifier: MIT */
#include "aim.h"

#define PAGE 4096UL
#define HOPELESS (1UL << 47)

/* Where addresses are not compared, neighbours are not either. */
static uintptr_t within(const struct site *site, const struct slot *slot, uintptr_t offset)
{
	if (site->config->exact || site_bed(site, slot->address) || slot->length == 0)
		return slot->address + offset;
	return slot->address + offset % slot->length;
}

uintptr_t aim_address(const struct site *site, struct where at)
{
	const struct bed *bed = &site->config->bed[at.index % CONFIG_BEDS];
	uintptr_t offset = (uintptr_t)at.offset;

	/* Without fillers the kernel would take any hint: they are in the bed. */
	if (!site->config->exact && ((at.base == BASE_NONE && offset) || at.base == BASE_END ||
				     at.base == BASE_BED ||
				     (at.base == BASE_FAR && op_far[at.index] < SITE_TOP)))
		return site->config->bed[0].start + (offset & (256 * PAGE - 1));
	switch (at.base) {
	case BASE_SLOT:
		/* Empty slots stand for places of their own. */
		if (site->slot[at.index].address == 0)
			return site->config->bed[0].start + at.index * 16 * PAGE + offset;
		return within(site, &site->slot[at.index], offset);
	case BASE_BED:
		return bed->start + offset;
	case BASE_END:
		return bed->end + offset;
	case BASE_FAR:
		return op_far[at.index] + offset;
	default:
		return offset;
	}
}

/* Another address, the same in both processes. */
static uintptr_t elsewhere(const struct site *site, uintptr_t address)
{
	return site->config->bed[0].start + address % (site->config->exact ? 64 * PAGE : PAGE);
}

void aim_room(const struct site *site, uintptr_t *address, uint64_t *length, bool edges)
{
	struct room room;

	if (*address >= SITE_TOP)
		return;
	room = site_room(site, *address, edges);
	if (room.start == room.end) {
		*address = elsewhere(site, *address);
		room = site_room(site, *address, edges);
	}
	if (*length < HOPELESS && *length > room.end - *address)
		*length = room.end - *address;
}

void aim_demand(const struct site *site, uintptr_t *address, uint64_t *length, uint64_t huge)
{
	struct room room;

	if (*address >= SITE_TOP)
		return;
	if (!site->config->exact && !site_bed(site, *address))
		*address = elsewhere(site, *address);
	aim_room(site, address, length, true);
	room = site_room(site, *address, true);
	/* An odd address the kernel refuses. */
	if (*address % huge == 0 && *length < HOPELESS &&
	    room.end - *address < ((*length + huge - 1) & -huge))
		*address += PAGE;
	aim_room(site, address, length, true);
}

bool aim_is_possible(uintptr_t address, uint64_t length)
{
	return length && address < SITE_TOP && length <= SITE_TOP - address;
}

bool aim_is_inside(const struct site *site, uintptr_t address, uint64_t length)
{
	return aim_is_possible(address, length) && config_inside(site->config, address, length);
}
