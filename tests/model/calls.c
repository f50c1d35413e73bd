/* SPDX-License-Identifier: MIT */
/* The system calls, as the library makes them. */
#include <errno.h>
#include <linux/futex.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/uio.h>
#include <time.h>

#include "kernel.h"

#define LINES_A_READ 4 /* so that a reading of the whole list takes several */

/* PROCMAP_QUERY's. */
struct query {
	uint64_t size, flags, address;
	uint64_t start, end, vma_flags, page_size, offset, inode;
	uint32_t other[4];
	uint64_t name, build_id;
};

static long open_list(void)
{
	for (int fd = 0; fd < 8; fd++)
		if (kernel.list[fd] == 0) {
			kernel.list[fd] = KERNEL_MIN;
			return fd;
		}
	return -EMFILE;
}

static long answer(struct query *query)
{
	struct span span;
	int prot;

	if (!kernel_vma(query->address, &span, &prot))
		return -ENOENT;
	query->start = span.start;
	query->end = span.end;
	query->vma_flags = (uint64_t)prot;
	query->inode = 0;
	return 0;
}

static long read_list(long fd, char *buffer, size_t size)
{
	size_t used = 0;
	struct span span;
	int prot;

	for (int i = 0; i < LINES_A_READ && kernel_vma(kernel.list[fd], &span, &prot); i++) {
		char line[80];
		int length = snprintf(line, sizeof(line), "%lx-%lx %s 00000000 00:00 0 \n",
				      span.start, span.end, prot ? "rw-p" : "---p");

		if (used + (size_t)length > size)
			break;
		memcpy(buffer + used, line, (size_t)length);
		used += (size_t)length;
		kernel.list[fd] = span.end;
	}
	return (long)used;
}

/* A wait that is over at once, by which the library learns whether it may read a
 * page: of the model's own memory it knows that. */
static long try_to_read(uintptr_t address)
{
	const struct kernel_page *page = kernel_at(address);

	return page->mapped && page->prot != PROT_NONE ? -EAGAIN : -EFAULT;
}

static bool is_over(const struct timespec *timeout)
{
	return timeout && timeout->tv_sec == 0 && timeout->tv_nsec == 0;
}

static long futex(const uint32_t *word, long operation, uint32_t value,
		  const struct timespec *timeout)
{
	if (operation == FUTEX_WAIT_PRIVATE && is_over(timeout))
		return try_to_read((uintptr_t)word);
	if (operation == FUTEX_WAIT_PRIVATE)
		return explore_wait(word, value);
	explore_wake(word);
	return 0;
}

/* All are blocked, or none; while a handler runs, its own signal is. */
#define OWN_SIGNAL 0x200UL

static long set_mask(const uint64_t *mask, uint64_t *before)
{
	bool blocked = explore_block(false);

	explore_block(mask ? *mask == UINT64_MAX : blocked);
	if (before)
		*before = blocked ? UINT64_MAX : explore_self() < EXPLORE_THREADS ? 0 : OWN_SIGNAL;
	return 0;
}

static long copy(const struct iovec *local, const struct iovec *remote)
{
	memcpy(local->iov_base, remote->iov_base, local->iov_len);
	return (long)local->iov_len;
}

static long no_stack(stack_t *stack)
{
	*stack = (stack_t){ .ss_flags = SS_DISABLE };
	return 0;
}

/* No signal has a handler that may be interrupted by its own signal. */
static long plain_action(void *action)
{
	if (action)
		memset(action, 0, 4 * sizeof(uint64_t));
	return 0;
}

static long no_limit(struct rlimit *limit)
{
	if (limit)
		*limit = (struct rlimit){ RLIM_INFINITY, RLIM_INFINITY };
	return 0;
}

/* Those that change no mapping, and that no other thread sees. */
static long quiet_call(long number, long a, long b, long c, long d)
{
	switch (number) {
	case SYS_openat:
		return open_list();
	case SYS_close:
		kernel.list[a] = 0;
		return 0;
	case SYS_futex:
		return futex((const uint32_t *)a, b, (uint32_t)c, (const struct timespec *)d);
	case SYS_sched_yield:
	case SYS_nanosleep:
		explore_yield();
		return 0;
	case SYS_rt_sigprocmask:
		return set_mask((const uint64_t *)b, (uint64_t *)c);
	case SYS_rt_sigaction:
		return plain_action((void *)c);
	case SYS_sigaltstack:
		return no_stack((stack_t *)b);
	case SYS_process_vm_readv:
		return copy((const struct iovec *)b, (const struct iovec *)d);
	case SYS_prlimit64:
		return no_limit((struct rlimit *)d);
	case SYS_madvise:
		if (c == MADV_DONTDUMP)
			kernel_dress((uintptr_t)a, (size_t)b);
		return 0;
	case SYS_mprotect: /* with PROT_GROWSDOWN: nothing grows */
		return -EINVAL;
	case SYS_munlock:
		return 0;
	case SYS_getpid:
	case SYS_gettid:
		return 1;
	case SYS_clock_gettime: /* no fork lasts longer than a step */
		return -EINVAL;
	}
	fprintf(stderr, "the model does not know system call %ld\n", number);
	abort();
}

/* Each of the others is a step: what it answers depends on the order. */
long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
	long result;

	(void)f;
	switch (number) {
	case SYS_mmap:
		explore_step(d & MAP_FIXED ? "mmap fixed" : "mmap", a, b);
		result = kernel_mmap((uintptr_t)a, (size_t)b, (int)c, (int)d);
		break;
	case SYS_munmap:
		explore_step("munmap", a, b);
		result = kernel_munmap((uintptr_t)a, (size_t)b);
		break;
	case SYS_mremap:
		explore_step("mremap", a, c);
		result = kernel_mremap((uintptr_t)a, (size_t)b, (size_t)c, (int)d, (uintptr_t)e);
		break;
	case SYS_msync:
		explore_step("msync", a, b);
		result = kernel_has((uintptr_t)a, (size_t)b) ? 0 : -ENOMEM;
		break;
	case SYS_ioctl:
		explore_step("query", (long)((struct query *)c)->address, 0);
		result = answer((struct query *)c);
		break;
	case SYS_read:
		explore_step("read the list", (long)kernel.list[a], 0);
		result = read_list(a, (char *)b, (size_t)c);
		break;
	default:
		return quiet_call(number, a, b, c, d);
	}
	explore_note("=", result, 0);
	return result;
}

void sys_pause(void)
{
}

uintptr_t sys_untagged(uintptr_t address)
{
	return address;
}
