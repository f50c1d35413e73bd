/* SPDX-License-Identifier: MIT */
#include "pair.h"

#include <sys/personality.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include "../guest/guest.h"
#include "excuse.h"

#define VARIABLES 8
#define VARIABLE 256

/* Everything that a confined process is told; nothing else is inherited. */
static void set_environment(const struct config *config, const char *preload, char **environment,
			    char text[VARIABLES][VARIABLE])
{
	int n = 0;

	snprintf(text[0], VARIABLE, "LD_PRELOAD=%s", preload);
	if (config->lower == config->upper)
		snprintf(text[1], VARIABLE, "VA_LIMIT=none");
	else
		snprintf(text[1], VARIABLE, "VA_LIMIT=0x%lx-0x%lx", config->lower, config->upper);
	snprintf(text[2], VARIABLE, "VA_LIMIT_FENCE=%s", config->fence);
	for (; n < 3; n++)
		environment[n] = text[n];
	for (int i = 0; i < 3 && config->environment[i]; i++, n++) {
		snprintf(text[n], VARIABLE, "%s", config->environment[i]);
		environment[n] = text[n];
	}
	environment[n] = NULL;
}

__attribute__((noreturn)) static void become(const struct pair *pair, enum side side, int control,
					     const char *preload)
{
	static char text[VARIABLES][VARIABLE];
	char *environment[VARIABLES] = { NULL };
	char side_text[16], memory_text[16], control_text[16];
	char *const arguments[] = { (char *)"oracle", (char *)"--worker", side_text,
				    (char *)pair->config->name, memory_text, control_text, NULL };
	unsigned long persona = ADDR_NO_RANDOMIZE;

	/* The kernel's own search from the bottom. */
	if (side == SIDE_KERNEL && pair->config->legacy)
		persona |= ADDR_COMPAT_LAYOUT;
	if (side == SIDE_LIBRARY)
		set_environment(pair->config, preload, environment, text);
	snprintf(side_text, sizeof(side_text), "%d", side);
	snprintf(memory_text, sizeof(memory_text), "%d", pair->memory);
	snprintf(control_text, sizeof(control_text), "%d", control);
	personality(persona);
	execve("/proc/self/exe", arguments, environment);
	die("cannot start myself: %s", strerror(errno));
}

static void start(struct pair *pair, enum side side, const char *preload)
{
	int ends[2];

	if (socketpair(AF_UNIX, SOCK_STREAM, 0, ends))
		die("socketpair: %s", strerror(errno));
	fcntl(ends[0], F_SETFD, FD_CLOEXEC);
	pair->pid[side] = fork();
	if (pair->pid[side] < 0)
		die("fork: %s", strerror(errno));
	if (pair->pid[side] == 0)
		become(pair, side, ends[1], preload);
	close(ends[1]);
	pair->control[side] = ends[0];
}

void pair_start(struct pair *pair, const struct config *config, const char *preload)
{
	pair->config = config;
	pair->memory = memfd_create("oracle", 0);
	if (pair->memory < 0 || ftruncate(pair->memory, sizeof(struct shared)))
		die("memfd_create: %s", strerror(errno));
	pair->shared = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED,
			    pair->memory, 0);
	if (pair->shared == MAP_FAILED)
		die("mmap: %s", strerror(errno));
	pair->shared->min = space_min();
	for (int side = 0; side < SIDES; side++)
		start(pair, (enum side)side, preload);
}

void pair_stop(struct pair *pair)
{
	for (int side = 0; side < SIDES; side++) {
		close(pair->control[side]);
		waitpid(pair->pid[side], NULL, 0);
	}
	munmap(pair->shared, sizeof(struct shared));
	close(pair->memory);
}

static enum difference compare(const struct op_outcome *kernel, const struct op_outcome *library)
{
	if (library->errno_set)
		return DIFFERENCE_ERRNO;
	if (kernel->answer != library->answer)
		return DIFFERENCE_ANSWER;
	if (kernel->lost != library->lost)
		return DIFFERENCE_LOST;
	if (kernel->state != library->state)
		return DIFFERENCE_STATE;
	return DIFFERENCE_NONE;
}

static void run_both(struct pair *pair, int status[SIDES])
{
	for (int side = 0; side < SIDES; side++)
		if (write(pair->control[side], "r", 1) != 1)
			die("a process is gone");
	for (int side = 0; side < SIDES; side++)
		if (read(pair->control[side], &status[side], sizeof(status[side])) !=
		    sizeof(status[side]))
			die("the process %s the library has ended", side ? "with" : "without");
}

struct oracle_verdict pair_run(struct pair *pair, const struct op *ops, uint32_t count,
			       uint32_t every, bool count_excuses)
{
	struct shared *shared = pair->shared;
	struct oracle_verdict verdict = { DIFFERENCE_NONE, 0, { 0 } };
	uint32_t done;

	memcpy(shared->ops, ops, count * sizeof(*ops));
	memset(shared->outcome[0], 0, count * sizeof(struct op_outcome));
	memset(shared->outcome[1], 0, count * sizeof(struct op_outcome));
	shared->count = count;
	shared->every = every;
	run_both(pair, verdict.status);
	done = shared->done[0] < shared->done[1] ? shared->done[0] : shared->done[1];
	for (verdict.at = 0; verdict.at < done; verdict.at++) {
		const struct op_outcome *kernel = &shared->outcome[SIDE_KERNEL][verdict.at];
		const struct op_outcome *library = &shared->outcome[SIDE_LIBRARY][verdict.at];
		enum difference difference = compare(kernel, library);

		if (difference == DIFFERENCE_NONE)
			continue;
		switch (excuse_find(pair->config, &ops[verdict.at], difference, kernel, library,
				    count_excuses)) {
		case EXCUSE_NONE:
			verdict.difference = difference;
			return verdict;
		case EXCUSE_ENDS:
			return verdict;
		case EXCUSE_GOOD:
			break;
		}
	}
	if (done < count)
		verdict.difference = DIFFERENCE_END;
	return verdict;
}
