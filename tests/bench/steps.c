/* SPDX-License-Identifier: MIT */
/* steps COMMAND...: runs it one instruction at a time and prints how many it took outside
 * of the kernel: where the processor's own counter cannot be had, and valgrind changes
 * what is run. */
#include <stdio.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

static long count(pid_t child)
{
	long steps = 0;
	int status;

	if (waitpid(child, &status, 0) != child || !WIFSTOPPED(status))
		return -1;
	while (ptrace(PTRACE_SINGLESTEP, child, NULL, NULL) == 0 &&
	       waitpid(child, &status, 0) == child && WIFSTOPPED(status))
		steps++;
	return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? steps : -1;
}

int main(int argc, char **argv)
{
	pid_t child = argc < 2 ? -1 : fork();
	long steps;

	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		execv(argv[1], argv + 1);
		_exit(127);
	}
	steps = child < 0 ? -1 : count(child);
	if (steps >= 0)
		printf("%ld\n", steps);
	return steps < 0;
}
