/* SPDX-License-Identifier: MIT */
#include "hosts.h"

#include "../guest/guest.h"

#include <sched.h>
#include <sys/uio.h>

#define BLOCKS      16
#define BLOCK_PAGES 8
#define STACK_SIZE  (64 * KIB)

/* Pages of 4 KiB around the one with the thread pointer: thread-local variables of the
 * modules from the start, and the C library's data of a thread. */
#define LOCAL_PAGE  4096UL
#define LOCAL_BELOW 4
#define LOCAL_PAGES 6

struct block {
	char *at; /* NULL: none */
	size_t pages;
	uint64_t tag;
};

static struct {
	struct hosts call;
	bool runs, stops, ended;
	uint64_t tag, operations;
	size_t page;
	struct block block[BLOCKS];
} state;

static uint64_t *page_at(const struct block *block, size_t i)
{
	return (uint64_t *)(block->at + i * state.page);
}

static uint64_t word_of(const struct block *block, size_t i)
{
	return block->tag << 8 | i;
}

static void check(const struct block *block, size_t pages)
{
	for (size_t i = 0; i < pages; i++)
		if (*page_at(block, i) != word_of(block, i))
			die("hosts: lost: page %zu of %zu at %p has 0x%lx, not 0x%lx", i,
			    block->pages, (void *)block->at, *page_at(block, i), word_of(block, i));
}

/* New pages: they are zero, and are filled. */
static void fill(struct block *block, size_t from)
{
	for (size_t i = from; i < block->pages; i++) {
		if (*page_at(block, i) != 0)
			die("hosts: lost: new page %zu of %zu at %p has 0x%lx", i, block->pages,
			    (void *)block->at, *page_at(block, i));
		*page_at(block, i) = word_of(block, i);
	}
}

static bool is_right(uintptr_t start, size_t pages, bool ranged)
{
	if (ranged)
		return start >= state.call.start && start + pages * state.page <= state.call.end;
	for (size_t i = 0; i < pages; i++)
		if (state.call.is_inside(start + i * state.page, state.page))
			return false;
	return true;
}

static bool has_worked(void *at, size_t pages, bool ranged, const char *name)
{
	if (at == MAP_FAILED && state.call.may_be_refused && errno == ENOMEM)
		return false;
	if (at == MAP_FAILED)
		die("hosts: %s: %s", name, strerrorname_np(errno));
	if (!is_right((uintptr_t)at, pages, ranged))
		die("hosts: astray: %s answers %p", name, at);
	return true;
}

static size_t some_pages(void)
{
	return 1 + random_next(&state.call.seed) % BLOCK_PAGES;
}

static void map_block(struct block *block)
{
	const int prot = PROT_READ | PROT_WRITE, flags = MAP_PRIVATE | MAP_ANONYMOUS;
	size_t pages = some_pages(), length = pages * state.page;
	bool anywhere = state.call.map && random_next(&state.call.seed) % 2;
	void *at = anywhere ? state.call.map(NULL, length, prot, flags, -1, 0) :
			      state.call.map_range((void *)state.call.start,
						   (void *)state.call.end, length, prot, flags, -1, 0);

	if (!has_worked(at, pages, !anywhere, anywhere ? "mmap" : "mmap_range"))
		return;
	*block = (struct block){ at, pages, ++state.tag };
	fill(block, 0);
}

/* Only a shrink: a host's mapping that moves leaves a hole for a moment, where the kernel
 * may place a mapping of other calls. */
static void resize_block(struct block *block)
{
	size_t before = block->pages, wanted = some_pages();
	size_t pages = wanted < before ? wanted : before;
	void *at = state.call.move_range(block->at, before * state.page, pages * state.page,
					 MREMAP_MAYMOVE, (void *)state.call.start,
					 (void *)state.call.end);

	if (!has_worked(at, pages, true, "mremap_range"))
		return;
	block->at = at;
	block->pages = pages;
	check(block, before < pages ? before : pages);
	fill(block, before);
}

static void unmap_block(struct block *block)
{
	if (state.call.unmap(block->at, block->pages * state.page))
		die("hosts: munmap: %s", strerrorname_np(errno));
	block->at = NULL;
}

static void work(void)
{
	struct block *block = &state.block[random_next(&state.call.seed) % BLOCKS];

	if (!block->at) {
		map_block(block);
	} else {
		check(block, block->pages);
		if (random_next(&state.call.seed) % 4 == 0)
			resize_block(block);
		else
			unmap_block(block);
	}
	__atomic_fetch_add(&state.operations, 1, __ATOMIC_RELAXED);
}

static int run(void *unused)
{
	(void)unused;
	state.call.enter();
	while (!__atomic_load_n(&state.stops, __ATOMIC_RELAXED))
		work();
	for (size_t i = 0; i < BLOCKS; i++) {
		if (!state.block[i].at)
			continue;
		check(&state.block[i], state.block[i].pages);
		unmap_block(&state.block[i]);
	}
	__atomic_store_n(&state.ended, true, __ATOMIC_RELEASE);
	return 0;
}

static uintptr_t thread_pointer(void)
{
#if defined(__x86_64__)
	uintptr_t self;

	__asm__("mov %%fs:0, %0" : "=r"(self));
	return self;
#else
	return (uintptr_t)__builtin_thread_pointer();
#endif
}

/* A copy of this thread's local variables for the other. */
static void *copy_locals(void)
{
	static char copy[LOCAL_PAGES * LOCAL_PAGE] __attribute__((aligned(LOCAL_PAGE)));
	uintptr_t self = thread_pointer();
	uintptr_t from = (self & -LOCAL_PAGE) - LOCAL_BELOW * LOCAL_PAGE;
	char *at = copy + (self - from);

	for (size_t i = 0; i < LOCAL_PAGES; i++) {
		struct iovec here = { copy + i * LOCAL_PAGE, LOCAL_PAGE };
		struct iovec there = { (void *)(from + i * LOCAL_PAGE), LOCAL_PAGE };

		/* A range that is not mapped is not needed. */
		if (process_vm_readv(getpid(), &here, 1, &there, 1, 0) != (ssize_t)LOCAL_PAGE)
			memset(here.iov_base, 0, LOCAL_PAGE);
	}
#if defined(__x86_64__)
	/* The line names the address twice. */
	memcpy((void *)at, &at, sizeof(at));
	memcpy((void *)(at + 2 * sizeof(at)), &at, sizeof(at));
#endif
	return at;
}

/* pthread_create() would allocate memory, which under a fence lies in the window; and
 * the C library knows its threads no more in a child that it has not made itself. */
void hosts_start(const struct hosts *hosts)
{
	static char stack[STACK_SIZE] __attribute__((aligned(64)));
	const int flags = CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD |
			  CLONE_SYSVSEM | CLONE_SETTLS;

	memset(&state, 0, sizeof(state));
	state.call = *hosts;
	state.page = page_size();
	if (clone(run, stack + STACK_SIZE, flags, NULL, NULL, copy_locals(), NULL) < 0)
		die("hosts: clone: %s", strerrorname_np(errno));
	state.runs = true;
	while (!__atomic_load_n(&state.operations, __ATOMIC_RELAXED))
		sched_yield();
}

uint64_t hosts_stop(void)
{
	if (!state.runs)
		return 0;
	__atomic_store_n(&state.stops, true, __ATOMIC_RELAXED);
	while (!__atomic_load_n(&state.ended, __ATOMIC_ACQUIRE))
		sched_yield();
	state.runs = false;
	return state.operations;
}
