/* SPDX-License-Identifier: MIT */
/* The shared library's own search for libc's functions. */
#include "libc.h"

/* Identifies the module in libc's lists of handlers. The library is linked without the
 * compiler's start files, which would define it and add four names to look up at every start.
 * The library is never unloaded. */
extern void *const __dso_handle;
__attribute__((visibility("hidden"))) void *const __dso_handle = (void *)&__dso_handle;

#ifdef __GLIBC__
#include <dlfcn.h>
#include <stddef.h>

/* The architecture's first glibc version, and the first with __register_atfork(). */
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

void *libc_of_libdl(const char *name)
{
	void *found = dlvsym(RTLD_NEXT, name, "GLIBC_2.34");

	return found ? found : dlvsym(RTLD_NEXT, name, FIRST);
}

libc_lookup_function *libc_lookup(void)
{
	static libc_lookup_function *kept;
	libc_lookup_function *found = __atomic_load_n(&kept, __ATOMIC_RELAXED);

	if (!found)
		found = (libc_lookup_function *)libc_of_libdl("dlsym");
	__atomic_store_n(&kept, found, __ATOMIC_RELAXED);
	return found;
}

void *libc_find(const char *name)
{
	return libc_lookup()(RTLD_DEFAULT, name);
}

void *libc_next(const char *name)
{
	return libc_lookup()(RTLD_NEXT, name);
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
#endif
