/* SPDX-License-Identifier: MIT */
/* The ways to make a system call: by libc's function, by syscall(), or by the instruction. */
#ifndef TESTS_GUEST_ROUTE_H
#define TESTS_GUEST_ROUTE_H

#include "guest.h"

#include <sys/resource.h>
#include <sys/shm.h>

enum route { ROUTE_LIBC, ROUTE_RAW, ROUTE_SYSCALL, ROUTE_64 };

static enum route route;

static inline long libc_call(long number, const long *a)
{
	switch (number) {
	case SYS_mmap:
		return (long)mmap((void *)a[0], (size_t)a[1], (int)a[2], (int)a[3], (int)a[4], a[5]);
	case SYS_munmap:
		return munmap((void *)a[0], (size_t)a[1]);
	case SYS_mremap:
		return (long)mremap((void *)a[0], (size_t)a[1], (size_t)a[2], (int)a[3],
				    (void *)a[4]);
	case SYS_shmat:
		return (long)shmat((int)a[0], (void *)a[1], (int)a[2]);
	case SYS_shmdt:
		return shmdt((void *)a[0]);
	case SYS_mprotect:
		return mprotect((void *)a[0], (size_t)a[1], (int)a[2]);
	case SYS_madvise:
		return madvise((void *)a[0], (size_t)a[1], (int)a[2]);
	case SYS_msync:
		return msync((void *)a[0], (size_t)a[1], (int)a[2]);
	case SYS_mincore:
		return mincore((void *)a[0], (size_t)a[1], (unsigned char *)a[2]);
	case SYS_mlock:
		return mlock((void *)a[0], (size_t)a[1]);
	case SYS_munlock:
		return munlock((void *)a[0], (size_t)a[1]);
	case SYS_prlimit64:
		if (a[2] && !a[3])
			return setrlimit((__rlimit_resource_t)a[1], (struct rlimit *)a[2]);
		return prlimit((pid_t)a[0], (__rlimit_resource_t)a[1], (struct rlimit *)a[2],
			       (struct rlimit *)a[3]);
	default:
		return syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
	}
}

/* Makes a call by the statement's route. -errno where it failed; a call that
 * works must leave errno as it was. */
static inline long invoke(long number, long a, long b, long c, long d, long e, long f)
{
	const long args[] = { a, b, c, d, e, f };
	const int before = EXDEV; /* any that no memory call gives */
	long result;

	errno = before;
	if (route == ROUTE_RAW)
		return raw6(number, a, b, c, d, e, f);
	if (route == ROUTE_SYSCALL)
		result = syscall(number, a, b, c, d, e, f);
	else if (route == ROUTE_64 && number == SYS_mmap)
		result = (long)mmap64((void *)a, (size_t)b, (int)c, (int)d, (int)e, f);
	else
		result = libc_call(number, args);
	if (result != -1 && errno != before)
		die("a call that worked set errno to %s", strerrorname_np(errno));
	return result == -1 ? -errno : result;
}

#endif
