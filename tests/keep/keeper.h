/* SPDX-License-Identifier: MIT */
/*
 * A thread that makes memory, changes it and gives it up, at random, and checks its holds at
 * each visit.
 */
#ifndef TESTS_KEEP_KEEPER_H
#define TESTS_KEEP_KEEPER_H

#include <pthread.h>
#include <setjmp.h>
#include <stdbool.h>
#include <stdint.h>

#include "hold.h"
#include "keep.h"

#define SLOTS 24

struct keeper {
	pthread_t thread;
	unsigned int number;
	bool host;     /* its usual work */
	bool orphan;   /* of a raw clone's child, or a handler: the table may be another's, */
		       /* and a host's ENOMEM is then no failure */
	bool no_libc;  /* a child: libc's locks may be held by threads that it has not */
	uint64_t dice, serial;
	struct hold slot[SLOTS];

	/* The hold that it works on right now; busy until keeper_done(). */
	struct hold *taken[2];
	unsigned int taken_count;

	/* The handler's part: it has holds and dice of its own. */
	uint64_t tick_dice;
	struct hold tick[2];
	sigjmp_buf back;
	volatile bool can_jump;
	unsigned int jumps;
};

static inline unsigned int roll(uint64_t *dice, unsigned int sides)
{
	return (unsigned int)(random_next(dice) % sides);
}

void keeper_begin(struct keeper *keeper, unsigned int number, bool host, uint64_t seed);

/* One operation. */
void keeper_visit(struct keeper *keeper);

/* Checks all that it holds and gives it up. */
void keeper_end(struct keeper *keeper);

/* A slot with nothing in it, taken; NULL where there is none. */
struct hold *keeper_empty(struct keeper *keeper);
void keeper_take(struct keeper *keeper, struct hold *hold);
void keeper_done(struct keeper *keeper);

/* Counts a call that failed with errno: as refused where ENOMEM may be the answer. */
void keeper_failed(const struct keeper *keeper, bool host, const char *call);

/* Fills an empty slot, taken, in one of the ways of make.c. */
void keeper_make(struct keeper *keeper, struct hold *hold);

/* Changes a taken slot's hold in one of the ways of change.c. */
void keeper_change(struct keeper *keeper, struct hold *hold);
void keeper_give_up(struct keeper *keeper, struct hold *hold);

#endif
