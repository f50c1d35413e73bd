/* SPDX-License-Identifier: MIT */
/*
 * Raw system calls. All go through sys_call(), which is linked and not inlined, so that a test
 * can replace it by one that fails at will. Each function returns the kernel's answer: a value,
 * or -errno. errno is never touched: libc's wrappers would set it, and might be interposed
 * themselves. A call that a seccomp filter forbids (permit.h) is not made and returns -ENOSYS.
 */
#ifndef VALIMIT_SYS_SYS_H
#define VALIMIT_SYS_SYS_H

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "core/uapi.h"

long sys_call(long number, long a, long b, long c, long d, long e, long f);

/* Decides whether a call may be made; NULL until the first filter is known of. */
extern bool (*sys_judge)(long number, const long a[6]);

/* A marker in an argument that mremap() ignores: the library makes this call for itself, and
 * not for the program. */
#define SYS_NOT_ASKED_FOR 0x76616c69L

/* Makes a call that the program asked for, without asking sys_judge. */
long sys_pass(long number, const long a[6]);

/* Tells the processor that this is a spinning loop. */
void sys_pause(void);

uintptr_t sys_untagged(uintptr_t address);

/* Removes the tag that the processor ignores in a pointer's top byte. The kernel accepts tagged
 * addresses in munmap(), mprotect() and mremap()'s old address (since Linux 5.4). It accepts
 * none as an address to map at (since 5.6), nor in shmdt(). */
static inline uintptr_t sys_untag(uintptr_t address)
{
	return address >> 56 ? sys_untagged(address) : address;
}

/* SYS(number, ...) converts each argument to long; missing arguments are 0. */
#define SYS_PICK(number, a, b, c, d, e, f, ...) \
	sys_call(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define SYS(number, ...) SYS_PICK(number, __VA_ARGS__, 0, 0, 0, 0, 0, 0)

/* Whether a result is an error. */
static inline bool sys_failed(long result)
{
	return (unsigned long)result > -4096UL;
}

static inline long sys_mmap(uintptr_t address, size_t length, int prot, int flags, int fd,
			    long offset)
{
	return SYS(SYS_mmap, address, length, prot, flags, fd, offset);
}

static inline long sys_munmap(uintptr_t address, size_t length)
{
	return SYS(SYS_munmap, address, length);
}

/* Maps at a free address or fails. Returns the address, -EEXIST: the range is not free, or
 * another -errno. Kernels before 4.17 take MAP_FIXED_NOREPLACE for a hint. With
 * MAP_SHARED_VALIDATE, do_mmap() rejects MAP_FIXED_NOREPLACE (LEGACY_MAP_MASK), so that the
 * address is passed as a hint there. */
static inline long sys_mmap_free(uintptr_t address, size_t length, int prot, int flags, int fd,
				 long offset)
{
	bool validate = (flags & MAP_TYPE) == MAP_SHARED_VALIDATE;
	long result = sys_mmap(address, length, prot,
			       flags | (validate ? 0 : MAP_FIXED_NOREPLACE), fd, offset);

	if (sys_failed(result) || result == (long)address)
		return result;
	sys_munmap((uintptr_t)result, length);
	return -EEXIST;
}

/* Reserves a free range as PROT_NONE memory. Returns the address, -EEXIST or another -errno. */
long sys_reserve(uintptr_t start, size_t length);

static inline long sys_mremap(uintptr_t old, size_t old_size, size_t new_size, int flags,
			      uintptr_t new)
{
	return SYS(SYS_mremap, old, old_size, new_size, flags, new);
}

static inline long sys_madvise(uintptr_t address, size_t length, int advice)
{
	return SYS(SYS_madvise, address, length, advice);
}

static inline long sys_mprotect(uintptr_t address, size_t length, int prot)
{
	return SYS(SYS_mprotect, address, length, prot);
}

static inline long sys_mincore(uintptr_t address, size_t length, unsigned char *vec)
{
	return SYS(SYS_mincore, address, length, vec);
}

static inline long sys_mseal(uintptr_t address, size_t length)
{
	return SYS(SYS_mseal, address, length, 0);
}

static inline long sys_open(const char *path, int flags)
{
	return SYS(SYS_openat, AT_FDCWD, path, flags, 0);
}

static inline long sys_read(int fd, void *buffer, size_t size)
{
	return SYS(SYS_read, fd, buffer, size);
}

static inline long sys_write(int fd, const void *buffer, size_t size)
{
	return SYS(SYS_write, fd, buffer, size);
}

static inline long sys_close(int fd)
{
	return SYS(SYS_close, fd);
}

static inline long sys_ioctl(int fd, unsigned long request, void *argument)
{
	return SYS(SYS_ioctl, fd, request, argument);
}

static inline long sys_rlimit(int resource, const struct rlimit *new, struct rlimit *old)
{
	return SYS(SYS_prlimit64, 0, resource, new, old);
}

#endif
