/* SPDX-License-Identifier: MIT */
/*
 * Notices that modules were loaded. Only the shared library has this file.
 *
 * dlopen() cannot be wrapped: it uses the RUNPATH and the namespace of its caller, which would
 * be the wrapper. Instead the library defines __gmon_start__(), which crti.o's _init() calls if
 * it is defined, on x86-64 and AArch64. It is the first code that a new module runs, when the
 * module and its dependencies are relocated. A module without an _init() is noticed with the
 * next one, or when the program looks up one of its functions.
 *
 * dlsym() ends in a jump to libc's, so that libc sees the right caller. dlclose() removes
 * unloaded modules from the roster.
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

/* Whether crti.o calls __gmon_start__(). */
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
	/* Starts the process: another library may be initialised before this one (libpthread
	 * before glibc 2.34). */
	process_space();
	loaded_refresh();
}

#ifdef __GLIBC__
/* Answers a lookup of one of the library's functions, if it would find the library's or, past
 * that, libc's: a host module gets the `pointer` entry, others the exported function. NULL: the
 * lookup finds something else. */
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

/* Notices a module that has no _init(). dlsym()'s handle is the module's link_map. */
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

/* dlclose() can be wrapped, since it does not use its caller. */
EXPORT int dlclose(void *handle)
{
	int (*libcs)(void *handle) = (__typeof__(libcs))libc_of_libdl("dlclose");
	int result = libcs(handle);

	loaded_refresh();
	return result;
}
#endif
