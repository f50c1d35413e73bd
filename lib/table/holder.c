/* SPDX-License-Identifier: MIT */
#include "holder.h"

#include <stddef.h>

#include "sys/frame.h"

#define PLACES 16
#define TAKEN UINT32_MAX /* as a number: the place is being filled */

static __thread struct place {
	uint64_t call;   /* mark of the call that holds the claim (frame.h) */
	uint32_t number; /* 0: free */
} place[PLACES];

__thread bool holder_ever;

static struct place *find(uint32_t number)
{
	for (int i = 0; i < PLACES; i++)
		if (place[i].number == number)
			return &place[i];
	return NULL;
}

bool holder_add(uint16_t number)
{
	struct place *free = find(0);

	if (!free)
		return false;
	holder_ever = true;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	/* A handler that interrupts here takes another place. */
	free->number = TAKEN;
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	free->call = frame_now();
	__atomic_signal_fence(__ATOMIC_SEQ_CST);
	free->number = number;
	return true;
}

void holder_remove(uint16_t number)
{
	struct place *held = find(number);

	if (held)
		held->number = 0;
}

bool holder_has(uint16_t number)
{
	return find(number) != NULL;
}

static bool is_left(const struct place *held)
{
	return held->number && held->number != TAKEN && frame_is_left(held->call);
}

bool holder_left(uint16_t number)
{
	const struct place *held = find(number);

	return held && is_left(held);
}

bool holder_any_left(void)
{
	for (int i = 0; i < PLACES; i++)
		if (is_left(&place[i]))
			return true;
	return false;
}

uint32_t holder_forget_left(void)
{
	uint32_t count = 0;

	for (int i = 0; i < PLACES; i++)
		if (is_left(&place[i])) {
			place[i].number = 0;
			count++;
		}
	return count;
}

uint32_t holder_count(void)
{
	uint32_t count = 0;

	for (int i = 0; i < PLACES; i++)
		count += place[i].number != 0;
	return count;
}
