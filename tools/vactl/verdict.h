/* SPDX-License-Identifier: MIT */
/*
 * What is to be said of one address: what is there and why, or who could have
 * it. By the table and the kernel's list, and where the process still has it
 * by the environment that it was started with.
 */
#ifndef VACTL_VERDICT_H
#define VACTL_VERDICT_H

#include <stdbool.h>

#include "pieces.h"
#include "reader.h"

enum place {
	PLACE_MAPPED, /* the table or the kernel has something there */
	PLACE_FREE,
	PLACE_BELOW,  /* below the lowest address that the kernel gives */
	PLACE_KERNEL, /* at or above the end of user space */
	PLACE_GUARD,  /* free for a growing stack */
};

struct verdict {
	uint64_t address;
	enum place place;
	bool inside;            /* the window */
	struct piece piece;     /* of PLACE_MAPPED and PLACE_GUARD; else its span: the gap */
	/* Sentences without their full stop, from malloc; NULL: nothing to say. */
	char *why;              /* it is what it is */
	char *guest, *host;     /* how either could get it */
};

void verdict_reach(const struct reading *reading, uint64_t address, struct verdict *verdict);
void verdict_free(struct verdict *verdict);

/* "mapped", "free", "out of reach" */
const char *verdict_word(const struct verdict *verdict);

#endif
