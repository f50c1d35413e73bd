/* SPDX-License-Identifier: MIT */
/*
 * The code that the guest programs share. A guest does one thing and prints the result: plain
 * lines on stdout, or one line on stderr and exit status 1. None of them knows the library:
 * GUEST_WINDOW has the expected window as 0xLOWER-0xUPPER. If that is unset, or
 * GUEST_UNCONFINED is set, no mapping is expected inside, so that a guest can be tried on a
 * bare kernel.
 */
#ifndef TESTS_GUEST_GUEST_H
#define TESTS_GUEST_GUEST_H

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#define KIB 1024UL
#define MIB (1024UL * KIB)
#define GIB (1024UL * MIB)

/* The kernel's stack guard gap, in pages: its default, stack_guard_gap=256. */
#define GUARD_PAGES 256UL

__attribute__((noreturn, format(printf, 1, 2))) static inline void die(const char *format, ...)
{
	va_list args;

	fflush(stdout);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}

/* A system call that no symbol reaches. Returns the kernel's answer. */
static inline long raw6(long number, long a, long b, long c, long d, long e, long f)
{
#if defined(__x86_64__)
	long result;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
#elif defined(__aarch64__)
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a;
	register long x1 __asm__("x1") = b;
	register long x2 __asm__("x2") = c;
	register long x3 __asm__("x3") = d;
	register long x4 __asm__("x4") = e;
	register long x5 __asm__("x5") = f;

	__asm__ volatile("svc 0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
#elif defined(__riscv)
	register long a7 __asm__("a7") = number;
	register long a0 __asm__("a0") = a;
	register long a1 __asm__("a1") = b;
	register long a2 __asm__("a2") = c;
	register long a3 __asm__("a3") = d;
	register long a4 __asm__("a4") = e;
	register long a5 __asm__("a5") = f;

	__asm__ volatile("ecall"
			 : "+r"(a0)
			 : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5)
			 : "memory");
	return a0;
#else
#error "no system call instruction known for this architecture"
#endif
}

static inline bool raw_failed(long result)
{
	return result < 0 && result > -4096;
}

/* A call that changes nothing, and that nothing else makes, for a tracer to see where a
 * step begins and ends: -4242 was never a descriptor. True if it failed as it has to. */
static inline bool guest_mark(void)
{
	return raw6(SYS_close, -4242, 0, 0, 0, 0, 0) == -EBADF;
}

static inline void *raw_mmap(uintptr_t address, size_t length, int prot, int flags)
{
	long got = raw6(SYS_mmap, (long)address, (long)length, prot, flags, -1, 0);

	return raw_failed(got) ? MAP_FAILED : (void *)got;
}

static inline int raw_munmap(void *address, size_t length)
{
	return (int)raw6(SYS_munmap, (long)address, (long)length, 0, 0, 0, 0);
}

static inline uintptr_t page_size(void)
{
	return (uintptr_t)sysconf(_SC_PAGESIZE);
}

/* 0x…, decimal, either with K, M, G or T. Dies on anything else. */
static inline uint64_t number(const char *text)
{
	static const char units[] = "KMGT";
	char *end;
	const char *unit;
	uint64_t value;

	errno = 0;
	value = strtoull(text, &end, 0);
	if (end == text || errno)
		die("not a number: %s", text);
	unit = *end ? strchr(units, *end) : NULL;
	if (unit) {
		value <<= 10 * (unit - units + 1);
		end++;
	}
	if (*end)
		die("not a number: %s", text);
	return value;
}

/* One line of a maps file. */
struct vma {
	uintptr_t start, end;
	char perms[5];
	unsigned long inode;
	char name[128];
};

/* Reads a maps file without stdio and malloc, which could map, and could fail
 * where an address space is full. One at a time. */
static struct {
	int fd;
	size_t next, length;
	char buffer[16 * 1024];
} maps;

static inline void maps_open(const char *path)
{
	maps.fd = open(path, O_RDONLY | O_CLOEXEC);
	if (maps.fd < 0)
		die("%s: %s", path, strerror(errno));
	maps.next = maps.length = 0;
}

static inline void maps_close(void)
{
	close(maps.fd);
}

/* The next line, terminated; NULL at the end. */
static inline char *maps_line(void)
{
	char *start = maps.buffer + maps.next, *end;
	ssize_t got = 1;

	while (!(end = memchr(start, '\n', maps.length - maps.next)) && got > 0) {
		maps.length -= maps.next;
		memmove(maps.buffer, start, maps.length);
		maps.next = 0;
		start = maps.buffer;
		got = read(maps.fd, start + maps.length, sizeof(maps.buffer) - maps.length);
		maps.length += got > 0 ? (size_t)got : 0;
	}
	if (!end)
		return NULL;
	*end = '\0';
	maps.next = (size_t)(end + 1 - maps.buffer);
	return start;
}

static inline bool vma_read(struct vma *vma)
{
	char *line = maps_line();

	if (!line)
		return false;
	vma->name[0] = '\0';
	if (sscanf(line, "%lx-%lx %4s %*s %*s %lu %127[^\n]", &vma->start, &vma->end, vma->perms,
		   &vma->inode, vma->name) < 4)
		die("not a maps line: %s", line);
	return true;
}

/* The mapping that holds `address`; false where there is none. */
static inline bool vma_find(uintptr_t address, struct vma *vma)
{
	bool found = false;

	maps_open("/proc/self/maps");
	while (!found && vma_read(vma))
		found = address >= vma->start && address < vma->end;
	maps_close();
	return found;
}

static inline bool mapped_at(uintptr_t address)
{
	struct vma vma;

	return vma_find(address, &vma);
}

static inline bool vma_find_named(const char *name, struct vma *vma)
{
	bool found = false;

	maps_open("/proc/self/maps");
	while (!found && vma_read(vma))
		found = strcmp(vma->name, name) == 0;
	maps_close();
	return found;
}

static inline unsigned int vma_count(void)
{
	struct vma vma;
	unsigned int count = 0;

	maps_open("/proc/self/maps");
	while (vma_read(&vma))
		count++;
	maps_close();
	return count;
}

/* How many bytes of [start, end) the kernel has mapped. */
static inline size_t mapped_bytes(uintptr_t start, uintptr_t end)
{
	struct vma vma;
	size_t sum = 0;

	maps_open("/proc/self/maps");
	while (vma_read(&vma)) {
		uintptr_t from = vma.start > start ? vma.start : start;
		uintptr_t to = vma.end < end ? vma.end : end;

		sum += from < to ? to - from : 0;
	}
	maps_close();
	return sum;
}

/* Equal: nothing is expected. lower > upper wraps. */
struct bounds {
	uintptr_t lower, upper;
};

static inline struct bounds bounds_get(void)
{
	static struct bounds bounds;
	static bool known;
	const char *text = known ? NULL : getenv("GUEST_WINDOW");

	if (text && sscanf(text, "%lx-%lx", &bounds.lower, &bounds.upper) != 2)
		die("GUEST_WINDOW is not 0xLOWER-0xUPPER: %s", text);
	known = true;
	return bounds;
}

static inline bool bounds_hold(struct bounds window, uintptr_t start, size_t length)
{
	uintptr_t end = start + length;

	if (window.lower == window.upper || getenv("GUEST_UNCONFINED"))
		return true;
	if (end < start)
		return false;
	if (window.lower < window.upper)
		return start >= window.lower && end <= window.upper;
	return start >= window.lower || end <= window.upper;
}

/* Whether mappings that the library does not see (malloc's, raw calls') are expected inside. */
static inline bool bounds_fenced(void)
{
	return getenv("GUEST_FENCED") != NULL;
}

/* Whether the address space has this page: a mapping there works or meets one. */
static inline bool space_has(uintptr_t page)
{
	void *p = raw_mmap(page, page_size(), PROT_NONE,
			   MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE);

	if (p == (void *)page)
		raw_munmap(p, page_size());
	return p == (void *)page || mapped_at(page);
}

/* The end of user space: a power of two, or one page less. */
static inline uintptr_t space_top(void)
{
	uintptr_t page = page_size();

	for (int bits = 57; bits > 32; bits--) {
		uintptr_t top = 1UL << bits;

		if (space_has(top - 2 * page))
			return space_has(top - page) ? top : top - page;
	}
	die("no end of the address space found");
}

static inline uintptr_t space_min(void)
{
	FILE *file = fopen("/proc/sys/vm/mmap_min_addr", "re");
	uintptr_t min = 0;

	if (!file || fscanf(file, "%lu", &min) != 1)
		die("/proc/sys/vm/mmap_min_addr: cannot be read");
	fclose(file);
	min = (min + page_size() - 1) & -page_size();
	return min ? min : page_size();
}

/* The window's pieces, ascending; the number of them. Dies without one. */
static inline int spans_get(struct bounds spans[2])
{
	struct bounds window = bounds_get();

	if (window.lower < window.upper) {
		spans[0] = window;
		return 1;
	}
	if (window.lower == window.upper)
		die("GUEST_WINDOW is not set: this guest fills its window");
	spans[0] = (struct bounds){ space_min(), window.upper };
	spans[1] = (struct bounds){ window.lower, space_top() };
	return 2;
}

/* Dies, naming `what`, unless [start, start + length) lies in the window. */
static inline void expect_inside(const char *what, const void *start, size_t length)
{
	if (start == MAP_FAILED)
		die("%s: %s", what, strerrorname_np(errno));
	if (!bounds_hold(bounds_get(), (uintptr_t)start, length))
		die("%s: %p + 0x%zx is outside the window", what, start, length);
}

/* A small generator that is the same on every system: splitmix64. */
static inline uint64_t random_next(uint64_t *state)
{
	uint64_t z = (*state += 0x9e3779b97f4a7c15UL);

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9UL;
	z = (z ^ (z >> 27)) * 0x94d049bb133111ebUL;
	return z ^ (z >> 31);
}

#endif
