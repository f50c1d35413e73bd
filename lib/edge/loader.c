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

/* Names the module to libc where handlers are registered. The library is linked without
 * the compiler's start files, which would have it, and four more names to look up at
 * every start; it is never unloaded. */
extern void *const __dso_handle;
__attribute__((visibility("hidden"))) void *const __dso_handle = (void *)&__dso_handle;

void __gmon_start__(void);

EXPORT void __gmon_start__(void)
{
	/* Where another library is initialised first: libpthread before glibc 2.34. */
	process_space();
	loaded_refresh();
}

#ifdef __GLIBC__
typedef void *lookup(void *handle, const char *name);

/* The architecture's first glibc, and the one where it got __register_atfork(). */
#if defined(__x86_64__)
#define FIRST "GLIBC_2.2.5"
#define ATFORK "GLIBC_2.3.2"
#elif defined(__aarch64__)
#define FIRST "GLIBC_2.17"
#define ATFORK FIRST
#else
#define FIRST "GLIBC_2.27"
#define ATFORK FIRST
#endif

/* A function of the next library, which 2.34 took over from libdl. */
static void *next(const char *name)
{
	void *found = dlvsym(RTLD_NEXT, name, "GLIBC_2.34");

	return found ? found : dlvsym(RTLD_NEXT, name, FIRST);
}

static lookup *next_lookup(void)
{
	static lookup *kept;
	lookup *found = __atomic_load_n(&kept, __ATOMIC_RELAXED);

	if (!found)
		found = (lookup *)next("dlsym");
	__atomic_store_n(&kept, found, __ATOMIC_RELAXED);
	return found;
}

void *libc_find(const char *name)
{
	return next_lookup()(RTLD_DEFAULT, name);
}

void *libc_next(const char *name)
{
	return next_lookup()(RTLD_NEXT, name);
}

void libc_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void))
{
	int (*enter)(void (*)(void), void (*)(void), void (*)(void), void *) =
		(__typeof__(enter))dlvsym(RTLD_DEFAULT, "__register_atfork", ATFORK);

	if (enter)
		enter(prepare, parent, child, __dso_handle);
}

void libc_at_quick_exit(void (*function)(void))
{
	int (*enter)(void (*)(void), void *) =
		(__typeof__(enter))libc_find("__cxa_at_quick_exit");

	enter(function, __dso_handle);
}

/* Of the library's own functions: what a module is to get for one, where it
 * would get the library's or, past that, libc's; NULL: what it would get. */
static void *answer(void *handle, const char *name, uintptr_t caller)
{
	const struct export *export = export_named(name);
	struct module module;
	uintptr_t found;

	if (!export)
		return NULL;
	found = (uintptr_t)next_lookup()(handle, name);
	if (!found || (!export_reached(found) &&
		       found != (uintptr_t)next_lookup()(RTLD_NEXT, name)))
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
	JUMP return next_lookup()(handle, name);
}

/* It does not look at its caller. */
EXPORT int dlclose(void *handle)
{
	int (*libcs)(void *handle) = (__typeof__(libcs))next("dlclose");
	int result = libcs(handle);

	loaded_refresh();
	return result;
}
#endif
