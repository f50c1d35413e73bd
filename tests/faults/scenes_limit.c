/* SPDX-License-Identifier: MIT */
/* valimit_set, which is prctl(PR_SET_VA_LIMITS) too, and what tells of it. */
#include "../guest/guest.h"

#include "stage.h"

#include <limits.h>

static void ask(struct stage *stage, uintptr_t lower, uintptr_t upper)
{
	stage_map(stage, 0, 64 * KIB, 0);
	stage_host(stage, 64 * KIB);
	stage->call = (struct fault_call){ .kind = DO_LIMIT, .begin = lower, .end = upper };
}

static void wider(struct stage *stage)
{
	ask(stage, stage->space->table->lower, stage->space->table->upper + GIB);
}

static void narrower(struct stage *stage)
{
	ask(stage, stage->space->table->lower, stage->space->table->upper - 16 * MIB);
}

static void elsewhere(struct stage *stage)
{
	ask(stage, 0x800000000, 0x900000000);
}

static void wrapped(struct stage *stage)
{
	ask(stage, 0x900000000, 0x800000000);
}

static void lifted(struct stage *stage)
{
	ask(stage, 0, 0);
}

static void around_the_unseen(struct stage *stage)
{
	stage_unseen(0x880000000, 64 * KIB, PROT_READ);
	stage_unseen(stage_free_place(stage, 64 * KIB), 64 * KIB, PROT_NONE);
	ask(stage, 0x800000000, 0x880000000);
}

/* Lower than anything can lie. */
static void empty(struct stage *stage)
{
	ask(stage, 1, 2);
}

static void asked_for(struct stage *stage)
{
	stage_map(stage, 0, 64 * KIB, 0);
	stage->call = (struct fault_call){ .kind = DO_ASK, .begin = stage->space->table->lower,
				     .end = stage->space->table->upper };
}

const struct scene scenes_limit[] = {
	{ "limits wider", wider, false },
	{ "limits narrower", narrower, false },
	{ "limits elsewhere", elsewhere, false },
	{ "limits wrapped", wrapped, false },
	{ "limits lifted", lifted, false },
	{ "limits around the unseen", around_the_unseen, false },
	{ "limits of nothing", empty, false },
	{ "limits asked for, and figures", asked_for, false },
	{ 0 }
};
