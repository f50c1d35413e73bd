/* SPDX-License-Identifier: MIT */
/*
 * What the user asks for, and what the kernel allows.
 *
 * The settings are the variables VA_LIMIT and VA_LIMIT_* of the environment. If
 * the launcher's file has settings of its own (common/settings_block.h), they
 * replace those of the environment.
 */
#ifndef LAUNCH_SETTINGS_H
#define LAUNCH_SETTINGS_H

#include "common/settings_block.h"
#include "core/options.h"
#include "initial_stack.h"

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

/* Reads the settings. On an error it writes a message and ends with STATUS_OWN. */
void settings_read(struct settings *settings, const struct initial_stack *initial);

/* The value of a variable that a copy brings; NULL: it brings none. */
const char *settings_own(const char *name);

/* A random number of bytes below `bytes`, in whole pages; 0 without randomisation. */
size_t settings_within(struct settings *settings, size_t bytes);

/* A random number of bytes up to 1/fraction of the window's largest piece, in whole pages; 0
 * without randomisation. */
size_t settings_chance(struct settings *settings, size_t fraction);

#endif
