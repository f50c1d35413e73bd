/* SPDX-License-Identifier: MIT */
/*
 * Functions of libc's that not every program's start needs. ld.so would look each of them
 * up there, for about 900 instructions a name; so the shared library finds them when they
 * are called for. Not on the way of a call that maps: the search takes ld.so's lock. With
 * another libc, and in the static library, they are linked.
 */
#ifndef VALIMIT_EDGE_LIBC_H
#define VALIMIT_EDGE_LIBC_H

#include <features.h>

#if defined(VALIMIT_SHARED) && defined(__GLIBC__)
/* The next library's dlsym(): libc's, where no other is between. */
typedef void *libc_lookup_function(void *handle, const char *name);
libc_lookup_function *libc_lookup(void);

/* A function of the next library, which glibc 2.34 took over from libdl. */
void *libc_of_libdl(const char *name);

/* What the program gets for that name. */
void *libc_find(const char *name);
#define LIBC(name) ((__typeof__(name) *)libc_find(#name))

/* What the next library after this one has for it, for constructors. */
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
