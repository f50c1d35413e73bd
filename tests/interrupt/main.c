/* SPDX-License-Identifier: MIT */
/*
 * Interrupts calls of the library at one instruction after another, by a handler that
 * maps and unmaps as host and as guest and returns, or leaves the call for good with
 * siglongjmp(). After each, in a process of its own: all memory has its contents,
 * hosts lie outside the window and guests inside, nothing outside is free, limits can
 * be changed, and a child of fork() finds it so.
 *
 *	interrupt [--act NAME] [--manner NAME] [--positions N] [--seed N] [--at N]
 *
 * Of each call so many instructions (40; 0: every one), at equal distances that are
 * printed, from one that the seed decides, and before and after each system call.
 * --at N: only that one. Which instruction that is depends on where things lie: to be
 * repeated it takes the same seed, or setarch -R for both runs.
 */
#include "step.h"

#include "site.h"

#include <getopt.h>
#include <signal.h>
#include <sys/random.h>
#include <sys/wait.h>

/* After so many one knows. */
#define BAD_MAX 4

static const char *const manner_name[MANNERS] = { "returns", "jumps", "jumps-aside" };

static struct {
	const char *act, *manner;
	unsigned long positions, at;
	bool one;
	uint64_t seed;
} wish = { .positions = 40 };

struct tally {
	unsigned long interrupted, missed, bad;
};

/* Prints the error at the end of a life. */
static bool is_bad(int status, bool reached, const char *what, unsigned long at)
{
	const char *how = reached ? "interrupted" : "not interrupted";

	if (WIFEXITED(status) && WEXITSTATUS(status) == (reached ? LIFE_INTERRUPTED : LIFE_QUIET))
		return false;
	if (WIFSIGNALED(status))
		fprintf(stderr, "%s, %s after %lu instructions: %s\n", what, how, at,
			WTERMSIG(status) == SIGALRM ? "hangs" : strsignal(WTERMSIG(status)));
	else if (WEXITSTATUS(status) == LIFE_QUIET)
		fprintf(stderr, "%s, %s after %lu instructions: the handler never ran\n", what, how,
			at);
	else
		fprintf(stderr, "%s, %s after %lu instructions: status %d\n", what, how, at,
			WEXITSTATUS(status));
	return true;
}

static void interrupt(const struct act *act, enum manner manner, const struct step_way *way,
		      unsigned long at, const char *what, struct tally *tally)
{
	bool reached;
	int status = step_interrupt(act, manner, way, at, &reached);

	tally->bad += is_bad(status, reached, what, at);
	tally->interrupted += reached;
	tally->missed += !reached;
}

static bool is_beside_syscall(const struct step_way *way, unsigned long at)
{
	for (unsigned int i = 0; i < way->syscalls; i++)
		if (at == way->syscall[i] - 1 || at == way->syscall[i])
			return true;
	return false;
}

/* At 0 it has executed none. */
static bool walk(const struct act *act, enum manner manner, const char *what,
		 const struct step_way *way)
{
	unsigned long stride = wish.positions ? way->length / wish.positions : 1;
	struct tally tally = { 0 };

	stride += stride == 0;
	for (unsigned long at = 0; at < way->length && tally.bad < BAD_MAX; at++)
		if (at % stride == wish.seed % stride || is_beside_syscall(way, at))
			interrupt(act, manner, way, at, what, &tally);
	printf("%s: %lu instructions, %u of them system calls, stride %lu: %lu interrupted, "
	       "%lu missed, %lu bad%s\n",
	       what, way->length, way->syscalls, stride, tally.interrupted, tally.missed, tally.bad,
	       tally.bad == BAD_MAX ? ", given up" : "");
	return tally.bad == 0;
}

static bool play(const struct act *act, enum manner manner)
{
	static struct step_way way;
	struct tally tally = { 0 };
	char what[64];

	snprintf(what, sizeof(what), "%s %s", act->name, manner_name[manner]);
	if (is_bad(step_through(act, manner, &way), false, what, way.length))
		return false;
	if (!wish.one)
		return walk(act, manner, what, &way);
	interrupt(act, manner, &way, wish.at, what, &tally);
	return tally.bad == 0;
}

static bool is_wished(const char *wanted, const char *name)
{
	return !wanted || strcmp(wanted, name) == 0;
}

static void parse(int argc, char **argv)
{
	static const struct option known[] = {
		{ "act", required_argument, NULL, 'a' },
		{ "manner", required_argument, NULL, 'm' },
		{ "positions", required_argument, NULL, 'p' },
		{ "seed", required_argument, NULL, 's' },
		{ "at", required_argument, NULL, 'n' },
		{ 0 }
	};
	int option;

	if (getrandom(&wish.seed, 4, 0) != 4)
		die("getrandom: %s", strerrorname_np(errno));
	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'a': wish.act = optarg; break;
		case 'm': wish.manner = optarg; break;
		case 'p': wish.positions = number(optarg); break;
		case 's': wish.seed = number(optarg); break;
		case 'n': wish.at = number(optarg), wish.one = true; break;
		default: die("usage: see the beginning of tests/interrupt/main.c");
		}
	}
}

int main(int argc, char **argv)
{
	unsigned int played = 0, bad = 0;

	parse(argc, argv);
	setvbuf(stdout, NULL, _IOLBF, 0);
	site_begin();
	printf("seed %lu\n", wish.seed);
	for (const struct act *act = acts; act->name; act++) {
		for (enum manner manner = 0; manner < MANNERS; manner++) {
			if (!is_wished(wish.act, act->name) ||
			    !is_wished(wish.manner, manner_name[manner]))
				continue;
			played++;
			bad += !play(act, manner);
		}
	}
	if (played == 0)
		die("no such act or manner");
	printf("%u calls interrupted, %u of them bad\n", played, bad);
	return bad > 0;
}
