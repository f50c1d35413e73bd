/* SPDX-License-Identifier: MIT */
/* What is mapped when the launcher starts: itself, its stack, the vDSO. */
#ifndef LAUNCH_SELF_H
#define LAUNCH_SELF_H

#include <stdbool.h>

#include "core/window.h"

#define SELF_MAX 48

struct self_mapping {
	struct span span;
	bool system; /* the vDSO and its data */
	bool moved;  /* it is where the program shall have it */
};

struct self {
	int count;
	struct self_mapping at[SELF_MAX];
	struct span stack; /* one of them; empty: it is not known */
};

/* Reads the kernel's list up to `top`; ends the process where it cannot. */
void self_look(struct self *self, uintptr_t top);

/* From the first to the last mapping of the vDSO; empty: there is none. */
struct span self_system(const struct self *self);

/* The end of the highest mapping below the stack: there the kernel has begun to search
 * for room. */
uintptr_t self_base(const struct self *self);

#endif
