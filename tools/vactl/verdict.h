/* SPDX-License-Identifier: MIT */
/*
 * What lies at one address and why, or which calls could get it. Judged by the
 * table, the kernel's list, and the rules in the process's environment.
 */
#ifndef VACTL_VERDICT_H
#define VACTL_VERDICT_H

#include <stdbool.h>

#include "pieces.h"
#include "reader.h"

enum verdict_state {
	VERDICT_MAPPED, /* the table or the kernel has something there */
	VERDICT_FREE,
	VERDICT_GUARD,  /* free, for a stack to grow */
	VERDICT_BELOW,  /* below the lowest address that the kernel gives */
	VERDICT_KERNEL, /* at or above the end of user space */
};

struct address_verdict {
	uint64_t address;
	enum verdict_state state;
	bool inside;        /* the window; of a process without a table, user space */
	struct piece piece; /* that holds the address */
	/* Sentences without their full stop. */
	char *why;                /* the state is what it is; from malloc; NULL: nothing to say */
	const char *guest, *host; /* how either could get the address */
};

void verdict_reach(const struct reading *reading, uint64_t address,
		   struct address_verdict *verdict);

#endif
