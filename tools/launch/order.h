/* SPDX-License-Identifier: MIT */
/*
 * The launcher's caller. vactl, a shell and binfmt_misc learn of a failure by message and
 * status. For the library inside a program the kernel starts the program after a failure.
 */
#ifndef LAUNCH_ORDER_H
#define LAUNCH_ORDER_H

#include <stdbool.h>

#include "initial_stack.h"
#include "personality.h"

struct order {
	bool by_library;  /* HANDOFF_CALL */
	int fd;           /* the program's open file; -1: it is PATH */
	const char *comm; /* the process's name; NULL: the last part of PATH */
};

/* Reads argv[0]. A launcher that executes itself again hands it on. */
struct order order_read(const struct initial_stack *initial);

/* Prepares for failures. If the library has called, a failure makes the kernel start the
 * program, and if a whole program executes, only failures are reported. The function keeps
 * all three pointers. */
void order_rescue(const struct order *order, const struct initial_stack *initial,
		  const struct personality *personality);

#endif
