/* SPDX-License-Identifier: MIT */
#include "roster.h"

#include <string.h>

#define ATTEMPTS 8

/* Two lists: one is read while the other is written. List number n is list[n % 2], so it stays
 * valid until list n + 2 is begun. */
static struct {
	struct roster list[2];
	uint32_t number; /* number of the list in force */
	uint32_t begun;  /* number of the latest list that was or is being written */
} rosters;

const struct roster *roster_now(void)
{
	return &rosters.list[rosters.number % 2];
}

struct roster *roster_begin(void)
{
	uint32_t number = rosters.number + 1;

	__atomic_store_n(&rosters.begun, number, __ATOMIC_RELAXED);
	__atomic_thread_fence(__ATOMIC_SEQ_CST);
	rosters.list[number % 2].count = 0;
	return &rosters.list[number % 2];
}

void roster_publish(void)
{
	__atomic_store_n(&rosters.number, rosters.begun, __ATOMIC_RELEASE);
}

/* Finds the module by the address; NULL: none. First tries the module of the previous search,
 * since most calls come from the same one. */
static const struct listed *search(const struct roster *list, uintptr_t address)
{
	static uint32_t latest;
	uint32_t low = __atomic_load_n(&latest, __ATOMIC_RELAXED), high = list->count;

	/* Another module may lie in a hole of this one's range. */
	if (low < high && span_holds(list->listed[low].module.range, address) &&
	    (low + 1 == high || address < list->listed[low + 1].module.range.start))
		return &list->listed[low];
	low = 0;
	while (low < high) {
		uint32_t middle = low + (high - low) / 2;

		if (list->listed[middle].module.range.start <= address)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || !span_holds(list->listed[low - 1].module.range, address))
		return NULL;
	__atomic_store_n(&latest, low - 1, __ATOMIC_RELAXED);
	return &list->listed[low - 1];
}

/* Whether the list with that number has not been overwritten. */
static bool stays(uint32_t number)
{
	__atomic_thread_fence(__ATOMIC_ACQUIRE);
	return __atomic_load_n(&rosters.begun, __ATOMIC_RELAXED) - number <= 1;
}

bool roster_find(uintptr_t address, struct module *found, char name[ROSTER_NAME])
{
	for (int i = 0; i < ATTEMPTS; i++) {
		uint32_t number = __atomic_load_n(&rosters.number, __ATOMIC_ACQUIRE);
		const struct listed *listed = search(&rosters.list[number % 2], address);

		if (listed)
			*found = listed->module;
		if (listed && name)
			memcpy(name, listed->name, ROSTER_NAME);
		if (stays(number))
			return listed != NULL;
	}
	return false;
}

bool roster_holds(uintptr_t address)
{
	struct module module;

	return roster_find(address, &module, NULL);
}

void roster_fork_child(void)
{
	rosters.begun = rosters.number;
}
