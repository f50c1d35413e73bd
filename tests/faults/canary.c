/* SPDX-License-Identifier: MIT */
#include "canary.h"

#include "../guest/guest.h"

struct canary {
	uintptr_t start, end;
	char byte;
};

#define CANARIES 64
static struct canary canaries[CANARIES];
static size_t count;

static void add(struct canary canary)
{
	if (canary.start >= canary.end)
		return;
	if (count == CANARIES)
		die("too many canaries");
	canaries[count++] = canary;
}

void canary_set(char *at, size_t length)
{
	char byte = (char)('A' + count % 26);

	memset(at, byte, length);
	add((struct canary){ (uintptr_t)at, (uintptr_t)at + length, byte });
}

void canary_drop(uintptr_t start, uintptr_t end)
{
	for (size_t i = 0; i < count; i++) {
		struct canary rest = canaries[i];

		if (rest.start >= end || rest.end <= start)
			continue;
		canaries[i].end = start;
		rest.start = end;
		add(rest);
	}
}

void canary_move(uintptr_t start, uintptr_t end, uintptr_t to)
{
	for (size_t i = 0; i < count; i++) {
		struct canary *canary = &canaries[i];

		if (canary->start < start || canary->end > end || canary->start >= canary->end)
			continue;
		canary->start += to - start;
		canary->end += to - start;
	}
}

static bool lives(const struct canary *canary, const struct picture *picture)
{
	for (uintptr_t at = canary->start; at < canary->end; at += 512)
		if (picture_at(picture, at).prot & PROT_READ && *(const char *)at != canary->byte) {
			fprintf(stderr, "#   contents at %lx are lost\n", at);
			return false;
		}
	return true;
}

bool canary_lives(const struct picture *picture)
{
	for (size_t i = 0; i < count; i++)
		if (!lives(&canaries[i], picture))
			return false;
	return true;
}
