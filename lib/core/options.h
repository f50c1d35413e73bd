/* SPDX-License-Identifier: MIT */
/*
 * The environment: VA_LIMIT and VA_LIMIT_*. Pure: takes envp, keeps pointers into it, allocates
 * nothing.
 */
#ifndef VALIMIT_CORE_OPTIONS_H
#define VALIMIT_CORE_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "window.h"

/* Each enum's constants are in the order of its words. */
enum option_fence { FENCE_AUTO, FENCE_ON, FENCE_NEVER, FENCE_SEAL };
#define OPTION_FENCES "auto, on, off, sealed"
enum option_reach { WANT_PROCESS, WANT_CALLS, WANT_WHOLE };
#define OPTION_REACHES "process, calls, whole"
enum option_place { PLACE_TOPDOWN, PLACE_BOTTOMUP, PLACE_RANDOM, PLACE_BESTFIT };
#define OPTION_PLACES "topdown, bottomup, random, bestfit"

struct options {
	bool limited;          /* VA_LIMIT is set and is not "none" */
	struct window window;  /* as written, not clamped */
	enum option_fence fence;
	enum option_reach reach; /* WANT_CALLS if and only if the fence is FENCE_NEVER */
	bool fixed_deny;
	enum option_place place;
	bool has_base, has_seed;
	uintptr_t base;        /* address, as written */
	uint64_t seed;
	size_t align;          /* bytes, a power of two; 0: the page */
	const char *host;      /* globs, ':'-separated; NULL: unset */
	const char *guest;
	const char *trace;     /* file name, or "stderr"; NULL: unset */
	bool trace_page;       /* the trace has a page dump after each change */
	const char *report;    /* file name, or "stderr"; NULL: unset */
	bool inspect_any;
	bool kept_out;         /* the library removes these variables after reading them */
};

/* A rejected variable: its name, its value and the reason. The pointers are to static text or
 * into envp. */
struct options_error {
	const char *name;  /* "VA_LIMIT_FENCE", not terminated by '=' */
	size_t name_length;
	const char *value;
	const char *why;   /* lower-case phrase: "is not one of auto, on, off, sealed" */
};

/* Reads envp (NULL-terminated). An unset or empty variable has its default. An unknown
 * VA_LIMIT_* name is an error, since a misspelt one would be ignored in silence. Returns 0, or
 * -EINVAL with *error set. */
int options_parse(char *const *envp, uintptr_t min, struct options *options,
		  struct options_error *error);

#endif
