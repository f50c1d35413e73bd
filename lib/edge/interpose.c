/* SPDX-License-Identifier: MIT */
/*
 * libc's functions that the library replaces. The shared library always has them; a program
 * that links statically chooses them by linking libvalimit_interpose.a as well.
 */
#include <linux/prctl.h>
#include <linux/seccomp.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/types.h>
#include <unistd.h>

#include "affected.h"
#include "calls.h"
#include "exec.h"
#include "fast.h"
#include "interpose.h"
#include "place/replace.h"
#include "process.h"
#include "sys/permit.h"
#include "sys/sys.h"
#include "limit.h"
#include "reach.h"
#include "report.h"
#include "rlimit.h"
#include "valimit.h"

#define EXPORT __attribute__((visibility("default")))
#define CALLER ((uintptr_t)__builtin_return_address(0))

EXPORT void *mmap(void *address, size_t length, int prot, int flags, int fd, off_t offset)
{
	return (void *)fast_mmap_at((uintptr_t)address, length, prot, flags, fd, offset, CALLER);
}

EXPORT void *mmap64(void *address, size_t length, int prot, int flags, int fd, off_t offset)
	__attribute__((alias("mmap")));
OWN_NAME(mmap);

EXPORT int munmap(void *address, size_t length)
{
	return (int)fast_munmap((uintptr_t)address, length, CALLER);
}
OWN_NAME(munmap);

EXPORT void *mremap(void *old, size_t old_size, size_t new_size, int flags, ...)
{
	uintptr_t new = 0;

	if (flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)) {
		va_list arguments;

		va_start(arguments, flags);
		new = (uintptr_t)va_arg(arguments, void *);
		va_end(arguments);
	}
	return (void *)fast_mremap_to((uintptr_t)old, old_size, new_size, flags, new, CALLER);
}
OWN_NAME(mremap);

EXPORT void *shmat(int id, const void *address, int flags)
{
	return (void *)call_answer(call_shmat(id, (uintptr_t)address, flags, RANGE_NONE, CALLER));
}
OWN_NAME(shmat);

EXPORT int shmdt(const void *address)
{
	return (int)call_answer(call_shmdt((uintptr_t)address, CALLER));
}
OWN_NAME(shmdt);

static int affect_range(long number, const void *start, size_t length, long third, long fourth)
{
	return (int)affected((struct affect){ number, (uintptr_t)start, length, third, fourth });
}

EXPORT int madvise(void *start, size_t length, int advice)
{
	return affect_range(SYS_madvise, start, length, advice, 0);
}

EXPORT int mincore(void *start, size_t length, unsigned char *vec)
{
	return affect_range(SYS_mincore, start, length, (long)vec, 0);
}

EXPORT int mlock(const void *start, size_t length)
{
	return affect_range(SYS_mlock, start, length, 0, 0);
}

EXPORT int mlock2(const void *start, size_t length, unsigned int flags)
{
	return affect_range(SYS_mlock2, start, length, flags, 0);
}

EXPORT int mprotect(void *start, size_t length, int prot)
{
	return affect_range(SYS_mprotect, start, length, prot, 0);
}

/* msync() is a cancellation point, as in libc. */
EXPORT int msync(void *start, size_t length, int flags)
{
	pthread_testcancel();
	return affect_range(SYS_msync, start, length, flags, 0);
}

EXPORT int munlock(const void *start, size_t length)
{
	return affect_range(SYS_munlock, start, length, 0, 0);
}

EXPORT int pkey_mprotect(void *start, size_t length, int prot, int key)
{
	/* Like libc, uses mprotect() for key -1: kernels without keys lack pkey_mprotect(). */
	return affect_range(key == -1 ? SYS_mprotect : SYS_pkey_mprotect, start, length, prot, key);
}

EXPORT int prlimit(pid_t pid, __rlimit_resource_t resource, const struct rlimit *new,
		   struct rlimit *old)
{
	return (int)call_answer(rlimit_call(pid, resource, new, old));
}

EXPORT int prlimit64(pid_t pid, __rlimit_resource_t resource, const struct rlimit64 *new,
		     struct rlimit64 *old)
{
	return (int)call_answer(rlimit_call(pid, resource, (const struct rlimit *)new,
					    (struct rlimit *)old));
}

EXPORT int getrlimit(__rlimit_resource_t resource, struct rlimit *old)
{
	return (int)call_answer(rlimit_call(0, resource, NULL, old));
}

EXPORT int getrlimit64(__rlimit_resource_t resource, struct rlimit64 *old)
{
	return (int)call_answer(rlimit_call(0, resource, NULL, (struct rlimit *)old));
}

EXPORT int setrlimit(__rlimit_resource_t resource, const struct rlimit *new)
{
	return (int)call_answer(rlimit_call(0, resource, new, NULL));
}

EXPORT int setrlimit64(__rlimit_resource_t resource, const struct rlimit64 *new)
{
	return (int)call_answer(rlimit_call(0, resource, (const struct rlimit *)new, NULL));
}

EXPORT void _exit(int status)
{
	report_write("at _exit");
	for (;;)
		SYS(SYS_exit_group, status);
}

EXPORT void _Exit(int status) __attribute__((alias("_exit")));

/* Installs a seccomp filter. seccomp() and prctl() both take it as the third argument. */
static long install(long number, const long a[6], bool strict)
{
	struct space *space = process_made();
	int filter = -1;
	long result;

	if (space)
		replace_foresee(space);
	if (strict)
		permit_announce_strict();
	else
		filter = permit_announce((const struct sock_fprog *)a[2]);
	reach_restrict();
	result = sys_pass(number, a);
	if (result < 0)
		permit_withdraw(filter);
	return call_answer(result);
}

long interpose_syscall(long number, const long a[6], uintptr_t caller)
{
	switch (number) {
	case SYS_mmap:
		return fast_mmap_at((uintptr_t)a[0], (size_t)a[1], (int)a[2], (int)a[3], (int)a[4],
				    a[5], caller);
	case SYS_munmap:
		return fast_munmap((uintptr_t)a[0], (size_t)a[1], caller);
	case SYS_mremap:
		return fast_mremap_to((uintptr_t)a[0], (size_t)a[1], (size_t)a[2], (int)a[3],
				      (uintptr_t)a[4], caller);
	case SYS_shmat:
		return call_answer(call_shmat((int)a[0], (uintptr_t)a[1], (int)a[2], RANGE_NONE, caller));
	case SYS_shmdt:
		return call_answer(call_shmdt((uintptr_t)a[0], caller));
	case SYS_madvise:
	case SYS_mincore:
	case SYS_mlock:
	case SYS_mlock2:
	case SYS_mprotect:
	case SYS_msync:
	case SYS_munlock:
	case SYS_pkey_mprotect:
		return affect_range(number, (void *)a[0], (size_t)a[1], a[2], a[3]);
	case SYS_prlimit64:
		return call_answer(rlimit_call(a[0], a[1], (const struct rlimit *)a[2],
					       (struct rlimit *)a[3]));
	case SYS_getrlimit:
		return call_answer(rlimit_call(0, a[0], NULL, (struct rlimit *)a[1]));
	case SYS_setrlimit:
		return call_answer(rlimit_call(0, a[0], (const struct rlimit *)a[1], NULL));
	case SYS_exit_group:
		report_write("at exit_group");
		break;
	case SYS_execve:
		return call_answer(exec_call((const char *)a[0], (char *const *)a[1],
					     (char *const *)a[2]));
	case SYS_seccomp:
		if (a[0] == SECCOMP_SET_MODE_STRICT || a[0] == SECCOMP_SET_MODE_FILTER)
			return install(number, a, a[0] == SECCOMP_SET_MODE_STRICT);
		break;
	case SYS_prctl:
		if ((int)a[0] == PR_SET_SECCOMP)
			return install(number, a, a[1] == SECCOMP_MODE_STRICT);
		if (a[0] == PR_SET_VA_LIMITS)
			return call_answer(limit_set((const struct va_limit *)a[1], caller));
		if (a[0] == PR_GET_VA_LIMITS)
			return call_answer(limit_get((struct va_limit *)a[1], caller));
		break;
	}
	return call_answer(sys_pass(number, a));
}

/* Like libc, passes on six arguments, given or not. */
EXPORT long syscall(long number, ...)
{
	va_list arguments;
	long a[6];

	va_start(arguments, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(arguments, long);
	va_end(arguments);
	return interpose_syscall(number, a, CALLER);
}
OWN_NAME(syscall);

/* Like libc, passes on four more arguments, given or not. */
EXPORT int prctl(int option, ...)
{
	va_list arguments;
	long a[6] = { option };

	va_start(arguments, option);
	for (int i = 1; i < 5; i++)
		a[i] = va_arg(arguments, long);
	va_end(arguments);
	return (int)interpose_syscall(SYS_prctl, a, CALLER);
}
OWN_NAME(prctl);
