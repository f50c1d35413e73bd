/* SPDX-License-Identifier: MIT */
#include "child.h"

#include "keep.h"
#include "site.h"

#include <signal.h>
#include <sys/wait.h>

/* A child's exit statuses, beside 0. */
enum { CHILD_LOST = 10, CHILD_ASTRAY, CHILD_FAILED, CRASHED = 99 };

#define VISITS 48

static const struct keeper *parents;
static unsigned int parent_count;

static bool can_be_checked(const struct hold *hold)
{
	return hold->at && !hold_is_busy(hold);
}

static void check_inherited(const char *when)
{
	for (unsigned int i = 0; i < parent_count; i++) {
		for (unsigned int j = 0; j < SLOTS; j++)
			if (can_be_checked(&parents[i].slot[j]))
				hold_check(&parents[i].slot[j], when);
		for (int j = 0; j < 2; j++)
			if (can_be_checked(&parents[i].tick[j]))
				hold_check(&parents[i].tick[j], when);
	}
}

/* Of every second thread; from then on a child does not expect it. */
static void give_up_some(struct keeper *self)
{
	for (unsigned int i = 0; i < parent_count; i += 2) {
		struct keeper *keeper = (struct keeper *)&parents[i];

		for (unsigned int j = 0; j < SLOTS; j++)
			if (can_be_checked(&keeper->slot[j]) &&
			    keeper->slot[j].kind != HOLD_HEAP)
				keeper_give_up(self, &keeper->slot[j]);
	}
}

__attribute__((noreturn)) static void live(bool orphan)
{
	static struct keeper self;
	uint64_t seed = options.seed + counters.children;

	memset(&counters, 0, sizeof(counters));
	options.jumps = 0;
	keeper_begin(&self, 1000, seed & 1, seed);
	self.orphan = orphan;
	self.no_libc = true;
	check_inherited("in a child");
	give_up_some(&self);
	for (int i = 0; i < VISITS; i++)
		keeper_visit(&self);
	check_inherited("in a child, at its end");
	keeper_end(&self);
	_exit(counters.lost   ? CHILD_LOST :
	      counters.astray ? CHILD_ASTRAY :
	      counters.failed ? CHILD_FAILED :
				0);
}

void child_make(const struct keeper *keepers, unsigned int keeper_count, bool by_clone)
{
	pid_t pid;
	int status;

	parents = keepers;
	parent_count = keeper_count;
	count(&counters.children);
	pid = by_clone ? (pid_t)raw6(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0) : fork();
	if (pid == 0)
		live(by_clone);
	if (pid < 0 || waitpid(pid, &status, 0) != pid)
		die("no child: %s", strerrorname_np(errno));
	if (status)
		report(WIFEXITED(status) && WEXITSTATUS(status) == CHILD_ASTRAY ? &counters.astray :
		       WIFEXITED(status) && WEXITSTATUS(status) == CHILD_FAILED ? &counters.failed :
										  &counters.lost,
		       "a child of %s ended with status 0x%x", by_clone ? "clone" : "fork", status);
}
