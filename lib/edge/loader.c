/* SPDX-License-Identifier: MIT */
/*
 * Where the library notices that modules have come: the shared library only.
 *
 * A wrapper around dlopen() would be the caller that dlopen() looks at, whose
 * RUNPATH and namespace it takes. Instead the library defines __gmon_start__,
 * which crti.o's _init() calls where anything defines it, on x86-64 and AArch64:
 * the first instruction that a new module runs, when it and what it needs are
 * relocated. Modules without an _init() are noticed by the next, or when the
 * program asks for one of their functions.
 *
 * dlsym() ends in libc's own with a jump, so that its caller stays the caller.
 * After dlclose() what has gone is forgotten.
 */
#include <dlfcn.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>

#include "export.h"
#include "libc.h"
#include "loaded.h"
#include "process.h"
#include "roster.h"
#include "site.h"

/* Whether crti.o calls __gmon_start__. */
#ifdef __riscv
#define INITIALISES false
#else
#define INITIALISES true
#endif

#define EXPORT __attribute__((visibility("default")))
#define CALLER ((uintptr_t)__builtin_return_address(0))

void __gmon_start__(void);

EXPORT void __gmon_start__(void)
{
	/* Where another library is initialised first: libpthread before glibc 2.34. */
	process_space();
	loaded_refresh();
}

#ifdef __GLIBC__
/* Of the library's own functions: what a module is to get for one, where it
 * would get the library's or, past that, libc's; NULL: what it would get. */
static void *answer(void *handle, const char *name, uintptr_t caller)
{
	const struct export *export = export_named(name);
	struct module module;
	uintptr_t found;

	if (!export)
		return NULL;
	found = (uintptr_t)libc_lookup()(handle, name);
	if (!found || (!export_reached(found) &&
		       found != (uintptr_t)libc_lookup()(RTLD_NEXT, name)))
		return NULL;
	if (roster_find(caller, &module, NULL) && module.kind == KIND_HOST)
		return (void *)export->pointer;
	return (void *)export->plain;
}

#ifdef __clang__
#define JUMPS
#define JUMP __attribute__((musttail))
#else
#define JUMPS __attribute__((optimize("O2")))
#define JUMP
#endif

/* A module that was not noticed yet, as it has no _init(), is now: its handle is
 * its link_map. */
static void notice(void *handle)
{
	const struct link_map *map = handle;

	if (handle != RTLD_DEFAULT && handle != RTLD_NEXT &&
	    (!INITIALISES || !roster_holds((uintptr_t)map->l_ld)))
		loaded_refresh();
}

EXPORT JUMPS void *dlsym(void *handle, const char *name)
{
	void *own;

	notice(handle);
	own = answer(handle, name, CALLER);
	site_note_lookup(CALLER, (uintptr_t)own);
	if (own)
		return own;
	JUMP return libc_lookup()(handle, name);
}

/* It does not look at its caller. */
EXPORT int dlclose(void *handle)
{
	int (*libcs)(void *handle) = (__typeof__(libcs))libc_of_libdl("dlclose");
	int result = libcs(handle);

	loaded_refresh();
	return result;
}
#endif
