/* SPDX-License-Identifier: MIT */
/*
 * The mutex's own code in every order of its steps that a few preemptions allow:
 * it excludes, no thread sleeps for ever, and giving up does no harm.
 */
#include "unit.h"

#include <errno.h>
#include <linux/futex.h>
#include <stdbool.h>
#include <stdio.h>

#include "table/mutex.h"
#include "sys/sys.h"
#include "model.h"

static struct mutex mutex;
static uint64_t at_it[MODEL_THREADS]; /* each thread's own */
static int inside;
static unsigned long violations, inherited, busy;
static int rounds;

/* mutex.c links with these in place of the kernel's. */
long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
	const uint32_t *word = (const uint32_t *)a;

	(void)d;
	(void)e;
	(void)f;
	assert_int_equal(number, SYS_futex);
	if (b == FUTEX_WAIT_PRIVATE)
		return model_wait(word, (uint32_t)c);
	assert_int_equal(b, FUTEX_WAKE_PRIVATE);
	model_wake(word);
	return 0;
}

void sys_pause(void)
{
	model_step();
}

static void take_turns(int thread)
{
	for (int i = 0; i < rounds; i++) {
		enum mutex_result result = mutex_take(&mutex, &at_it[thread], 1);

		if (result == MUTEX_BUSY) {
			busy++;
			violations += at_it[thread] != 0;
			continue;
		}
		violations += !at_it[thread];
		inherited += result == MUTEX_INHERITED;
		violations += inside++ != 0;
		model_step();
		inside--;
		mutex_release(&mutex, &at_it[thread]);
		violations += at_it[thread] != 0;
	}
}

static void take_without_release(int thread)
{
	busy += mutex_take(&mutex, &at_it[thread], 1) == MUTEX_BUSY;
}

static void begin_free(void)
{
	mutex_init(&mutex);
	inside = 0;
}

/* As MADV_WIPEONFORK leaves it in a child. */
static void begin_wiped(void)
{
	memset(&mutex, 0, sizeof(mutex));
	inside = 0;
}

static struct model_result explore(struct model model, int how_many_rounds)
{
	struct model_result result;

	rounds = how_many_rounds;
	violations = inherited = busy = 0;
	result = model_explore(&model);
	print_message("# %lu runs, %lu early ends of a wait\n", result.runs, result.timeouts);
	return result;
}

static void two_threads(void **unused)
{
	struct model_result result = explore((struct model){ .threads = 2, .preemptions = 6,
		.begin = begin_free, .body = take_turns }, 2);

	(void)unused;
	assert_int_equal(violations, 0);
	assert_int_equal(result.stuck, 0);
	assert_int_equal(busy, 0);
	assert_true(result.runs > 1000);
}

static void three_threads(void **unused)
{
	struct model_result result = explore((struct model){ .threads = 3, .preemptions = 4,
		.begin = begin_free, .body = take_turns }, 1);

	(void)unused;
	assert_int_equal(violations, 0);
	assert_int_equal(result.stuck, 0);
	assert_int_equal(busy, 0);
	assert_true(result.runs > 1000);
}

static void waits_that_end_early(void **unused)
{
	struct model_result result = explore((struct model){ .threads = 3, .preemptions = 2,
		.timeouts = 2, .begin = begin_free, .body = take_turns }, 1);

	(void)unused;
	assert_int_equal(violations, 0);
	assert_int_equal(result.stuck, 0);
	assert_true(result.timeouts > 0);
	assert_true(busy > 0);
}

static void no_thread_waits_for_a_holder_that_is_stopped(void **unused)
{
	struct model_result result = explore((struct model){ .threads = 3, .preemptions = 2,
		.timeouts = 3, .begin = begin_free, .body = take_without_release }, 1);

	(void)unused;
	assert_true(busy > 0);
	/* With fewer early ends than sleepers a thread sleeps on: that is found. */
	assert_int_equal(result.stuck, 1);
}

static void one_of_a_childs_threads_inherits(void **unused)
{
	struct model_result result = explore((struct model){ .threads = 3, .preemptions = 2,
		.begin = begin_wiped, .body = take_turns }, 1);

	(void)unused;
	assert_int_equal(violations, 0);
	assert_int_equal(result.stuck, 0);
	assert_int_equal(inherited, result.runs);
}

static void the_model_finds_a_lost_wakeup(void **unused)
{
	struct model_result result = explore((struct model){ .threads = 2, .preemptions = 2,
		.lose_wakes = true, .begin = begin_free, .body = take_turns }, 1);

	(void)unused;
	assert_int_equal(result.stuck, 1);
}

/* A lock that does not lock. */
static void take_nothing(int thread)
{
	(void)thread;
	violations += inside++ != 0;
	model_step();
	inside--;
}

static void the_model_finds_two_inside(void **unused)
{
	(void)unused;
	explore((struct model){ .threads = 2, .preemptions = 2, .begin = begin_free,
		.body = take_nothing }, 1);
	assert_true(violations > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(two_threads),
		cmocka_unit_test(three_threads),
		cmocka_unit_test(waits_that_end_early),
		cmocka_unit_test(no_thread_waits_for_a_holder_that_is_stopped),
		cmocka_unit_test(one_of_a_childs_threads_inherits),
		cmocka_unit_test(the_model_finds_a_lost_wakeup),
		cmocka_unit_test(the_model_finds_two_inside),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
