/* SPDX-License-Identifier: MIT */
/* A mapping call: its arguments, its origin, and its result. */
#ifndef VALIMIT_CORE_CALL_H
#define VALIMIT_CORE_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table.h"

/* The direction in which a search looks for a gap. The values are those of <valimit.h>. */
enum direction { DIRECTION_POLICY, DIRECTION_DOWN, DIRECTION_UP };

/* The caller's arguments. An argument that the call does not take is 0. */
struct call {
	enum call_name name;
	enum kind kind;       /* guest or host, as the call was classified; KIND_NONE: not
			       * classified */
	uintptr_t address;    /* for mremap the old address */
	size_t length;        /* for mremap the old size */
	size_t new_size;
	uintptr_t new;
	int prot, flags;
	int fd;               /* for shmat the segment's id */
	long offset;
	uintptr_t begin, end; /* the range; for CALL_LIMITS the window's bounds */
	size_t align;         /* of the address, in bytes; 0: a page */
	enum direction direction;
	bool host;            /* the call came by a way that only hosts take */
	uintptr_t returns;    /* the call's return address */
	uintptr_t caller;     /* an address in the module that called: `returns`; or, where a
			       * function has jumped to the call, that function's address plus
			       * one; 0: unknown */
	long result;          /* the value, or -errno */
};

/* Whether the call's result is an error. */
static inline bool call_failed(const struct call *call)
{
	return (unsigned long)call->result > -4096UL;
}

/* Whether the call's result, unless it is an error, is a mapping's address. */
static inline bool call_answers_address(const struct call *call)
{
	return call->name != CALL_MUNMAP && call->name != CALL_SHMDT && call->name != CALL_LIMITS;
}

/* Classifies the result: call_outcome() of a call, call_error() of an error (-errno). */
enum outcome call_outcome(const struct call *call);
enum outcome call_error(long error);

/* Names for reports and traces: "mmap", "in place". */
const char *call_word(enum call_name name);
const char *call_outcome_word(enum outcome outcome);

#endif
