/* SPDX-License-Identifier: MIT */
#include "step.h"

#include "../guest/guest.h"

#include <elf.h>
#include <signal.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <sys/wait.h>

/* With PTRACE_O_TRACESYSGOOD: at the begin and the end of a system call. */
#define SYSCALL_STOP (SIGTRAP | 0x80)

static int wait_for(pid_t child)
{
	int status;

	if (waitpid(child, &status, 0) != child)
		die("waitpid: %s", strerrorname_np(errno));
	return status;
}

static int resume(pid_t child, enum __ptrace_request how, int signal)
{
	if (ptrace(how, child, NULL, (void *)(long)signal))
		die("ptrace: %s", strerrorname_np(errno));
	return wait_for(child);
}

static bool stopped_by(int status, int signal)
{
	return WIFSTOPPED(status) && WSTOPSIG(status) == signal;
}

/* A stop's signal is the child's own, but for what its tracer asked for. */
static int own_signal(int status)
{
	return stopped_by(status, MARK) || stopped_by(status, SIGTRAP) ? 0 : WSTOPSIG(status);
}

/* Up to the next mark, or to the child's end. */
static int go_on(pid_t child, int signal)
{
	int status = resume(child, PTRACE_CONT, signal);

	while (WIFSTOPPED(status) && !stopped_by(status, MARK))
		status = resume(child, PTRACE_CONT, own_signal(status));
	return status;
}

static int finish(pid_t child, int signal)
{
	int status = go_on(child, signal);

	while (WIFSTOPPED(status))
		status = go_on(child, 0);
	return status;
}

static pid_t start(const struct act *act, enum manner manner, int *status)
{
	pid_t child = fork();

	if (child == 0)
		life(act, manner);
	if (child < 0)
		die("fork: %s", strerrorname_np(errno));
	*status = wait_for(child);
	while (WIFSTOPPED(*status) && !stopped_by(*status, MARK))
		*status = resume(child, PTRACE_CONT, own_signal(*status));
	return child;
}

static bool is_at_syscall(pid_t child)
{
	struct user_regs_struct registers;
	struct iovec place = { &registers, sizeof(registers) };
	unsigned long code;

	if (ptrace(PTRACE_GETREGSET, child, (void *)NT_PRSTATUS, &place))
		die("ptrace: registers: %s", strerrorname_np(errno));
	errno = 0;
#if defined(__x86_64__)
	code = (unsigned long)ptrace(PTRACE_PEEKTEXT, child, (void *)registers.rip, NULL);
	return !errno && (code & 0xffff) == 0x050f;
#elif defined(__aarch64__)
	code = (unsigned long)ptrace(PTRACE_PEEKTEXT, child, (void *)registers.pc, NULL);
	return !errno && (code & 0xffffffff) == 0xd4000001;
#else
#error "no system call instruction known for this architecture"
#endif
}

int step_through(const struct act *act, enum manner manner, struct step_way *way)
{
	int status;
	pid_t child = start(act, manner, &status);

	way->length = 0;
	way->syscalls = 0;
	if (!WIFSTOPPED(status))
		return status;
	do {
		way->length++;
		if (way->syscalls < STEP_SYSCALLS && is_at_syscall(child))
			way->syscall[way->syscalls++] = way->length;
		status = resume(child, PTRACE_SINGLESTEP, 0);
	} while (stopped_by(status, SIGTRAP));
	return WIFSTOPPED(status) ? finish(child, own_signal(status)) : status;
}

/* Runs on, past a system call. */
static int pass_syscall(pid_t child)
{
	int status = resume(child, PTRACE_SYSCALL, 0);

	return stopped_by(status, SYSCALL_STOP) ? resume(child, PTRACE_SYSCALL, 0) : status;
}

/* Up to the instruction: past the system calls before it, and in single steps from
 * there. Comes back early with what else has stopped the child, or ended it. */
static int walk_to(pid_t child, const struct step_way *way, unsigned long at)
{
	unsigned long passed = 0;
	int status = SYSCALL_STOP << 8 | 0x7f; /* as at the mark */

	for (unsigned int i = 0; i < way->syscalls && way->syscall[i] <= at; i++) {
		passed = way->syscall[i];
		status = pass_syscall(child);
		if (!stopped_by(status, SYSCALL_STOP))
			return status;
	}
	for (; passed < at; passed++) {
		status = resume(child, PTRACE_SINGLESTEP, 0);
		if (!stopped_by(status, SIGTRAP))
			return status;
	}
	return status;
}

int step_interrupt(const struct act *act, enum manner manner, const struct step_way *way,
		   unsigned long at, bool *reached)
{
	int status;
	pid_t child = start(act, manner, &status);

	*reached = false;
	if (!WIFSTOPPED(status))
		return status;
	if (ptrace(PTRACE_SETOPTIONS, child, NULL, (void *)PTRACE_O_TRACESYSGOOD))
		die("ptrace: options: %s", strerrorname_np(errno));
	status = walk_to(child, way, at);
	*reached = stopped_by(status, SIGTRAP) || stopped_by(status, SYSCALL_STOP);
	if (*reached)
		return finish(child, INTERRUPT);
	return WIFSTOPPED(status) ? finish(child, own_signal(status)) : status;
}
