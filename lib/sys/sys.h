/* SPDX-License-Identifier: MIT */
/*
 * Raw system calls. Every call of the library goes through sys_call(), which is
 * linked and not inlined, so that a test can put one in its place that fails
 * at will. All return the kernel's answer: a value, or -errno. errno itself is
 * never touched; libc's wrappers would, and might be interposed themselves. What a
 * seccomp filter does not let through is not called (permit.h): -ENOSYS.
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

#ifndef MAP_FIXED_NOREPLACE
#define MAP_FIXED_NOREPLACE 0x100000
#endif
#ifndef MREMAP_DONTUNMAP /* glibc 2.32 */
#define MREMAP_DONTUNMAP 4
#endif
#ifndef SYS_mseal
#define SYS_mseal 462
#endif

long sys_call(long number, long a, long b, long c, long d, long e, long f);

/* Says whether a call may be made, once that is doubtful; NULL until then. */
extern bool (*sys_judge)(long number, const long a[6]);

/* As an argument that mremap() does not look at: the call is not the program's own. */
#define SYS_NOT_ASKED_FOR 0x76616c69L

/* Makes a call that is the program's own, whatever becomes of it. */
long sys_pass(long number, const long a[6]);

/* Tells the processor that this is a spinning loop. */
void sys_pause(void);

uintptr_t sys_untagged(uintptr_t address);

/* An address of memory that is there, without the tag that the processor lets
 * a pointer carry in its top byte: so the kernel takes it for munmap, mprotect
 * and mremap's old address (since Linux 5.4). Where something is to be mapped
 * it wants an address without a tag (since 5.6), and shmdt knows none. */
static inline uintptr_t sys_untag(uintptr_t address)
{
	return address >> 56 ? sys_untagged(address) : address;
}

/* Missing arguments are 0; each is converted as the kernel takes it. */
#define SYS_PICK(number, a, b, c, d, e, f, ...) \
	sys_call(number, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f))
#define SYS(number, ...) SYS_PICK(number, __VA_ARGS__, 0, 0, 0, 0, 0, 0)

/* Whether an answer is an error. */
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

/* Maps at a free address or nowhere: the address, -EEXIST where it is taken, or
 * another -errno. To kernels before 4.17 MAP_FIXED_NOREPLACE is a hint; with
 * MAP_SHARED_VALIDATE, which refuses flags that it does not know, it is none at
 * all, and the address is one. */
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

/* Reserves a free range: PROT_NONE memory. The address, -EEXIST or another -errno. */
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
