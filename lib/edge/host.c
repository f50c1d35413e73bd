/* SPDX-License-Identifier: MIT */
#include "host.h"

#include <stdarg.h>
#include <stdint.h>
#include <sys/mman.h>

#include "calls.h"
#include "core/uapi.h"
#include "interpose.h"
#include "request_call.h"
#include "sys/sys.h"

#define CALLER ((uintptr_t)__builtin_return_address(0))
#define HOST (&host_anywhere)
#define HOST_RANGE(begin, end) \
	(&(const struct range){ (uintptr_t)(begin), (uintptr_t)(end), .host = true })

static const struct range host_anywhere = { .host = true };

void *host_mmap(void *address, size_t length, int prot, int flags, int fd, off_t offset)
{
	return (void *)call_answer(call_mmap((uintptr_t)address, length, prot, flags, fd, offset,
					     HOST, CALLER));
}

void *host_mremap(void *old, size_t old_size, size_t new_size, int flags, ...)
{
	uintptr_t new;
	va_list arguments;

	/* Read even if the caller gave none: only MREMAP_FIXED and MREMAP_DONTUNMAP use it. */
	va_start(arguments, flags);
	new = (uintptr_t)va_arg(arguments, void *);
	va_end(arguments);
	if (!(flags & (MREMAP_FIXED | MREMAP_DONTUNMAP)))
		new = 0;
	return (void *)call_answer(
		call_mremap((uintptr_t)old, old_size, new_size, flags, new, HOST, CALLER));
}

void *host_valimit_mremap(void *old, size_t old_size, size_t new_size, int flags, void *new)
{
	return (void *)call_answer(call_mremap((uintptr_t)old, old_size, new_size, flags,
					       (uintptr_t)new, HOST, CALLER));
}

void *host_shmat(int id, const void *address, int flags)
{
	return (void *)call_answer(call_shmat(id, (uintptr_t)address, flags, HOST, CALLER));
}

void *host_mmap_range(void *begin, void *end, size_t size, int prot, int flags, int fd,
		      off_t offset)
{
	if (begin != end && flags & (MAP_FIXED | MAP_FIXED_NOREPLACE))
		return (void *)call_answer(-EINVAL);
	return (void *)call_answer(
		call_mmap(0, size, prot, flags, fd, offset, HOST_RANGE(begin, end), CALLER));
}

void *host_valimit_place(const struct valimit_request *request, size_t size)
{
	return (void *)call_answer(request_call(request, size, true, CALLER));
}

void *host_mremap_range(void *old, size_t old_size, size_t new_size, int flags, void *begin,
			void *end)
{
	if (flags & MREMAP_FIXED)
		return (void *)call_answer(-EINVAL);
	return (void *)call_answer(call_mremap((uintptr_t)old, old_size, new_size, flags, 0,
					       HOST_RANGE(begin, end), CALLER));
}

void *host_shmat_range(int id, void *begin, void *end, int flags)
{
	return (void *)call_answer(call_shmat(id, 0, flags, HOST_RANGE(begin, end), CALLER));
}

static long do_syscall(long number, const long a[6], uintptr_t caller)
{
	switch (number) {
	case SYS_mmap:
		return call_answer(call_mmap((uintptr_t)a[0], (size_t)a[1], (int)a[2], (int)a[3],
					     (int)a[4], a[5], HOST, caller));
	case SYS_mremap:
		return call_answer(call_mremap((uintptr_t)a[0], (size_t)a[1], (size_t)a[2],
					       (int)a[3], (uintptr_t)a[4], HOST, caller));
	case SYS_shmat:
		return call_answer(call_shmat((int)a[0], (uintptr_t)a[1], (int)a[2], HOST, caller));
	}
	return interpose_syscall(number, a, caller);
}

long host_syscall(long number, ...)
{
	va_list arguments;
	long a[6];

	va_start(arguments, number);
	for (int i = 0; i < 6; i++)
		a[i] = va_arg(arguments, long);
	va_end(arguments);
	return do_syscall(number, a, CALLER);
}
