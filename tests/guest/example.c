/* SPDX-License-Identifier: MIT */
/* An emulator of a 32-bit guest, in outline. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <valimit.h>

#define FOUR_GIB (1UL << 32)

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

/* The emulator's own memory must not take the guest's addresses. */
static void *host_alloc(size_t size)
{
	void *memory;

	valimit_host_enter();
	memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
		      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	valimit_host_leave();
	if (memory == MAP_FAILED)
		fail("mmap for the host");
	return memory;
}

/* The guest's mmap, called by the handler of its system calls. */
static void *guest_mmap(void *hint, size_t size, int prot, int flags,
			int fd, off_t offset)
{
	return mmap(hint, size, prot, flags, fd, offset);
}

/* The guest's stack, near the top of its addresses. */
static void *guest_stack(size_t size)
{
	void *stack = mmap_range((void *)(FOUR_GIB - (64UL << 20)),
				 (void *)FOUR_GIB, size,
				 PROT_READ | PROT_WRITE,
				 MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK,
				 -1, 0);

	if (stack == MAP_FAILED)
		fail("mmap_range");
	return stack;
}

static void show(const char *what, const void *memory)
{
	printf("%s %p guest: %d\n", what, memory,
	       valimit_is_guest(memory));
}

int main(void)
{
	struct va_limit limit = { 0, FOUR_GIB };
	struct valimit_stats stats;
	char *host, *guest, *thunk, *stack;

	if (prctl(PR_SET_VA_LIMITS, &limit))
		fail("PR_SET_VA_LIMITS");
	if (prctl(PR_GET_VA_LIMITS, &limit))
		fail("PR_GET_VA_LIMITS");
	printf("the guest has 0x%llx to 0x%llx\n",
	       (unsigned long long)limit.lower_bound,
	       (unsigned long long)limit.upper_bound);

	host = host_alloc(1 << 20);
	guest = guest_mmap((void *)0x50000000, 1 << 20,
			   PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (guest == MAP_FAILED)
		fail("mmap for the guest");
	stack = guest_stack(1 << 20);
	/* A library of the host's hands this to the guest. */
	thunk = strdup("a pointer of 32 bits");
	if (!thunk)
		fail("strdup");

	show("host ", host);
	show("guest", guest);
	show("stack", stack);
	show("thunk", thunk);
	if ((uintptr_t)host < FOUR_GIB || (uintptr_t)guest >= FOUR_GIB ||
	    (uintptr_t)stack >= FOUR_GIB || (uintptr_t)thunk >= FOUR_GIB)
		return 1;
	if (valimit_stats(&stats, sizeof(stats)))
		fail("valimit_stats");
	printf("largest gap for the guest: %llu MiB\n",
	       (unsigned long long)stats.largest_gap >> 20);
	return 0;
}
