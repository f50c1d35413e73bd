/* SPDX-License-Identifier: MIT */
/* From what an operation refers to, to the arguments of its call. */
#ifndef TESTS_ORACLE_AIM_H
#define TESTS_ORACLE_AIM_H

#include "site.h"

/* The address as it stands. */
uintptr_t aim_address(const struct site *site, struct where at);

/* An address and a length that may be changed at will. If they may not, as they would touch
 * the process itself, others take their place. Values that the kernel refuses anyway stay.
 * `edges`: a range outside the window will do. */
void aim_room(const struct site *site, uintptr_t *address, uint64_t *length, bool edges);

/* Like aim_room(), for a demanded range. If addresses are not compared, it lies in the bed,
 * so that no call leaves a hole among placed mappings. `huge`: the size to whose multiple
 * the kernel may round the length. */
void aim_demand(const struct site *site, uintptr_t *address, uint64_t *length, uint64_t huge);

/* Whether all of the range lies in the window, and none in kernel space. */
bool aim_is_inside(const struct site *site, uintptr_t address, uint64_t length);

/* Whether a call that demands the range could be let through at all. */
bool aim_is_possible(uintptr_t address, uint64_t length);

/* Rounds up to pages; 0 where that overflows. */
static inline uint64_t aim_pages(uint64_t length)
{
	return (length + 4095) & ~4095UL;
}

#endif
