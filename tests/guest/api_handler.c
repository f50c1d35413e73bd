/* SPDX-License-Identifier: MIT */
/*
 * Handlers that map while they interrupt the library at any of its steps, and
 * such as never return to it.
 */
#include "api.h"

#include <pthread.h>
#include <setjmp.h>
#include <signal.h>
#include <sys/wait.h>
#include <time.h>

static volatile unsigned long interrupts, failures;

/* Signals at so many nanoseconds, so that they meet any step. */
static void tick_begin(void (*handle)(int), long nanoseconds)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGALRM };
	struct itimerspec often = { { 0, nanoseconds }, { 0, nanoseconds } };
	struct sigaction action = { .sa_handler = handle };
	timer_t timer;

	check(sigaction(SIGALRM, &action, NULL) == 0);
	check(timer_create(CLOCK_MONOTONIC, &event, &timer) == 0);
	check(timer_settime(timer, 0, &often, NULL) == 0);
}

static void tick_end(void)
{
	signal(SIGALRM, SIG_IGN);
}

static void map_in_handler(int signal)
{
	int saved = errno;
	void *at = map(page_size());

	(void)signal;
	interrupts++;
	if (at == MAP_FAILED || munmap(at, page_size()))
		failures++;
	errno = saved;
}

static bool outside(const struct va_limit *limit, const void *at)
{
	uintptr_t start = (uintptr_t)at;

	return limit->lower_bound < limit->upper_bound ?
		       start < limit->lower_bound || start >= limit->upper_bound :
		       start < limit->lower_bound && start >= limit->upper_bound;
}

static const struct va_limit windows[] = {
	{ 0x10000, 1UL << 32 },
	{ 1UL << 32, 1UL << 46 },
	{ 0x700000000000, 0x40000000 },
	{ 0, 0 },
	{ LOWER, UPPER },
};

/* Every change works, and so does every call after it. */
static void limits_change_while_a_handler_maps(void)
{
	uint64_t dice = 1;

	tick_begin(map_in_handler, 100000);
	for (int i = 0; i < 3000; i++) {
		const struct va_limit *limit = &windows[random_next(&dice) % 5];
		bool limited = limit->lower_bound != limit->upper_bound;
		void *at;

		check(valimit_set(limit) == 0);
		at = map(page_size());
		if (at == MAP_FAILED)
			die("change %d, to 0x%lx-0x%lx: mmap: %s", i, limit->lower_bound,
			    limit->upper_bound, strerrorname_np(errno));
		check(!limited || !outside(limit, at));
		memset(at, 1, page_size());
		check(munmap(at, page_size()) == 0);
	}
	tick_end();
	check(interrupts > 0 && failures == 0);
	check(set_limit(LOWER, UPPER) == 0);
	check(in_window(map(MIB), MIB));
	check_no_gap_outside(LOWER, UPPER);
}

static sigjmp_buf back;
static volatile bool can_jump;

static void jump(int signal)
{
	(void)signal;
	interrupts++;
	if (!can_jump)
		return;
	can_jump = false;
	siglongjmp(back, 1);
}

/* Hosts are outside, their memory is their own, and guests are inside. */
static void expect_all_well(void)
{
	enum { COUNT = 32 };
	char *host[COUNT];

	for (size_t i = 0; i < COUNT; i++) {
		valimit_host_enter();
		host[i] = map(2 * page_size());
		valimit_host_leave();
		if (host[i] == MAP_FAILED || !beside_window(host[i], 2 * page_size()))
			die("a host is at %p", (void *)host[i]);
		check(all_bytes(host[i], 2 * page_size(), 0));
		memset(host[i], (int)i, 2 * page_size());
		check(in_window(map(page_size()), page_size()));
	}
	for (size_t i = 0; i < COUNT; i++) {
		check(all_bytes(host[i], 2 * page_size(), (int)i));
		check(munmap(host[i], 2 * page_size()) == 0);
	}
}

/* Until a handler has left so many calls. Their mappings are lost. */
static void jump_out_of_hosts_calls(unsigned long jumps)
{
	volatile unsigned long left = jumps;

	tick_begin(jump, 50000);
	valimit_host_enter();
	while (left) {
		void *at;

		if (sigsetjmp(back, 1)) {
			left--;
			continue;
		}
		can_jump = true;
		at = map(page_size());
		if (at != MAP_FAILED)
			munmap(at, page_size());
		can_jump = false;
	}
	tick_end();
	check(valimit_host_leave() == 0);
}

static void a_jump_out_of_hosts_calls_leaves_all_well(void)
{
	check(set_limit(LOWER, UPPER) == 0);
	for (int i = 0; i < 20; i++) {
		jump_out_of_hosts_calls(10);
		expect_all_well();
	}
}

static void and_limits_can_be_changed(void)
{
	check(set_limit(LOWER, UPPER) == 0);
	for (int i = 0; i < 20; i++) {
		jump_out_of_hosts_calls(10);
		check(set_limit(LOWER - GIB, UPPER) == 0);
		check(set_limit(LOWER, UPPER) == 0);
		expect_all_well();
	}
}

static void and_so_it_is_in_children(void)
{
	check(set_limit(LOWER, UPPER) == 0);
	for (int i = 0; i < 20; i++) {
		pid_t child;
		int status;

		jump_out_of_hosts_calls(10);
		child = fork();
		if (child == 0) {
			expect_all_well();
			check(set_limit(LOWER - GIB, UPPER) == 0);
			check(set_limit(LOWER, UPPER) == 0);
			expect_all_well();
			_exit(0);
		}
		check(child > 0 && waitpid(child, &status, 0) == child && status == 0);
	}
}

static void *other_host(void *unused)
{
	expect_all_well();
	return unused;
}

static void and_so_it_is_for_other_threads(void)
{
	check(set_limit(LOWER, UPPER) == 0);
	for (int i = 0; i < 20; i++) {
		pthread_t thread;

		jump_out_of_hosts_calls(10);
		/* Only the thread itself knows that it has left its call. */
		expect_all_well();
		check(pthread_create(&thread, NULL, other_host, NULL) == 0);
		check(pthread_join(thread, NULL) == 0);
	}
}

static void *change_limits(void *refused)
{
	bool *is_refused = refused;

	*is_refused = set_limit(LOWER - GIB, UPPER) != 0;
	if (*is_refused)
		check(errno == EAGAIN);
	else
		check(set_limit(LOWER, UPPER) == 0);
	return NULL;
}

/* The thread that has left its call may have the table, and makes no other call. */
static void and_other_threads_cannot_change_limits_yet_or_can(void)
{
	check(set_limit(LOWER, UPPER) == 0);
	for (int i = 0; i < 8; i++) {
		pthread_t thread;
		bool refused;

		check(pthread_create(&thread, NULL, change_limits, &refused) == 0);
		check(pthread_join(thread, NULL) == 0 && !refused);
		jump_out_of_hosts_calls(3);
		check(pthread_create(&thread, NULL, change_limits, &refused) == 0);
		check(pthread_join(thread, NULL) == 0);
		expect_all_well();
	}
}

static const struct test_case cases[] = {
	CASE(limits_change_while_a_handler_maps),
	CASE(a_jump_out_of_hosts_calls_leaves_all_well),
	CASE(and_limits_can_be_changed),
	CASE(and_so_it_is_in_children),
	CASE(and_so_it_is_for_other_threads),
	CASE(and_other_threads_cannot_change_limits_yet_or_can),
	{ 0 }
};

int main(int argc, char **argv)
{
	return run_case(cases, argc, argv);
}
