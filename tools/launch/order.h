/* SPDX-License-Identifier: MIT */
/*
 * The launcher's caller: vactl, a shell or binfmt_misc, which are told of a failure by
 * message and status; or the library inside a program, which would rather have its
 * program started by the kernel than not at all.
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

/* Reads argv[0], which a launcher that starts again hands on. */
struct order order_read(const struct initial_stack *initial);

/* From here on a failure has the kernel start the program, if the library has
 * called, and for what a whole program executes nothing but failures is told. All
 * three are kept. */
void order_rescue(const struct order *order, const struct initial_stack *initial,
		  const struct personality *personality);

#endif
