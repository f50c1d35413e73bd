/* SPDX-License-Identifier: MIT */
/*
 * Fills the window and looks at the gap below a stack that lies in it.
 *
 *	stackguard main        the main thread's stack; then recurses to its limit
 *	stackguard growsdown   a MAP_GROWSDOWN mapping in the window's middle
 *	stackguard grown PAGES fill|range|host
 *	                       one that grows by so many pages first, where the next
 *	                       mappings are to come; the window is filled by mmap or by
 *	                       mmap_range, or only hosts' mappings come
 */
#include "guest.h"

#include <sys/resource.h>
#include <sys/shm.h>

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
	/* Under valgrind [stack] is valgrind's. */
	if (!vma_find((uintptr_t)&limit, &stack))
		die("no stack in /proc/self/maps");
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

/* The library's, where it is there. */
extern void *mmap_range(uintptr_t begin, uintptr_t end, size_t size, int prot, int flags, int fd,
			off_t offset) __attribute__((weak));

static void *map_ranged(size_t size)
{
	struct bounds window = bounds_get();

	return mmap_range(window.lower, window.upper, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1,
			  0);
}

static void *map_anywhere(size_t size)
{
	return mmap(NULL, size, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

/* Mappings of one to three pages, as near to each other as they are placed. */
static void come_near(void *(*map)(size_t size), size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (map((1 + i % 3) * page_size()) == MAP_FAILED)
			die("mmap: %s", strerrorname_np(errno));
}

/* Hints, moves and segments. */
static void come_otherwise(uintptr_t stack)
{
	size_t page = page_size();
	int segment = shmget(IPC_PRIVATE, page, IPC_CREAT | 0600);

	for (size_t below = 1; below < GUARD_PAGES; below += 17) {
		void *p = mmap((void *)(stack - below * page), page, PROT_READ,
			       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		void *moved = p == MAP_FAILED ? p : mremap(p, page, 3 * page, MREMAP_MAYMOVE);

		if (moved == MAP_FAILED)
			die("mremap: %s", strerrorname_np(errno));
	}
	for (int i = 0; segment >= 0 && i < 16; i++)
		if (shmat(segment, NULL, SHM_RDONLY) == (void *)-1)
			die("shmat: %s", strerrorname_np(errno));
	if (segment >= 0)
		shmctl(segment, IPC_RMID, NULL);
}

static void fill_ranged(void)
{
	for (size_t size = 16 * MIB; size >= page_size(); size /= 2)
		while (map_ranged(size) != MAP_FAILED)
			;
}

/* The place of the next mappings: that of a mapping that is gone. */
static uintptr_t next_place(void *(*map)(size_t size))
{
	const size_t size = 16 * MIB;
	void *place = map(size);

	if (place == MAP_FAILED || munmap(place, size))
		die("16 MiB: %s", strerrorname_np(errno));
	return (uintptr_t)place + size - page_size();
}

static void test_grown(size_t pages, const char *how)
{
	bool ranged = strcmp(how, "range") == 0;
	void *(*map)(size_t size) = ranged ? map_ranged : map_anywhere;
	uintptr_t top = next_place(map), page = page_size(), stack = top - pages * page;

	if (mmap((void *)top, page, PROT_READ | PROT_WRITE,
		 MAP_PRIVATE | MAP_ANONYMOUS | MAP_GROWSDOWN | MAP_FIXED_NOREPLACE, -1,
		 0) != (void *)top)
		die("MAP_GROWSDOWN at 0x%lx: %s", top, strerrorname_np(errno));
	for (uintptr_t at = top; at >= stack; at -= page)
		*(volatile uintptr_t *)at = at;
	come_near(map, 900);
	if (!ranged)
		come_otherwise(stack);
	if (ranged)
		fill_ranged();
	else if (strcmp(how, "fill") == 0)
		fill(16 * MIB);
	expect_gap(stack);
	for (uintptr_t at = top; at >= stack; at -= page)
		if (*(volatile uintptr_t *)at != at)
			die("0x%lx was written over", at);
}

int main(int argc, char **argv)
{
	if (argc == 4 && strcmp(argv[1], "grown") == 0) {
		test_grown(number(argv[2]), argv[3]);
		return 0;
	}
	if (argc != 2)
		die("usage: stackguard main|growsdown|grown PAGES fill|range|host");
	if (strcmp(argv[1], "main") == 0)
		test_main();
	else
		test_growsdown();
	return 0;
}
