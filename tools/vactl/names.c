/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

const char *name_kind(unsigned int kind)
{
	static const char *const names[KIND_NAMES] = {
		[KIND_NONE] = "none", [KIND_GUEST] = "guest", [KIND_HOST] = "host",
		[KIND_FOREIGN] = "foreign", [KIND_FENCE] = "fence", [KIND_GUARD] = "guard",
		[KIND_OWN] = "own", [KIND_CLAIM] = "claim", [KIND_UNKNOWN] = "unknown",
	};

	return names[kind];
}

const char *name_reach(uint32_t reach)
{
	static const char *const names[] = {
		"none", [REACH_CALLS] = "calls", [REACH_PROCESS] = "process",
		[REACH_WHOLE] = "whole",
	};

	return names[reach];
}

const char *name_fence(uint32_t fence)
{
	static const char *const names[] = {
		[FENCE_OFF] = "off", [FENCE_UP] = "on", [FENCE_SEALED] = "sealed",
	};

	return names[fence];
}

void name_window(const struct table *table, char *text)
{
	if (table->lower == table->upper)
		strcpy(text, "none");
	else
		snprintf(text, NAME_WINDOW_MAX, "0x%" PRIx64 "-0x%" PRIx64, table->lower,
			 table->upper);
}

void name_flags(uint8_t flags, char *text)
{
	static const struct {
		uint8_t flag;
		const char *name;
	} names[] = {
		{ ENTRY_SHM, "shm" }, { ENTRY_OUTSIDE, "outside" },
		{ ENTRY_GROWSDOWN, "growsdown" }, { ENTRY_START, "start" },
	};

	*text = 0;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (flags & names[i].flag) {
			strcat(text, *text ? "," : "");
			strcat(text, names[i].name);
		}
}
