/* SPDX-License-Identifier: MIT */
/*
 * Runs a program and checks, for it and for every process that it starts, that
 * what was mapped since the library began lies in the window. It knows nothing
 * of the library's table: it reads /proc/PID/maps, once at the first system
 * call that is made from inside the library (what is there then came before),
 * and again whenever a thread or process is made or ends.
 *
 *	watchmaps [-n] [-i START-END]... LOWER-UPPER REPORT PROGRAM [ARGUMENT...]
 *
 * Outside the window may lie what came before, reservations without access
 * rights (the fence), the library's own memory, and the stack.
 *
 * A process that began with the launcher, whose file has a mark, has nothing
 * that came before, once the launcher is gone: neither program nor stack. Only
 * islands, the ranges of -i, may have what lies in them. It is looked at every
 * now and then as well, while it runs.
 *
 * All else goes into the file REPORT, and the exit status is 99. With -n, for
 * programs without the library, all of each process that lies outside when it
 * ends goes there, and counts for nothing. Otherwise the exit status
 * is that of the program, and REPORT has the numbers of processes that were
 * checked, that began with the launcher, that began without it after the first
 * had, and that did so and then, before they had made a thread or a process,
 * executed the launcher: "checked N", "launched N", "astray N", "again N". The
 * last are not among those astray. 77: may not trace.
 */
#include "watched.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/wait.h>

#include "core/mark.h"
#include "guest.h"

#define LIBRARY "libvalimit.so"

static unsigned int launched, astray, again;

/* glibc's name and the kernel's differ, and the headers of both collide. */
struct syscall_stop {
	uint8_t op; /* 1: entry */
	uint32_t arch;
	uint64_t instruction;
	uint64_t rest[10];
};

/* The process that a thread belongs to. */
static pid_t group_of(pid_t tid)
{
	char path[64], line[256];
	FILE *status;
	pid_t group = tid;

	snprintf(path, sizeof(path), "/proc/%d/status", tid);
	status = fopen(path, "re");
	while (status && fgets(line, sizeof(line), status))
		if (sscanf(line, "Tgid: %d", &group) == 1)
			break;
	if (status)
		fclose(status);
	return group;
}

/* Whether `address` lies in the library's text. */
static bool in_library(pid_t pid, uintptr_t address)
{
	struct vma vma;
	bool found = false;

	process_maps(pid);
	while (!found && vma_read(&vma))
		found = address >= vma.start && address < vma.end && strstr(vma.name, LIBRARY);
	maps_close();
	return found;
}

/* The launcher has nothing to do with threads, and ends of itself only where it
 * cannot start the program. */
static void launcher_check(pid_t tid, const struct process *process, bool ends)
{
	unsigned long status = 0;

	if (!process_launching(process))
		return;
	ptrace(PTRACE_GETEVENTMSG, tid, NULL, &status);
	if (ends && WIFEXITED(status) && WEXITSTATUS(status) >= 125 && WEXITSTATUS(status) <= 127)
		return;
	process_fault(process, "the launcher is still there");
}

static void syscall_seen(pid_t tid, struct process *process)
{
	struct syscall_stop stop;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(stop), &stop) <= 0)
		return;
	if (stop.op == 1 && in_library(tid, stop.instruction))
		process_begin(process);
}

static void go_on(pid_t tid, int signal)
{
	bool begun = process_of(group_of(tid))->begun;

	ptrace(begun ? PTRACE_CONT : PTRACE_SYSCALL, tid, NULL, signal);
}

/* A child has its parent's mappings from before. It may have stopped already, and then waits
 * for a continuation. */
static void child_seen(pid_t tid, const struct process *parent)
{
	struct process *child;
	unsigned long message = 0;
	bool waits;
	pid_t group;

	ptrace(PTRACE_GETEVENTMSG, tid, NULL, &message);
	group = group_of((pid_t)message);
	if (group == parent->pid)
		return;
	child = process_of(group);
	waits = child->waits;
	process_reset(child, group);
	process_inherit(child, parent);
	if (waits)
		go_on(group, 0);
}

/* The inode of the file that was executed, if it has the launcher's mark. */
static unsigned long launcher_of(pid_t pid)
{
	unsigned char header[MARK_AT + 1] = { 0 };
	struct stat file = { 0 };
	char path[64];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/exe", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, header, sizeof(header)) < 0 || fstat(fd, &file))
		die("watchmaps: %s: %s", path, strerror(errno));
	close(fd);
	return header[MARK_AT] == MARK_VALUE ? file.st_ino : 0;
}

static void exec_seen(struct process *process)
{
	bool was_astray = process->astray;

	process_reset(process, process->pid);
	process->launcher = launcher_of(process->pid);
	process->begun = process->launcher || watched_natively;
	if (watched_natively) {
		watched_checked++;
	} else if (process->launcher) {
		launched++;
		watched_checked++;
	} else if (launched) {
		astray++;
		process->astray = true;
	}
	if (process->launcher && was_astray) {
		astray--;
		again++;
	}
}

/* Looks at a stop, and returns the signal to go on with. */
static int stop_seen(pid_t tid, int status, struct process *process)
{
	int event = status >> 16;

	if (WSTOPSIG(status) == (SIGTRAP | 0x80)) {
		if (!process->begun)
			syscall_seen(tid, process);
		return 0;
	}
	if (event == PTRACE_EVENT_EXEC) {
		exec_seen(process);
	} else if (event && watched_natively) {
		if (event != PTRACE_EVENT_EXIT)
			child_seen(tid, process);
		else if (tid == process->pid)
			process_tell(process);
	} else if (event) {
		launcher_check(tid, process, event == PTRACE_EVENT_EXIT);
		process_check(process);
		if (event != PTRACE_EVENT_EXIT) {
			process->astray = false;
			child_seen(tid, process);
		}
	}
	/* A new thread or process begins with a stop of its own. */
	return event || WSTOPSIG(status) == SIGSTOP ? 0 : WSTOPSIG(status);
}

/* Follows all until the last has ended; the first one's wait status. */
static int follow(pid_t first)
{
	int status, result = 0;
	pid_t tid;

	for (;;) {
		struct process *process;

		tid = waitpid(-1, &status, __WALL);
		if (tid < 0 && errno == EINTR) {
			process_check_running();
			continue;
		}
		if (tid < 0)
			return result;
		process = process_of(WIFSTOPPED(status) ? group_of(tid) : tid);
		if (WIFSTOPPED(status) && !process->known) {
			process->waits = true;
			continue;
		}
		if (WIFSTOPPED(status)) {
			go_on(tid, stop_seen(tid, status, process));
			continue;
		}
		if (tid == first)
			result = status;
		process_reset(process, 0);
	}
}

static void woken(int signal)
{
	(void)signal;
}

/* Interrupts waiting every now and then. */
static void wake_often(void)
{
	const struct itimerval often = { { 0, 50000 }, { 0, 50000 } };
	const struct sigaction action = { .sa_handler = woken };

	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
}

/* The options; returns the rest. */
static char **read_options(char **word)
{
	if (word[0] && strcmp(word[0], "-n") == 0) {
		watched_natively = true;
		word++;
	}
	for (; word[0] && strcmp(word[0], "-i") == 0 && word[1]; word += 2)
		watched_island(word[1]);
	return word;
}

int main(int argc, char **argv)
{
	const long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
			     PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_TRACESYSGOOD |
			     PTRACE_O_EXITKILL;
	FILE *report;
	int status;
	pid_t pid;

	(void)argc;
	argv = read_options(argv + 1);
	if (!argv[0] || !argv[1] || !argv[2])
		die("usage: watchmaps [-n] [-i START-END]... LOWER-UPPER REPORT PROGRAM [ARGUMENT...]");
	watched_window(argv[0]);
	report = fopen(argv[1], "we");
	if (!report)
		die("%s: %s", argv[1], strerror(errno));
	watched_report(report);
	pid = fork();
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			_exit(77);
		raise(SIGSTOP);
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return 77;
	if (ptrace(PTRACE_SETOPTIONS, pid, NULL, options))
		return 77;
	process_of(pid)->known = true;
	wake_often();
	go_on(pid, 0);
	status = follow(pid);
	fprintf(report, "checked %u\nlaunched %u\nastray %u\nagain %u\n", watched_checked, launched,
		astray, again);
	fclose(report);
	if (watched_findings && !watched_natively)
		return 99;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
