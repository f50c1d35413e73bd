/* SPDX-License-Identifier: MIT */
#include "site.h"

const struct bed *site_bed(const struct site *site, uintptr_t address)
{
	const struct bed *bed = site->config->bed;

	for (int i = 0; i < config_beds(site->config); i++)
		if (address >= bed[i].start - bed[i].below && address < bed[i].end + bed[i].above)
			return &bed[i];
	return NULL;
}

struct room site_room(const struct site *site, uintptr_t address, bool edges)
{
	const struct bed *bed = site_bed(site, address);

	if (bed && edges)
		return (struct room){ bed->start - bed->below, bed->end + bed->above };
	if (bed && address >= bed->start && address < bed->end)
		return (struct room){ bed->start, bed->end };
	for (int i = 0; !site->config->exact && i < OP_SLOTS; i++) {
		const struct slot *slot = &site->slot[i];

		if (slot->address && address >= slot->address && address - slot->address < slot->length)
			return (struct room){ slot->address, slot->address + slot->length };
	}
	return (struct room){ 0, 0 };
}
