/* SPDX-License-Identifier: MIT */
/*
 * Plays an emulator: itself host, it serves its guest's system calls, and
 * loads a library of thunks for it. Prints where everything has come to lie,
 * one line each:
 *
 *	NAME ADDRESS guest|host inside|outside
 *
 * and dies where that is not as it should be.
 *
 *	emulator scope|module BITS [THUNKS]
 *	emulator hole [THUNKS]
 *
 * scope: its own allocator makes itself host. module: VA_LIMIT_HOST or
 * VA_LIMIT_GUEST do, so the guest's calls, which come from this program too,
 * name the limits as their range. BITS: of the guest's addresses. hole: all
 * addresses but those around the guest's image.
 */
#include "api.h"

#include <dlfcn.h>
#include <linux/aio_abi.h>

#include "thunk.h"

#ifndef MAP_32BIT
#define MAP_32BIT 0x40
#endif

#define IMAGE 0x400000000UL
#define IMAGE_SIZE (64 * MIB)

static struct va_limit limit;
static bool by_scope;
static uintptr_t space_end;

static bool lies_inside(uintptr_t start, size_t length)
{
	struct bounds bounds = { limit.lower_bound, limit.upper_bound };

	return bounds_hold(bounds, start, length);
}

/* A window that leaves the host no room has it among its guests. */
static bool has_outside(void)
{
	return limit.lower_bound > limit.upper_bound || limit.upper_bound < space_end;
}

static void show(const char *name, const void *at, size_t length, bool host)
{
	bool inside = lies_inside((uintptr_t)at, length);

	if (!at || at == MAP_FAILED)
		die("%s: %s", name, strerrorname_np(errno));
	printf("%-28s 0x%012lx %-6s %s\n", name, (uintptr_t)at, host ? "host" : "guest",
	       inside ? "inside" : "outside");
	if (inside == (host && has_outside()))
		die("%s: wrongly %s", name, inside ? "inside" : "outside");
}

/* ---- the emulator's own side ---------------------------------------------- */

/* Its allocator, of which JIT caches and page tables are made. */
static void *host_allocate(size_t size)
{
	void *at;

	if (by_scope)
		valimit_host_enter();
	at = map(size);
	if (by_scope)
		valimit_host_leave();
	return at;
}

/* ---- its guest's system calls --------------------------------------------- */

static long guest_mmap(uintptr_t address, size_t length, int prot, int flags, int fd, long offset)
{
	void *at;

	if (by_scope || flags & (MAP_FIXED | MAP_FIXED_NOREPLACE))
		at = mmap((void *)address, length, prot, flags, fd, offset);
	else if (flags & MAP_32BIT)
		at = mmap_range((void *)GIB, (void *)(2 * GIB), length, prot, flags & ~MAP_32BIT,
				fd, offset);
	else
		at = mmap_range((void *)limit.lower_bound, (void *)limit.upper_bound, length, prot,
				flags, fd, offset);
	return at == MAP_FAILED ? -errno : (long)at;
}

static long guest_syscall(long number, long a, long b, long c, long d, long e, long f)
{
	if (number == SYS_mmap)
		return guest_mmap((uintptr_t)a, (size_t)b, (int)c, (int)d, (int)e, f);
	return raw6(number, a, b, c, d, e, f);
}

static void *pointer(long result)
{
	errno = raw_failed(result) ? (int)-result : 0;
	return errno ? MAP_FAILED : (void *)result;
}

/* The kernel chooses the ring's address inside the call. */
static void *guest_ring(void)
{
	aio_context_t context = 0;
	long result = guest_syscall(SYS_io_setup, 16, (long)&context, 0, 0, 0, 0);

	return pointer(result ? result : (long)context);
}

static void show_guest_calls(void)
{
	size_t page = page_size();
	int fd = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	void *at = pointer(guest_syscall(SYS_mmap, 0, (long)page, PROT_READ, MAP_PRIVATE, fd, 0));

	close(fd);
	show("mmap of a file", at, page, false);
	if (memcmp(at, "\177ELF", 4) != 0)
		die("the file's mapping has something else");
	show("mmap of memory", pointer(guest_syscall(SYS_mmap, 0, MIB, RW, PRIVATE, -1, 0)), MIB,
	     false);
	at = pointer(guest_syscall(SYS_mmap, 0, MIB, RW, PRIVATE | MAP_32BIT, -1, 0));
	show("mmap with MAP_32BIT", at, MIB, false);
	if (!within(at, MIB, GIB, 2 * GIB))
		die("MAP_32BIT: not between 1G and 2G");
	show("io_setup", guest_ring(), page, false);
}

/* ---- thunks ---------------------------------------------------------------- */

static void show_thunks(const char *path)
{
	void *library = dlopen(path, RTLD_NOW);

	if (!library)
		die("%s", dlerror());

	void *(*data)(void) = (void *(*)(void))dlsym(library, "thunk_data");
	void *(*stack)(void) = (void *(*)(void))dlsym(library, "thunk_stack");
	void *(*allocate)(size_t) = (void *(*)(size_t))dlsym(library, "thunk_malloc");
	void *(*mapped)(size_t) = (void *(*)(size_t))dlsym(library, "thunk_mmap");
	char *(*copy)(const char *) = (char *(*)(const char *))dlsym(library, "thunk_strdup");

	show("the thunk library", data(), page_size(), false);
	show("its mmap", mapped(MIB), MIB, false);
	show("its malloc, small", allocate(100), 100, false);
	show("its malloc, large", allocate(4 * MIB), 4 * MIB, false);
	show("its strdup", copy("a string"), sizeof("a string"), false);
	show("its thread's stack", stack(), 1, false);
}

/* ---- the guest's image, which the limits leave out ------------------------- */

static unsigned char *image_load(void)
{
	unsigned char *image = mmap((void *)IMAGE, IMAGE_SIZE, RW, PRIVATE | MAP_FIXED_NOREPLACE, -1, 0);

	check(image == (unsigned char *)IMAGE);
	memset(image, 0xcc, IMAGE_SIZE);
	limit = (struct va_limit){ IMAGE + 2 * IMAGE_SIZE, IMAGE - IMAGE_SIZE };
	return image;
}

static void image_check(const unsigned char *image)
{
	uintptr_t lower = limit.upper_bound, upper = limit.lower_bound;
	struct vma vma;

	check(all_bytes(image, IMAGE_SIZE, 0xcc));
	maps_open("/proc/self/maps");
	while (vma_read(&vma))
		if (vma.start < upper && vma.end > lower && strcmp(vma.perms, "---p") != 0 &&
		    (vma.start != IMAGE || vma.end != IMAGE + IMAGE_SIZE) &&
		    lies_inside(vma.start, vma.end - vma.start))
			die("0x%lx-0x%lx lies in the hole", vma.start, vma.end);
	maps_close();
	show("the image in the hole", image, IMAGE_SIZE, true);
}

int main(int argc, char **argv)
{
	bool hole = argc > 1 && strcmp(argv[1], "hole") == 0;
	int thunks = hole ? 2 : 3;
	unsigned char *image = NULL;

	if (argc < thunks)
		die("usage: emulator scope|module BITS [THUNKS], emulator hole [THUNKS]");
	by_scope = strcmp(argv[1], "module") != 0;
	space_end = space_top();
	if (hole)
		image = image_load();
	else
		limit = (struct va_limit){ 0, 1UL << number(argv[2]) };
	if (prctl(PR_SET_VA_LIMITS, &limit) || prctl(PR_GET_VA_LIMITS, &limit))
		die("prctl(PR_SET_VA_LIMITS): %s", strerrorname_np(errno));
	show_guest_calls();
	if (argc > thunks)
		show_thunks(argv[thunks]);
	show("the emulator's allocator", host_allocate(MIB), MIB, true);
	show("and for its JIT", host_allocate(64 * MIB), 64 * MIB, true);
	if (image)
		image_check(image);
	return 0;
}
