/* SPDX-License-Identifier: MIT */
#include "model.h"

#include <errno.h>
#include <stdlib.h>
#include <ucontext.h>

#define MAX_CHOICES 4096
#define STACK_SIZE (64 * 1024)

enum state { RUNNING, ASLEEP, ENDED };

struct thread {
	ucontext_t context;
	enum state state;
	const uint32_t *word; /* ASLEEP: on what */
	long answer;          /* of its wait */
	char stack[STACK_SIZE];
};

/* The possible next steps: a thread goes on, or its wait ends early. */
struct option {
	int thread;
	long answer;
};

static const struct model *model;
static struct thread threads[MODEL_THREADS];
static ucontext_t scheduler;
static int current, preemptions, timeouts;

/* The choices of this run, and of how many each was one. */
static struct {
	int taken, of;
} choices[MAX_CHOICES];
static int chosen, known;

static void run_body(void)
{
	model->body(current);
	threads[current].state = ENDED;
	swapcontext(&threads[current].context, &scheduler);
}

void model_step(void)
{
	swapcontext(&threads[current].context, &scheduler);
}

long model_wait(const uint32_t *word, uint32_t expected)
{
	struct thread *self = &threads[current];

	model_step();
	if (*word != expected)
		return -EAGAIN;
	self->word = word;
	self->state = ASLEEP;
	model_step();
	return self->answer;
}

void model_wake(const uint32_t *word)
{
	model_step();
	for (int i = 0; i < model->threads && !model->lose_wakes; i++) {
		struct thread *thread = &threads[i];

		if (thread->state == ASLEEP && thread->word == word) {
			thread->state = RUNNING;
			thread->answer = 0;
			return;
		}
	}
}

static int choose(int of)
{
	if (of == 1)
		return 0;
	if (chosen == MAX_CHOICES)
		abort();
	if (chosen == known) {
		choices[known].taken = 0;
		choices[known++].of = of;
	}
	return choices[chosen++].taken;
}

/* The next list of choices; false after the last. */
static bool next_run(void)
{
	while (known > 0 && choices[known - 1].taken + 1 == choices[known - 1].of)
		known--;
	if (known == 0)
		return false;
	choices[known - 1].taken++;
	return true;
}

/* The thread that runs goes on first; to stop it for another costs a preemption. */
static int options_now(struct option *options)
{
	bool runs = threads[current].state == RUNNING;
	int count = 0;

	if (runs)
		options[count++] = (struct option){ .thread = current };
	for (int i = 0; i < model->threads; i++)
		if (i != current && threads[i].state == RUNNING &&
		    (!runs || preemptions < model->preemptions))
			options[count++] = (struct option){ .thread = i };
	for (int i = 0; i < model->threads && timeouts < model->timeouts; i++)
		if (threads[i].state == ASLEEP) {
			options[count++] = (struct option){ i, -ETIMEDOUT };
			options[count++] = (struct option){ i, -EINTR };
		}
	return count;
}

static void go_on(const struct option *option)
{
	struct thread *thread = &threads[option->thread];

	preemptions += option->thread != current && threads[current].state == RUNNING;
	if (option->answer) {
		timeouts++;
		thread->answer = option->answer;
	}
	thread->state = RUNNING;
	current = option->thread;
	swapcontext(&scheduler, &thread->context);
}

static void start(int i)
{
	struct thread *thread = &threads[i];

	thread->state = RUNNING;
	getcontext(&thread->context);
	thread->context.uc_stack.ss_sp = thread->stack;
	thread->context.uc_stack.ss_size = STACK_SIZE;
	thread->context.uc_link = NULL;
	makecontext(&thread->context, run_body, 0);
}

/* True when all threads have ended. */
static bool run_once(void)
{
	struct option options[3 * MODEL_THREADS];
	int count;

	chosen = preemptions = timeouts = current = 0;
	model->begin();
	for (int i = 0; i < model->threads; i++)
		start(i);
	while ((count = options_now(options)) > 0)
		go_on(&options[choose(count)]);
	for (int i = 0; i < model->threads; i++)
		if (threads[i].state != ENDED)
			return false;
	return true;
}

struct model_result model_explore(const struct model *what)
{
	struct model_result result = { 0 };

	model = what;
	known = 0;
	do {
		result.runs++;
		result.stuck += !run_once();
		result.timeouts += (unsigned long)timeouts;
	} while (!result.stuck && next_run());
	return result;
}
