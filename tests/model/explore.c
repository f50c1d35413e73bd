/* SPDX-License-Identifier: MIT */
#include "explore.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <ucontext.h>

#include "choice.h"
#include "record.h"
#include "steps.h"

#define MAX_STEPS   4000
#define MAX_IN_VAIN 200000 /* steps of a run that may wait in vain */
#define MAX_LONELY  4   /* turns of waiting for no other thread */
#define STACK_SIZE  (128 * 1024)
#define TLS_MAX     2048

/* The library's thread-local storage (steps.h). */
extern char __start_model_tls[], __stop_model_tls[];

enum state { RUNNING, YIELDED, ASLEEP, ENDED, GONE };

struct thread {
	ucontext_t context;
	enum state state;
	const uint32_t *word;  /* ASLEEP: on what */
	long answer;           /* of its wait */
	unsigned long yielded; /* the run's step at which it was */
	bool nested, blocked;
	char tls[TLS_MAX];
	char stack[STACK_SIZE];
};

/* What may happen next: a thread goes on, its wait ends early, or its handler runs. */
struct option {
	int thread;
	long answer;
	bool handler;
};

static const struct explore *model;
static struct thread threads[EXPLORE_THREADS];
static ucontext_t scheduler;
static bool in_thread;
static int current, preemptions, timeouts, handlers, holder, lonely;
static unsigned long step;
static const char *fault;

static bool (*is_watched)(const volatile void *word);
static const uint32_t *lock_word;

static char fresh_tls[TLS_MAX];

int explore_choose(int of)
{
	return in_thread ? choice_take(of) : 0;
}

static size_t tls_size(void)
{
	return (size_t)(__stop_model_tls - __start_model_tls);
}

static void leave_run(void)
{
	in_thread = false;
	setcontext(&scheduler);
}

void explore_fault(const char *why, long a, long b)
{
	if (fault)
		return;
	explore_note(why, a, b);
	fault = why;
	if (in_thread)
		leave_run();
}

void explore_note(const char *what, long a, long b)
{
	record_add(explore_self(), what, a, b);
}

void explore_print(void)
{
	record_print();
}

int explore_self(void)
{
	return current + (threads[current].nested ? EXPLORE_THREADS : 0);
}

void explore_be(int thread)
{
	current = thread;
}

static bool may_go_on(const struct thread *thread)
{
	return thread->state == RUNNING || (thread->state == YIELDED && thread->yielded < step);
}

static bool may_be_interrupted(const struct thread *thread)
{
	return handlers < model->handlers && !thread->nested && !thread->blocked && model->handler;
}

/* Whether it waits longer than all others that could go on. */
static bool is_next(int i)
{
	for (int other = 0; other < model->threads; other++)
		if (other != current && may_go_on(&threads[other]) &&
		    (threads[other].state == RUNNING || threads[other].yielded < threads[i].yielded))
			return false;
	return true;
}

/* Threads that wait for others go on in turns: else two could wait for a third for
 * ever. To let one go on before its turn is a preemption. */
static bool has_turn(int i, bool runs)
{
	if (i == current || !may_go_on(&threads[i]))
		return false;
	if (runs)
		return preemptions < model->preemptions;
	return threads[i].state == RUNNING || is_next(i);
}

/* `runs`: the current thread could go on; it is the first choice, and to stop it
 * costs a preemption. `others`: whether they may go on here. */
static int options_now(struct option *options, bool runs, bool others)
{
	int count = 0;

	if (runs)
		options[count++] = (struct option){ .thread = current };
	for (int i = 0; others && i < model->threads; i++)
		if (has_turn(i, runs))
			options[count++] = (struct option){ .thread = i };
	for (int i = 0; others && i < model->threads && timeouts < model->timeouts; i++)
		if (threads[i].state == ASLEEP)
			options[count++] = (struct option){ .thread = i, .answer = -ETIMEDOUT };
	if (runs && may_be_interrupted(&threads[current]))
		options[count++] = (struct option){ .thread = current, .handler = true };
	return count;
}

static void switch_to(int next)
{
	int before = current;

	if (next == before)
		return;
	step++; /* what the other does may be what this one waits for */
	memcpy(threads[before].tls, __start_model_tls, tls_size());
	memcpy(__start_model_tls, threads[next].tls, tls_size());
	current = next;
	swapcontext(&threads[before].context, &threads[next].context);
}

static void take(const struct option *option, bool runs)
{
	struct thread *thread = &threads[option->thread];

	if (option->handler) {
		handlers++;
		thread->nested = true;
		model->handler(current);
		thread->nested = false;
		return;
	}
	preemptions += runs && option->thread != current;
	if (option->answer) {
		timeouts++;
		thread->answer = option->answer;
	}
	thread->state = RUNNING;
	switch_to(option->thread);
}

static void decide(bool runs, bool others)
{
	struct option options[3 * EXPLORE_THREADS];
	int count = options_now(options, runs, others);

	if (count == 0)
		leave_run();
	take(&options[choice_prefer_first(count)], runs);
}

static void judge_length(void)
{
	if (step > (model->waits_in_vain ? MAX_IN_VAIN : MAX_STEPS))
		explore_fault("no end of it", 0, 0);
}

void explore_step(const char *what, long a, long b)
{
	if (!in_thread)
		return;
	step++;
	judge_length();
	lonely = 0;
	decide(true, true);
	explore_note(what, a, b);
}

void explore_yield(void)
{
	struct thread *self = &threads[current];

	if (!in_thread)
		return;
	judge_length();
	for (int i = 0; i < model->threads; i++)
		if (i != current && may_go_on(&threads[i])) {
			self->state = YIELDED;
			self->yielded = ++step;
			decide(false, true);
			return;
		}
	if (++lonely > (model->waits_in_vain ? MAX_IN_VAIN : MAX_LONELY))
		explore_fault("waits for what no thread will do", 0, 0);
}

void explore_watch(bool (*watched)(const volatile void *word), const uint32_t *lock)
{
	is_watched = watched;
	lock_word = lock;
}

void explore_touch(const volatile void *word)
{
	if (!in_thread)
		return;
	/* While the lock is held, the others can only wait for it. */
	if (holder != current && (word == lock_word || is_watched(word)))
		explore_step(word == lock_word ? "lock" : "atomic", (long)word, 0);
	else if (may_be_interrupted(&threads[current]))
		decide(true, false);
}

bool explore_swapped(const volatile void *word, bool success)
{
	if (success && word == lock_word && holder < 0)
		holder = current;
	return success;
}

void explore_exchanged(const volatile void *word)
{
	if (word == lock_word)
		holder = -1;
}

long explore_wait(const uint32_t *word, uint32_t expected)
{
	struct thread *self = &threads[current];

	explore_step("wait", 0, 0);
	if (*word != expected)
		return -EAGAIN;
	self->word = word;
	self->answer = 0;
	self->state = ASLEEP;
	decide(false, true);
	return self->answer;
}

void explore_wake(const uint32_t *word)
{
	for (int i = 0; in_thread && i < model->threads; i++)
		if (threads[i].state == ASLEEP && threads[i].word == word) {
			threads[i].state = RUNNING;
			threads[i].answer = 0;
			return;
		}
}

bool explore_block(bool blocked)
{
	bool before = threads[current].blocked;

	threads[current].blocked = blocked;
	return before;
}

void explore_alone(void)
{
	for (int i = 0; i < model->threads; i++)
		if (i != current)
			threads[i].state = GONE;
	holder = -1;
}

bool explore_is_gone(int thread)
{
	return threads[thread].state == GONE;
}

static void run_body(void)
{
	model->body(current);
	threads[current].state = ENDED;
	decide(false, true);
}

static void start(int i)
{
	struct thread *thread = &threads[i];

	thread->state = RUNNING;
	thread->nested = thread->blocked = false;
	memcpy(thread->tls, __start_model_tls, tls_size());
	getcontext(&thread->context);
	thread->context.uc_stack.ss_sp = thread->stack;
	thread->context.uc_stack.ss_size = STACK_SIZE;
	thread->context.uc_link = NULL;
	makecontext(&thread->context, run_body, 0);
}

static void run_threads(void)
{
	volatile bool begun = false;

	getcontext(&scheduler);
	if (begun)
		return;
	begun = true;
	in_thread = true;
	/* Any of them may be the first. */
	current = choice_take(model->threads);
	setcontext(&threads[current].context);
}

static void run_once(void)
{
	preemptions = timeouts = handlers = current = lonely = 0;
	step = 0;
	holder = -1;
	fault = NULL;
	record_clear();
	memcpy(__start_model_tls, fresh_tls, tls_size());
	model->begin();
	for (int i = 0; i < model->threads; i++)
		start(i);
	run_threads();
	for (int i = 0; !fault && i < model->threads; i++)
		if (threads[i].state != ENDED && threads[i].state != GONE)
			explore_fault("a thread sleeps for ever", i, 0);
	if (!fault)
		model->end();
}

struct explore_result explore(const struct explore *what)
{
	struct explore_result result = { 0 };
	bool more;

	if (tls_size() > TLS_MAX)
		abort();
	model = what;
	choice_start(what->random);
	memcpy(fresh_tls, __start_model_tls, tls_size());
	do {
		choice_begin(what->seed + result.runs);
		run_once();
		result.runs++;
		result.steps += step;
		more = what->random ? result.runs < what->random : choice_next();
	} while (!fault && more);
	result.fault = fault;
	memcpy(__start_model_tls, fresh_tls, tls_size());
	return result;
}
