/* SPDX-License-Identifier: MIT */
/*
 * Runs a program and checks, for it and for every process that it starts, that
 * what was mapped since the library began lies in the window. It knows nothing
 * of the library's table: it reads /proc/PID/maps, once at the first system
 * call that is made from inside the library (what is there then came before),
 * and again whenever a thread or process is made or ends.
 *
 *	watchmaps [--whole] LOWER-UPPER REPORT PROGRAM [ARGUMENT...]
 *
 * --whole: looks at what the launcher has started, as long as it executes nothing
 * else, and lets nothing lie outside that came before.
 *
 * Outside the window may lie what came before, reservations without access
 * rights (the fence), the library's own memory, and the stack. All else goes
 * into the file REPORT, and the exit status is 99. Otherwise it is that of the
 * program, and REPORT has one line: "checked N". 77: may not trace.
 */
#include "guest.h"

#include <signal.h>
#include <sys/ptrace.h>
#include <sys/wait.h>

#define PROCESSES 1024
#define LIBRARY   "libvalimit.so"
#define OWN       "/memfd:valimit"

/* glibc's name and the kernel's differ, and the headers of both collide. */
struct syscall_stop {
	uint8_t op; /* 1: entry */
	uint32_t arch;
	uint64_t instruction;
	uint64_t rest[10];
};

struct process {
	pid_t pid;
	bool known; /* its parent's stop has told of it; until then it waits */
	bool waits;
	bool begun; /* the library has made its first call */
	bool launched; /* what it executed last was the launcher */
	struct vma *before;
	size_t count;
	unsigned int findings;
};

static struct process processes[PROCESSES];
static struct bounds window;
static FILE *report;
static unsigned int checked, findings;
static bool whole; /* --whole */

static struct process *process_of(pid_t pid)
{
	struct process *empty = NULL;

	for (size_t i = 0; i < PROCESSES; i++) {
		if (processes[i].pid == pid)
			return &processes[i];
		if (!processes[i].pid && !empty)
			empty = &processes[i];
	}
	if (!empty)
		die("watchmaps: too many processes");
	*empty = (struct process){ .pid = pid };
	return empty;
}

static void process_reset(struct process *process, pid_t pid)
{
	free(process->before);
	*process = (struct process){ .pid = pid, .known = pid };
}

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

static void maps_of(pid_t pid)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	maps_open(path);
}

/* Whether `address` lies in the library's text. */
static bool in_library(pid_t pid, uintptr_t address)
{
	struct vma vma;
	bool found = false;

	maps_of(pid);
	while (!found && vma_read(&vma))
		found = address >= vma.start && address < vma.end && strstr(vma.name, LIBRARY);
	maps_close();
	return found;
}

static void process_begin(struct process *process)
{
	struct vma vma;

	maps_of(process->pid);
	while (vma_read(&vma)) {
		process->before = realloc(process->before,
					  (process->count + 1) * sizeof(*process->before));
		if (!process->before)
			die("watchmaps: out of memory");
		process->before[process->count++] = vma;
	}
	maps_close();
	process->begun = true;
	checked++;
}

/* Whether all of a mapping's addresses were mapped before. */
static bool was_before(const struct process *process, const struct vma *vma)
{
	uintptr_t at = vma->start;

	for (size_t i = 0; i < process->count; i++)
		if (process->before[i].start <= at && process->before[i].end > at)
			at = process->before[i].end;
	return at >= vma->end;
}

static bool may_lie_outside(const struct process *process, const struct vma *vma,
			    uintptr_t *own_end)
{
	bool own = strncmp(vma->name, OWN, strlen(OWN)) == 0 ||
		   (vma->start == *own_end && !vma->inode);

	if (own)
		*own_end = vma->end;
	if (own || (strcmp(vma->perms, "---p") == 0 && !vma->inode) ||
	    strcmp(vma->name, "[vsyscall]") == 0)
		return true;
	return !whole && (strcmp(vma->name, "[stack]") == 0 || was_before(process, vma));
}

/* Counts what should not be where it is, and tells of it. */
static unsigned int escapes(const struct process *process, bool tell)
{
	struct vma vma;
	uintptr_t own_end = 0;
	unsigned int count = 0;

	maps_of(process->pid);
	while (vma_read(&vma)) {
		if (bounds_hold(window, vma.start, vma.end - vma.start) ||
		    may_lie_outside(process, &vma, &own_end))
			continue;
		count++;
		if (tell)
			fprintf(report, "%d: %lx-%lx %s %s\n", process->pid, vma.start, vma.end,
				vma.perms, vma.name);
	}
	maps_close();
	return count;
}

/* Other threads run on meanwhile, so what is seen once may be on its way. */
static void process_check(struct process *process)
{
	if (process->launched && !process->begun)
		process_begin(process);
	if (!process->begun || process->findings || !escapes(process, false))
		return;
	usleep(20000);
	process->findings = escapes(process, true);
	findings += process->findings;
}

static void syscall_seen(pid_t tid, struct process *process)
{
	struct syscall_stop stop;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, tid, sizeof(stop), &stop) <= 0)
		return;
	if (!whole && stop.op == 1 && in_library(tid, stop.instruction))
		process_begin(process);
}

static void go_on(pid_t tid, int signal)
{
	bool begun = process_of(group_of(tid))->begun;

	ptrace(begun ? PTRACE_CONT : PTRACE_SYSCALL, tid, NULL, signal);
}

/* A process that was executed anew. */
static void exec_seen(struct process *process)
{
	char path[64], file[4096] = "";

	process_reset(process, process->pid);
	snprintf(path, sizeof(path), "/proc/%d/exe", process->pid);
	if (whole && readlink(path, file, sizeof(file) - 1) > 0)
		process->launched = strlen(file) > 7 &&
				    strcmp(file + strlen(file) - 7, "/launch") == 0;
}

/* A child has what its parent had before. It may have stopped already, and then
 * waits to be told on. */
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
	child->begun = parent->begun;
	child->launched = parent->launched;
	child->count = parent->count;
	child->before = malloc(parent->count * sizeof(*child->before));
	if (parent->count && !child->before)
		die("watchmaps: out of memory");
	for (size_t i = 0; i < parent->count; i++)
		child->before[i] = parent->before[i];
	if (waits)
		go_on(group, 0);
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
	} else if (event == PTRACE_EVENT_EXIT) {
		process_check(process);
	} else if (event) {
		process_check(process);
		child_seen(tid, process);
	}
	/* A new thread or process begins with a stop of its own. */
	return event || WSTOPSIG(status) == SIGSTOP ? 0 : WSTOPSIG(status);
}

/* Follows all until the last has ended; the first one's wait status. */
static int follow(pid_t first)
{
	int status, result = 0;
	pid_t tid;

	while ((tid = waitpid(-1, &status, __WALL)) > 0) {
		struct process *process = process_of(WIFSTOPPED(status) ? group_of(tid) : tid);

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
	return result;
}

int main(int argc, char **argv)
{
	const long options = PTRACE_O_TRACEFORK | PTRACE_O_TRACEVFORK | PTRACE_O_TRACECLONE |
			     PTRACE_O_TRACEEXEC | PTRACE_O_TRACEEXIT | PTRACE_O_TRACESYSGOOD |
			     PTRACE_O_EXITKILL;
	int status;
	pid_t pid;

	if (argc > 1 && strcmp(argv[1], "--whole") == 0) {
		whole = true;
		argv++;
		argc--;
	}
	if (argc < 4 || sscanf(argv[1], "%lx-%lx", &window.lower, &window.upper) != 2)
		die("usage: watchmaps [--whole] LOWER-UPPER REPORT PROGRAM [ARGUMENT...]");
	report = fopen(argv[2], "we");
	if (!report)
		die("%s: %s", argv[2], strerror(errno));
	pid = fork();
	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
			_exit(77);
		raise(SIGSTOP);
		execvp(argv[3], argv + 3);
		_exit(127);
	}
	if (pid < 0 || waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return 77;
	if (ptrace(PTRACE_SETOPTIONS, pid, NULL, options))
		return 77;
	process_of(pid)->known = true;
	go_on(pid, 0);
	status = follow(pid);
	fprintf(report, "checked %u\n", checked);
	fclose(report);
	if (findings)
		return 99;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
