/* SPDX-License-Identifier: MIT */
#include "plan.h"

#include <stdio.h>
#include <string.h>

static const struct plan *current;

static void run_operations(const enum script_operation *operation, int who)
{
	for (; *operation != SCRIPT_OPERATIONS; operation++)
		script_run(*operation, who);
}

static void run_script(int thread)
{
	run_operations(current->script[thread], thread);
}

static void run_handler(int thread)
{
	bed.in_doubt = true;
	run_operations(current->handler, EXPLORE_THREADS + thread);
}

static bool has(const struct plan *plan, enum script_operation operation)
{
	for (int i = 0; i < plan->threads; i++)
		for (int n = 0; plan->script[i][n] != SCRIPT_OPERATIONS; n++)
			if (plan->script[i][n] == operation)
				return true;
	return false;
}

static void begin(void)
{
	bed_begin();
	bed.in_doubt = current->timeouts > 0;
	bed.releases = has(current, RELEASE);
}

static void print_script(const char *whose, int number, const enum script_operation *operation)
{
	printf("# %s%d:", whose, number);
	for (; *operation != SCRIPT_OPERATIONS; operation++)
		printf(" %s;", script_name(*operation));
	printf("\n");
}

static void print_plan(const struct plan *plan)
{
	for (int i = 0; i < plan->threads; i++)
		print_script("T", i, plan->script[i]);
	if (plan->handlers)
		print_script("H", 0, plan->handler);
}

void plan_run(const struct plan *plan, struct plan_total *total, bool show)
{
	struct explore model = {
		.threads = plan->threads,
		.preemptions = plan->preemptions,
		.timeouts = plan->timeouts,
		.handlers = plan->handlers,
		/* A raw clone's child waits for what threads have held that it does not have. */
		.waits_in_vain = plan->timeouts || plan->handlers || has(plan, CLONE),
		.random = plan->random,
		.seed = plan->seed,
		.begin = begin,
		.body = run_script,
		.handler = run_handler,
		.end = bed_judge,
	};
	struct explore_result result;

	current = plan;
	bed_make(plan->sort, plan->threads);
	result = explore(&model);
	total->plans++;
	total->runs += result.runs;
	total->steps += result.steps;
	if (!result.fault)
		return;
	total->faults++;
	total->fault = result.fault;
	if (!show)
		return;
	print_plan(plan);
	printf("# found in run %lu: %s\n", result.runs, result.fault);
	explore_print();
}

/* A change of limits, or of reservations, by a thread that is not there any more stays half
 * done. */
static bool is_alone(enum script_operation operation)
{
	return operation == LIMITS || operation == RESERVE || operation == RELEASE;
}

static bool is_hopeless(enum script_operation a, enum script_operation b)
{
	return (is_alone(a) && b == CLONE) || (a == CLONE && is_alone(b));
}

/* Where there is a reservation, it is about that; and nowhere else. */
static bool is_elsewhere(const struct plan *plan, enum script_operation a, enum script_operation b)
{
	return (plan->sort >= BED_HELD) != (script_reserves(a) || script_reserves(b));
}

/* Whether a fault is found that begins as is looked for. */
static bool explore_plan(const struct plan *plan, struct plan_total *total, const char *until)
{
	total->fault = NULL;
	plan_run(plan, total, !until);
	return until && total->fault && strncmp(total->fault, until, strlen(until)) == 0;
}

void plan_pairs(struct plan plan, struct plan_total *total, const char *until)
{
	plan.threads = 2;
	for (enum script_operation a = 0; a < SCRIPT_OPERATIONS; a++)
		for (enum script_operation b = a; b < SCRIPT_OPERATIONS; b++) {
			enum script_operation first[] = { a, HOST_MAP, SCRIPT_OPERATIONS };
			enum script_operation second[] = { b, HOST_MAP, SCRIPT_OPERATIONS };

			if (is_hopeless(a, b) || is_elsewhere(&plan, a, b))
				continue;
			for (int n = 0; n < 3; n++) {
				plan.script[0][n] = first[n];
				plan.script[1][n] = second[n];
			}
			if (explore_plan(&plan, total, until))
				return;
		}
}

/* What a handler does: all of it with memory of its own. */
static const enum script_operation handlers[][PLAN_LENGTH + 1] = {
	{ HOST_MAP, HOST_UNMAP, SCRIPT_OPERATIONS },
	{ HOST_MAP, HOST_GROW_MOVING, SCRIPT_OPERATIONS },
	{ GUEST_MAP, GUEST_UNMAP, SCRIPT_OPERATIONS },
	{ HOST_FREE, SCRIPT_OPERATIONS },
	{ RESCAN, SCRIPT_OPERATIONS },
	{ RANGE_MAP, RANGE_UNMAP, SCRIPT_OPERATIONS },
};

#define HANDLERS (int)(sizeof(handlers) / sizeof(handlers[0]))

void plan_handler(struct plan *plan, int number)
{
	memcpy(plan->handler, handlers[number % HANDLERS], sizeof(plan->handler));
}

void plan_interrupted(struct plan plan, struct plan_total *total, const char *until)
{
	for (int h = 0; h < HANDLERS; h++)
		for (enum script_operation a = 0; a < SCRIPT_OPERATIONS; a++) {
			plan.script[0][0] = (enum script_operation)a;
			plan_handler(&plan, h);
			if (is_elsewhere(&plan, a, plan.handler[0]))
				continue;
			if (explore_plan(&plan, total, until))
				return;
		}
}
