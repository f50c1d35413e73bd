/* SPDX-License-Identifier: MIT */
/*
 * The origin of a call, as far as the instructions at its return address and the registers
 * prove it. All functions but site_prepare() are async-signal-safe. They read the code of known
 * modules only.
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

/* Finds libc's functions that the others need. Called once, outside all mapping calls, before
 * calls are judged. */
void site_prepare(void);

#if HAS_FIND_OBJECT
/* Finds the module that ld.so knows at the address; false: none. */
bool site_object(uintptr_t address, struct dl_find_object *found);
#endif

/* The registers at the call, by their numbers in instructions. The stack pointer is the one
 * before the call. */
struct site_frame {
	uintptr_t reg[32];
	uintptr_t returns; /* the return address */
};

/* Whether a call is proven to be a host's: the instruction before `returns` is a host module's,
 * and calls the function `entry`, or calls a host module's function that is seen to jump to it. */
bool site_proves(uintptr_t returns, const struct site_frame *frame, uintptr_t entry);

/* The target of an exported function's `pointer` entry: its `host` entry if the call is proven
 * to be a host's, else `plain`. */
uintptr_t site_choose(const struct site_frame *frame, size_t number);

/* Notes the result of this thread's dlsym() call that returns to `returns`, which a call may
 * use from the register. 0: it is none of the library's functions. */
void site_note_lookup(uintptr_t returns, uintptr_t answer);

/* The call's return address; but if the called function has jumped to the library, that
 * function's address plus one, at which no call returns. */
uintptr_t site_caller(uintptr_t returns);

#endif
