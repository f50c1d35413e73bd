/* SPDX-License-Identifier: MIT */
/* A call: what was asked, by whom, and what became of it. */
#ifndef VALIMIT_CORE_CALL_H
#define VALIMIT_CORE_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "table.h"

/* In which direction room is searched for; the values of <valimit.h>. */
enum direction { DIRECTION_POLICY, DIRECTION_DOWN, DIRECTION_UP };

/* As the caller gave it. What a call of that name does not take is 0. */
struct call {
	enum call_name name;
	enum kind kind;       /* whose it was held to be; KIND_NONE: not asked */
	uintptr_t address;    /* of mremap the old one */
	size_t length;        /* of mremap the old one */
	size_t new_size;
	uintptr_t new;
	int prot, flags;
	int fd;               /* of shmat the segment's id */
	long offset;
	uintptr_t begin, end; /* the range, or the limits */
	size_t align;         /* of the address; 0: the page */
	enum direction direction;
	bool host;            /* known to be a host's by the way it came */
	uintptr_t returns;    /* where it returns to */
	uintptr_t caller;     /* the same; or the address plus one of a function that has jumped
			       * to it; 0: unknown */
	long result;          /* the value, or -errno */
};

/* Whether the result is an error. */
static inline bool call_failed(const struct call *call)
{
	return (unsigned long)call->result > -4096UL;
}

/* Whether the answer, where it is no error, is a mapping's address. */
static inline bool call_answers_address(const struct call *call)
{
	return call->name != CALL_MUNMAP && call->name != CALL_SHMDT && call->name != CALL_LIMITS;
}

/* What became of it; and what an error, -errno, is counted as. */
enum outcome call_outcome(const struct call *call);
enum outcome call_error(long error);

/* A word for each: "mmap", "in place". */
const char *call_word(enum call_name name);
const char *call_outcome_word(enum outcome outcome);

#endif
