/* SPDX-License-Identifier: MIT */
/*
 * Where a call came from, as far as the instructions at its return address and
 * the registers tell. All are async-signal-safe; code of unknown modules is not
 * read.
 */
#ifndef VALIMIT_EDGE_SITE_H
#define VALIMIT_EDGE_SITE_H

#include <dlfcn.h>
#include <stdbool.h>
#include <stdint.h>

#include "export.h"
#include "roster.h"

#ifdef __GLIBC__
#define HAS_FIND_OBJECT __GLIBC_PREREQ(2, 35)
#else
#define HAS_FIND_OBJECT 0
#endif

/* Once, when it is known that calls will be judged, and outside of any call. */
void site_prepare(void);

#if HAS_FIND_OBJECT
/* The module that ld.so knows at the address; false: none. */
bool site_object(uintptr_t address, struct dl_find_object *found);
#endif

/* The registers by their numbers in instructions, as they were at the call; the
 * caller's stack pointer is as before it. */
struct site_frame {
	uintptr_t reg[32];
	uintptr_t returns; /* the return address */
};

/* Whether a call is proven to be a host's: a host module's instruction before
 * `returns` calls the function `entry`, or calls a host module's function that is
 * seen to jump to it. */
bool site_proves(uintptr_t returns, const struct site_frame *frame, uintptr_t entry);

/* Where the `pointer` of an exported function goes on: to its `host` if the
 * call is proven to be a host's, else to `plain`. */
uintptr_t site_choose(const struct site_frame *frame, size_t number);

/* Remembers what dlsym() answers this thread's call that returns to `returns`: a
 * call may follow that takes it from the register. 0: none of the library's
 * functions. */
void site_note_lookup(uintptr_t returns, uintptr_t answer);

/* The return address; or, where the function that was called there has jumped
 * to the library, that function's address plus one: nothing returns to there. */
uintptr_t site_caller(uintptr_t returns);

#endif
