/* SPDX-License-Identifier: MIT */
#include "life.h"

#include "block.h"

#include <setjmp.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#define HELD    8
#define PATIENT 20 /* seconds */

/* Two of each are the handler's to unmap. */
static struct block held[2][HELD], handlers[2];

static const struct act *act;
static enum manner manner;
static volatile sig_atomic_t handled;
static sigjmp_buf back;

static void mark(void)
{
	raw6(SYS_kill, getpid(), MARK, 0, 0, 0, 0);
}

/* The table may be with the call that is interrupted: then a host is refused. */
static void map_in_handler(bool host)
{
	unsigned int depth = scope_begin(host);
	void *at = map(page_size());

	scope_end(depth);
	if (host && at == MAP_FAILED && errno == ENOMEM)
		return;
	handlers[host] = block_take(at, page_size(), host,
				    act->limits ? SITE_EITHER : SITE_FIRST, "mmap in a handler");
}

static void handle(int signal)
{
	int saved = errno;

	(void)signal;
	handled = 1;
	for (int host = 0; host < 2; host++) {
		block_unmap(&held[host][0], "in a handler");
		map_in_handler(host);
		block_unmap(&held[host][1], "in a handler");
	}
	errno = saved;
	if (manner != RETURNS)
		siglongjmp(back, 1);
}

static void listen(void)
{
	static char aside[64 * KIB];
	stack_t stack = { .ss_sp = aside, .ss_size = sizeof(aside) };
	struct sigaction action = { .sa_handler = handle };

	if (manner == JUMPS_ASIDE) {
		check(sigaltstack(&stack, NULL) == 0);
		action.sa_flags = SA_ONSTACK;
	}
	check(sigaction(INTERRUPT, &action, NULL) == 0);
}

static void check_held(const char *when)
{
	for (int host = 0; host < 2; host++) {
		for (int i = 0; i < HELD; i++)
			if (held[host][i].at)
				block_check(&held[host][i], when);
		if (handlers[host].at)
			block_check(&handlers[host], when);
	}
}

/* New memory of hosts and guests, by turns. */
static void expect_new_memory(const char *when)
{
	struct block new[2][HELD];

	for (int i = 0; i < HELD; i++)
		for (int host = 0; host < 2; host++)
			new[host][i] = block_map(host, 2, when);
	check_held(when);
	for (int i = 0; i < HELD; i++)
		for (int host = 0; host < 2; host++)
			block_unmap(&new[host][i], when);
}

static void expect_changes(void)
{
	enum site_window now = site_now();

	check(site_limit(now == SITE_FIRST ? SITE_OTHER : SITE_FIRST) == 0);
	expect_new_memory("after the limits changed");
	site_expect_fence();
	check(site_limit(now) == 0);
	expect_new_memory("after the limits changed back");
}

static void expect_all_well(void)
{
	expect_new_memory("after the interrupted call");
	site_expect_fence();
	expect_changes();
	site_expect_fence();
}

static void expect_child_well(void)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		alarm(PATIENT);
		check_held("in a child");
		expect_all_well();
		_exit(0);
	}
	check(child > 0 && waitpid(child, &status, 0) == child);
	if (status)
		die("a child of fork() ended with status 0x%x", (unsigned int)status);
}

/* Actions of the first call have happened. */
static void warm_up(void)
{
	check(site_limit(SITE_OTHER) == 0 && site_limit(SITE_FIRST) == 0);
	for (int i = 0; i < 2; i++) {
		unsigned int depth;

		act->prepare(act->host);
		depth = scope_begin(act->host);
		act->make();
		scope_end(depth);
		act->expect(act->host);
	}
	for (int i = 0; i < HELD; i++)
		for (int host = 0; host < 2; host++)
			held[host][i] = block_map(host, 1 + (size_t)i % 3, "before the call");
	act->prepare(act->host);
}

static void make_the_call(void)
{
	unsigned int depth = scope_begin(act->host);

	if (sigsetjmp(back, 1) == 0) {
		mark();
		act->make();
		mark();
		scope_end(depth);
		act->expect(act->host);
	} else {
		scope_end(depth);
		act_expect_rest();
	}
}

void life(const struct act *which, enum manner how)
{
	act = which;
	manner = how;
	check(ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0);
	alarm(PATIENT);
	warm_up();
	listen();
	make_the_call();
	check_held("after the interrupted call");
	expect_all_well();
	expect_child_well();
	_exit(handled ? LIFE_INTERRUPTED : LIFE_QUIET);
}
