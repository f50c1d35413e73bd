/* SPDX-License-Identifier: MIT */
/*
 * Fills the window and looks at the gap below a stack that lies in it.
 *
 *	stackguard main        the main thread's stack; then recurses to its limit
 *	stackguard growsdown   a MAP_GROWSDOWN mapping in the window's middle
 */
#include "guest.h"

#include <sys/resource.h>

#define FRAME (64 * KIB)

/* The end of the highest readable mapping below `address`. */
static uintptr_t neighbour_below(uintptr_t address)
{
	struct vma vma;
	uintptr_t end = 0;

	maps_open("/proc/self/maps");
	while (vma_read(&vma) && vma.end <= address)
		if (vma.perms[0] == 'r')
			end = vma.end;
	maps_close();
	return end;
}

static void expect_gap(uintptr_t stack)
{
	uintptr_t below = neighbour_below(stack);

	printf("gap 0x%lx\n", stack - below);
	if (stack - below < GUARD_PAGES * page_size())
		die("a mapping ends 0x%lx below the stack at 0x%lx", stack - below, stack);
}

/* Readable, so that it would stop a stack; not writable, so that no memory is
 * charged for it. */
static void fill(size_t largest)
{
	for (size_t size = largest; size >= page_size(); size /= 2) {
		void *p;

		while ((p = mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)) !=
		       MAP_FAILED)
			expect_inside("mmap", p, size);
	}
}

/* Uses `left` bytes of stack and more. */
__attribute__((noinline)) static unsigned int recurse(size_t left)
{
	volatile char frame[FRAME];

	frame[0] = 1;
	return left <= FRAME ? 1 : recurse(left - FRAME) + (unsigned char)frame[0];
}

static void test_main(void)
{
	struct rlimit limit;
	struct vma stack;

	if (getrlimit(RLIMIT_STACK, &limit) || limit.rlim_cur == RLIM_INFINITY)
		die("RLIMIT_STACK must be finite here");
	fill(1UL << 46);
	if (!vma_find_named("[stack]", &stack))
		die("no [stack] in /proc/self/maps");
	expect_gap(stack.start);
	/* An unconfined kernel gives away all but the guard gap itself. */
	if (bounds_get().lower != bounds_get().upper)
		printf("frames %u\n", recurse(limit.rlim_cur - 8 * FRAME));
}

static void test_growsdown(void)
{
	struct bounds window = bounds_get();
	uintptr_t middle = window.lower + (window.upper - window.lower) / 2;
	void *stack = mmap((void *)middle, 16 * page_size(), PROT_READ | PROT_WRITE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN, -1, 0);

	if (stack == MAP_FAILED)
		die("mmap: %s", strerrorname_np(errno));
	if (window.lower != window.upper && stack != (void *)middle)
		die("a free hint was not honoured: %p", stack);
	if (window.lower != window.upper)
		fill(window.upper - window.lower);
	expect_gap((uintptr_t)stack);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		die("usage: stackguard main|growsdown");
	if (strcmp(argv[1], "main") == 0)
		test_main();
	else
		test_growsdown();
	return 0;
}
