/* SPDX-License-Identifier: MIT */
/*
 * What the user asks for, and what the kernel allows.
 *
 * The settings are the variables VA_LIMIT and VA_LIMIT_* of the environment. A
 * copy of the launcher can bring its own, which then count alone: in its file
 * the 16 bytes SETTINGS_MARK are followed by SETTINGS_SIZE bytes, all zero, that
 * take NAME=VALUE strings, each with its terminator; an empty one ends them. Two
 * names more may stand there: the library that vactl preloads, and the dynamic
 * linker that it was built for.
 */
#ifndef LAUNCH_SETTINGS_H
#define LAUNCH_SETTINGS_H

#include "core/options.h"
#include "given.h"

#define SETTINGS_MARK "valimit-settings"
#define SETTINGS_SIZE 4096
#define SETTINGS_LIBRARY "VALIMIT_LIBRARY"
#define SETTINGS_LOADER "VALIMIT_LOADER"

struct settings {
	struct options options;
	size_t page;
	uintptr_t min, top;    /* user space is [min, top) */
	struct window window;  /* clamped; equal bounds: no limit */
	struct spans inside, outside;
	bool fenced, sealed;   /* whether there is to be a fence */
	bool randomised;
	uint64_t random;       /* the generator's state */
};

/* Reads them; says what is wrong and ends with STATUS_OWN. */
void settings_read(struct settings *settings, const struct given *given);

/* The value of a variable that a copy brings; NULL: it brings none. */
const char *settings_own(const char *name);

/* Up to a part, 1/fraction, of the window's largest piece, at random, in bytes:
 * whole pages. 0 where nothing is to be random. */
size_t settings_chance(struct settings *settings, size_t fraction);

#endif
