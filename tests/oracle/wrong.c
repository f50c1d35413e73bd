/* SPDX-License-Identifier: MIT */
/*
 * A library with one defect, ORACLE_WRONG, that stands between the calls and the
 * library: the oracle must find each. Preloaded before it; the number comes in
 * the file's own name, since the oracle's processes inherit no environment:
 * ".../wrong-3.so".
 */
#include <dlfcn.h>
#include <errno.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/shm.h>

#define PAGE 4096UL

enum {
	WRONG_NOTHING,
	WRONG_ERRNO,     /* another errno */
	WRONG_ERRNO_SET, /* errno is set by a call that works */
	WRONG_PLACE,     /* one page lower than it could be */
	WRONG_PROT,      /* not executable */
	WRONG_LOST,      /* MAP_FIXED unmaps before it tries */
	WRONG_SHORT,     /* munmap leaves the last page of many */
	WRONG_CONTENTS,  /* mremap loses the contents */
	WRONG_CLOBBER,   /* NOREPLACE replaces */
	WRONG_DETACH,    /* shmdt says that it has, and has not */
	WRONG_SHARED,    /* shared memory is private */
	WRONG_NEIGHBOUR, /* munmap of hosts takes a page more */
};

#define HOSTS 0x600000000000 /* from here on */

static int wrong(void)
{
	static int number = -1;
	Dl_info info;

	if (number < 0) {
		number = WRONG_NOTHING;
		if (dladdr((void *)(uintptr_t)wrong, &info) && strstr(info.dli_fname, "wrong-"))
			number = atoi(strstr(info.dli_fname, "wrong-") + strlen("wrong-"));
	}
	return number;
}

/* The library's own function of the name. */
static void next(const char *name, void *function)
{
	void **to = function;

	if (!*to)
		*to = dlsym(RTLD_NEXT, name);
}

static void *map_wrongly(void *address, size_t length, int prot, int flags, int fd, off_t offset,
			 void *(*map)(void *, size_t, int, int, int, off_t))
{
	switch (wrong()) {
	case WRONG_PROT:
		prot &= ~PROT_EXEC;
		break;
	case WRONG_CLOBBER:
		if (flags & MAP_FIXED_NOREPLACE && flags & MAP_PRIVATE)
			flags = (flags & ~MAP_FIXED_NOREPLACE) | MAP_FIXED;
		break;
	case WRONG_SHARED:
		if ((flags & MAP_TYPE) == MAP_SHARED && flags & MAP_ANONYMOUS)
			flags ^= MAP_SHARED | MAP_PRIVATE;
		break;
	case WRONG_LOST:
		if (flags & MAP_FIXED && (uintptr_t)address % PAGE == 0 && length < 1UL << 30)
			munmap(address, length);
		break;
	}
	return map(address, length, prot, flags, fd, offset);
}

void *mmap(void *address, size_t length, int prot, int flags, int fd, off_t offset)
{
	static void *(*map)(void *, size_t, int, int, int, off_t);
	int before = errno;
	void *got;

	next("mmap", &map);
	got = map_wrongly(address, length, prot, flags, fd, offset, map);
	if (wrong() == WRONG_ERRNO && got == MAP_FAILED && errno == EEXIST)
		errno = EINVAL;
	if (got != MAP_FAILED && wrong() != WRONG_ERRNO_SET)
		errno = before;
	else if (got != MAP_FAILED)
		errno = ENOENT;
	if (wrong() == WRONG_PLACE && got != MAP_FAILED && !address && flags & MAP_PRIVATE &&
	    mremap(got, length, length, MREMAP_MAYMOVE | MREMAP_FIXED, (char *)got - PAGE * 512) !=
		    MAP_FAILED)
		got = (char *)got - PAGE * 512;
	return got;
}

int munmap(void *address, size_t length)
{
	static int (*unmap)(void *, size_t);

	next("munmap", &unmap);
	if (wrong() == WRONG_SHORT && length > 4 * PAGE && length < 1UL << 40)
		length -= PAGE;
	if (wrong() == WRONG_NEIGHBOUR && length < 1UL << 20 && (uintptr_t)address >= HOSTS)
		length += PAGE;
	return unmap(address, length);
}

void *mremap(void *old, size_t old_size, size_t new_size, int flags, ...)
{
	static void *(*move)(void *, size_t, size_t, int, ...);
	va_list args;
	void *new, *got;

	va_start(args, flags);
	new = va_arg(args, void *);
	va_end(args);
	next("mremap", &move);
	got = move(old, old_size, new_size, flags, new);
	if (wrong() == WRONG_CONTENTS && got != MAP_FAILED && got != old)
		madvise(got, PAGE, MADV_DONTNEED);
	return got;
}

int shmdt(const void *address)
{
	static int (*detach)(const void *);

	next("shmdt", &detach);
	return wrong() == WRONG_DETACH ? 0 : detach(address);
}
