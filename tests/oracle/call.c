/* SPDX-License-Identifier: MIT */
#include "call.h"

#include <dlfcn.h>
#include <signal.h>
#include <sys/shm.h>
#include <sys/wait.h>

#include "../guest/guest.h"
#include "aim.h"

#define BEFORE EXDEV /* any that no memory call gives */

static struct {
	void *(*mmap)(void *, void *, size_t, int, int, int, off_t);
	void *(*mremap)(void *, size_t, size_t, int, void *, void *);
	void *(*shmat)(int, void *, void *, int);
} range;

static void find(const char *name, void *function)
{
	void *found = dlsym(RTLD_DEFAULT, name);

	memcpy(function, &found, sizeof(found));
}

void call_prepare(void)
{
	find("mmap_range", &range.mmap);
	find("mremap_range", &range.mremap);
	find("shmat_range", &range.shmat);
}

void call_arguments(struct oracle_call *call, long a, long b, long c, long d, long e, long f)
{
	const long argument[] = { a, b, c, d, e, f };

	memcpy(call->argument, argument, sizeof(argument));
}

static enum op_route route_of(const struct site *site, const struct oracle_call *call)
{
	if (site->side == SIDE_KERNEL)
		return ROUTE_RAW;
	if (call->route != ROUTE_RAW)
		return call->route;
	/* Unseen calls change the window only: the fence is not theirs. */
	if ((site->config->unseen & call->unseen) != call->unseen ||
	    (call->start &&
	     !aim_is_inside(site, call->start, call->length ? aim_pages(call->length) : 4096)))
		return ROUTE_LIBC;
	return ROUTE_RAW;
}

static long by_libc(const struct oracle_call *call)
{
	const long *a = call->argument;

	switch (call->number) {
	case SYS_mmap:
		return (long)mmap((void *)a[0], (size_t)a[1], (int)a[2], (int)a[3], (int)a[4], a[5]);
	case SYS_munmap:
		return munmap((void *)a[0], (size_t)a[1]);
	case SYS_mremap:
		return (long)mremap((void *)a[0], (size_t)a[1], (size_t)a[2], (int)a[3],
				    (void *)a[4]);
	case SYS_shmat:
		return (long)shmat((int)a[0], (void *)a[1], (int)a[2]);
	default:
		return shmdt((void *)a[0]);
	}
}

static long as_kernel(long answer, struct op_outcome *outcome)
{
	if (answer == -1)
		return -errno;
	outcome->errno_set = errno != BEFORE;
	return answer;
}

long call_make(const struct site *site, const struct oracle_call *call, struct op_outcome *outcome)
{
	const long *a = call->argument;

	errno = BEFORE;
	switch (route_of(site, call)) {
	case ROUTE_RAW:
		return raw6(call->number, a[0], a[1], a[2], a[3], a[4], a[5]);
	case ROUTE_SYSCALL:
		return as_kernel(syscall(call->number, a[0], a[1], a[2], a[3], a[4], a[5]), outcome);
	default:
		return as_kernel(by_libc(call), outcome);
	}
}

long call_range(uintptr_t begin, uintptr_t end, const struct oracle_call *call,
		struct op_outcome *outcome)
{
	void *first = (void *)begin, *last = (void *)end;
	const long *a = call->argument;

	if (!range.mmap || !range.mremap || !range.shmat)
		die("the library has no calls with ranges");
	errno = BEFORE;
	switch (call->number) {
	case SYS_mmap:
		return as_kernel((long)range.mmap(first, last, (size_t)a[1], (int)a[2], (int)a[3],
						  (int)a[4], a[5]), outcome);
	case SYS_mremap:
		return as_kernel((long)range.mremap((void *)a[0], (size_t)a[1], (size_t)a[2],
						    (int)a[3], first, last), outcome);
	default:
		return as_kernel((long)range.shmat((int)a[0], first, last, (int)a[2]), outcome);
	}
}

void call_undo(const struct site *site, uintptr_t address, uint64_t length)
{
	if (site->side == SIDE_KERNEL)
		raw6(SYS_munmap, (long)address, (long)length, 0, 0, 0, 0);
	else
		munmap((void *)address, length);
}

void call_fork(enum op_route route)
{
	int status;
	long child;

	if (route == ROUTE_LIBC)
		child = fork();
	else if (route == ROUTE_SYSCALL)
		child = syscall(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0);
	else
		child = raw6(SYS_clone, SIGCHLD, 0, 0, 0, 0, 0);
	if (child < 0)
		die("fork: %s", strerror(errno));
	if (child == 0) {
		alarm(30);
		return;
	}
	while (raw6(SYS_wait4, child, (long)&status, 0, 0, 0, 0) == -EINTR)
		;
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status));
}
