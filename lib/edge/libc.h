/* SPDX-License-Identifier: MIT */
/*
 * libc's functions that few programs need. ld.so would look up each of them at every program's
 * start, for about 900 instructions a name, so the shared library finds them at their first
 * call. Not for calls that map: the search takes ld.so's lock. With another libc, and in the
 * static library, they are linked.
 */
#ifndef VALIMIT_EDGE_LIBC_H
#define VALIMIT_EDGE_LIBC_H

#include <features.h>

#if defined(VALIMIT_SHARED) && defined(__GLIBC__)
/* The next library's dlsym(): libc's, unless another library is in between. */
typedef void *libc_lookup_function(void *handle, const char *name);
libc_lookup_function *libc_lookup(void);

/* The next library's function. glibc 2.34 moved it from libdl. */
void *libc_of_libdl(const char *name);

/* The function that the program would get by that name. */
void *libc_find(const char *name);
#define LIBC(name) ((__typeof__(name) *)libc_find(#name))

/* The function that the next library has by that name. For constructors. */
void *libc_next(const char *name);
#define LIBC_NEXT(name) ((__typeof__(name) *)libc_next(#name))

void libc_atfork(void (*prepare)(void), void (*parent)(void), void (*child)(void));
void libc_at_quick_exit(void (*function)(void));
#else
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>

#define LIBC(name) (name)
#ifdef VALIMIT_SHARED
#define LIBC_NEXT(name) ((__typeof__(name) *)dlsym(RTLD_NEXT, #name))
#else
#define LIBC_NEXT(name) (name) /* the program's own */
#endif
#define libc_atfork pthread_atfork
#define libc_at_quick_exit at_quick_exit
#endif

#endif
