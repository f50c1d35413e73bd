/* SPDX-License-Identifier: MIT */
/* The mappings from the launcher's start: itself, its stack, the vDSO. */
#ifndef LAUNCH_SELF_H
#define LAUNCH_SELF_H

#include <stdbool.h>

#include "core/window.h"

#define SELF_MAX 48

struct self_mapping {
	struct span span;
	bool system; /* the vDSO and its data */
	bool moved;  /* it is at its place for the program */
};

struct self {
	int count;
	struct self_mapping at[SELF_MAX];
	struct span stack; /* one of them; empty: it is not known */
};

/* Reads /proc/self/maps up to `top`; ends the process if it cannot. */
void self_look(struct self *self, uintptr_t top);

/* The span of the vDSO's mappings; empty: there are none. */
struct span self_system(const struct self *self);

/* The end of the highest mapping below the stack, where the kernel's search begins. */
uintptr_t self_base(const struct self *self);

#endif
