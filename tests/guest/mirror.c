/* SPDX-License-Identifier: MIT */
/*
 * Makes random memory calls at addresses of its own choice, all in one MiB of
 * the window, and prints the answers and at times what every page then is and
 * holds. The same seed must print the same with the library and without.
 *
 *	mirror SEED CALLS
 */
#include "guest.h"

#include <sys/shm.h>
#include <sys/uio.h>

#define PAGES 256UL

static uintptr_t arena;
static size_t page;
static uint64_t state;
static int segment;
static uint64_t stamp; /* the next content written */

static uint64_t dice(uint64_t sides)
{
	return random_next(&state) % sides;
}

/* A page of the arena, seldom an address within one. */
static uintptr_t any_address(void)
{
	return arena + dice(PAGES) * page + (dice(16) ? 0 : dice(page));
}

static size_t any_length(void)
{
	return dice(12) * page + (dice(8) ? 0 : dice(page));
}

static int any_prot(void)
{
	static const int prots[] = { PROT_NONE, PROT_READ, PROT_READ | PROT_WRITE,
				     PROT_READ | PROT_WRITE };

	return prots[dice(4)];
}

static bool in_arena(uintptr_t address)
{
	return address >= arena && address < arena + PAGES * page;
}

/* What was placed elsewhere goes, so that only the arena has a state. */
static void answer(const char *what, void *got, size_t length)
{
	if (got == MAP_FAILED) {
		printf("%s %s\n", what, strerrorname_np(errno));
	} else if (in_arena((uintptr_t)got)) {
		printf("%s +0x%lx\n", what, (uintptr_t)got - arena);
	} else {
		expect_inside(what, got, length);
		printf("%s elsewhere\n", what);
		munmap(got, length);
	}
}

static void call_mmap(void)
{
	static const int how[] = { 0, 0, MAP_FIXED, MAP_FIXED_NOREPLACE };
	uintptr_t address = any_address();
	size_t length = any_length();
	int prot = any_prot(), flags = MAP_ANONYMOUS | how[dice(4)];
	char *got;

	flags |= dice(4) ? MAP_PRIVATE : MAP_SHARED;
	printf("+0x%lx 0x%zx %x %x: ", address - arena, length, (unsigned int)prot,
	       (unsigned int)flags);
	got = mmap((void *)address, length, prot, flags, -1, 0);
	if (got != MAP_FAILED && prot & PROT_WRITE)
		memcpy(got, &stamp, sizeof(stamp));
	stamp++;
	answer("mmap", got, length);
}

static void call_munmap(void)
{
	uintptr_t address = any_address();
	size_t length = any_length();

	printf("+0x%lx 0x%zx: munmap %s\n", address - arena, length,
	       munmap((void *)address, length) ? strerrorname_np(errno) : "0");
}

static void call_mprotect(void)
{
	uintptr_t address = any_address();
	size_t length = any_length();
	int prot = any_prot();

	printf("+0x%lx 0x%zx %x: mprotect %s\n", address - arena, length, (unsigned int)prot,
	       mprotect((void *)address, length, prot) ? strerrorname_np(errno) : "0");
}

static void call_mremap(void)
{
	static const int how[] = { 0, MREMAP_MAYMOVE, MREMAP_MAYMOVE | MREMAP_FIXED,
				   MREMAP_MAYMOVE | MREMAP_FIXED, MREMAP_FIXED,
				   MREMAP_MAYMOVE | MREMAP_DONTUNMAP };
	uintptr_t address = any_address(), target = any_address();
	size_t length = any_length(), size = dice(3) ? any_length() : length;
	int flags = how[dice(sizeof(how) / sizeof(*how))];
	void *got = mremap((void *)address, length, size, flags, (void *)target);

	printf("+0x%lx 0x%zx 0x%zx %x +0x%lx: ", address - arena, length, size, (unsigned int)flags,
	       target - arena);
	answer("mremap", got, size);
	/* A kernel may have lost the target of a move that failed. */
	if (got == MAP_FAILED && flags & MREMAP_FIXED)
		munmap((void *)(target & -page), (size + page - 1) & -page);
}

static void call_shm(void)
{
	static const int how[] = { 0, SHM_RND, SHM_REMAP, SHM_RND | SHM_REMAP };
	uintptr_t address = any_address();
	int flags = how[dice(4)];

	printf("+0x%lx %x: ", address - arena, (unsigned int)flags);
	if (dice(2))
		answer("shmat", shmat(segment, (void *)address, flags), 4 * page);
	else
		printf("shmdt %s\n", shmdt((void *)address) ? strerrorname_np(errno) : "0");
}

/* A page's content, or all ones: shared memory ends before its mapping where
 * that has grown. */
static unsigned long content(uintptr_t at)
{
	unsigned long value = ~0UL;
	const struct iovec here = { &value, sizeof(value) }, there = { (void *)at, sizeof(value) };

	process_vm_readv(getpid(), &here, 1, &there, 1, 0);
	return value;
}

/* One word a page: permissions and content. */
static void print_state(void)
{
	struct vma vma = { 0 };
	uintptr_t at = arena;

	maps_open("/proc/self/maps");
	while (vma_read(&vma) && vma.start < arena + PAGES * page) {
		if (vma.end <= arena)
			continue;
		for (at = at > vma.start ? at : vma.start; at < vma.end && in_arena(at); at += page)
			printf("%lx%s:%lx ", (at - arena) / page, vma.perms,
			       content(at));
	}
	maps_close();
	putchar('\n');
}

int main(int argc, char **argv)
{
	static void (*const calls[])(void) = { call_mmap, call_mmap, call_mmap, call_munmap,
					       call_mprotect, call_mremap, call_mremap, call_shm };
	static char output[64 * 1024];
	uint64_t count = argc > 2 ? number(argv[2]) : 1000;

	setvbuf(stdout, output, _IOFBF, sizeof(output));
	page = page_size();
	arena = bounds_get().lower + 16 * MIB;
	state = argc > 1 ? number(argv[1]) : 1;
	segment = shmget(IPC_PRIVATE, 4 * page, IPC_CREAT | 0600);
	/* Attached once and removed: it goes with this process, whatever happens. */
	if (segment < 0 || shmat(segment, NULL, 0) == (void *)-1)
		die("no shared memory: %s", strerrorname_np(errno));
	shmctl(segment, IPC_RMID, NULL);
	for (uint64_t i = 1; i <= count; i++) {
		calls[dice(sizeof(calls) / sizeof(*calls))]();
		if (i % 16 == 0)
			print_state();
	}
	return 0;
}
