/* SPDX-License-Identifier: MIT */
#include "sysinfo.h"

#include <errno.h>
#include <sys/utsname.h>

#include "core/size.h"
#include "sys.h"

/* CONFIG_DEFAULT_MMAP_MIN_ADDR of most kernels, for when the setting cannot be read. */
#define MIN_DEFAULT 65536UL

/* Least room for the stack. Programs raise their own RLIMIT_STACK while they run: gcc's
 * compilers to 64 MiB. The hard limit may allow less. */
#define STACK_KEPT (64UL << 20)

/* Reserves a range and frees it at once; returns the kernel's answer. Kernels before 4.17 take
 * MAP_FIXED_NOREPLACE for a hint. */
static long ask(uintptr_t address, size_t length, int how)
{
	long result = sys_mmap(address, length, PROT_NONE,
			       how | MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (!sys_failed(result))
		sys_munmap((uintptr_t)result, length);
	return result;
}

static uintptr_t read_min(size_t page)
{
	char text[24];
	long fd = sys_open("/proc/sys/vm/mmap_min_addr", O_RDONLY | O_CLOEXEC);
	uintptr_t min = 0;

	if (fd < 0)
		return MIN_DEFAULT;

	long got = sys_read((int)fd, text, sizeof(text));

	sys_close((int)fd);
	for (long i = 0; i < got && text[i] >= '0' && text[i] <= '9'; i++)
		min = min * 10 + (uintptr_t)(text[i] - '0');
	/* Address 0 is never free, under any setting. */
	return min < page ? page : round_up(min, page);
}

/* Whether the page at `address` is in user space: it can be mapped, or is mapped. Beyond user
 * space's end the kernel answers ENOMEM. */
static bool is_user(uintptr_t address, size_t page, int how)
{
	long result = ask(address, page, how);

	return result == (long)address || result == -EEXIST;
}

/* Probes with a fixed address. The kernel raises a hint to mmap_min_addr (round_hint_to_min()),
 * the larger of two settings, but enforces vm.mmap_min_addr alone. */
uintptr_t limits_min(size_t page)
{
	return is_user(page, page, MAP_FIXED_NOREPLACE) ? page : read_min(page);
}

/* Tries to reserve from this stack, which is mapped, to `end`, so that nothing gets mapped.
 * -EEXIST: `end` is in user space; -ENOMEM: it is not. */
static long reach_to(uintptr_t end, size_t page)
{
	uintptr_t here = (uintptr_t)__builtin_frame_address(0) & -page;

	return ask(here, end - here, MAP_FIXED_NOREPLACE);
}

/* The power of two above the stack, or the address a page below it, if that is user space's
 * end, as on most systems. 0: it is not, or the kernel does not tell. */
static uintptr_t usual_top(size_t page)
{
	int bits = 64 - __builtin_clzl((uintptr_t)__builtin_frame_address(0));
	uintptr_t end = 1UL << bits;

	if (reach_to(end, page) == -EEXIST)
		return reach_to(end + page, page) == -ENOMEM ? end : 0;
	return reach_to(end - page, page) == -EEXIST ? end - page : 0;
}

uintptr_t limits_top(size_t page)
{
	uintptr_t usual = usual_top(page);

	if (usual)
		return usual;

	static const unsigned char bits[] = { 57, 56, 52, 48, 47, 42, 39, 38, 36 };
	/* valgrind 3.27 answers EEXIST for addresses that its program cannot have; it answers
	 * hints right. */
	int how = is_user(1UL << 62, page, MAP_FIXED_NOREPLACE) ? 0 : MAP_FIXED_NOREPLACE;
	/* Few machines have more than 48 bits, the fourth entry. */
	size_t first = is_user(1UL << bits[3], page, how) ? 0 : 3;

	for (size_t i = first; i < sizeof(bits); i++) {
		uintptr_t end = 1UL << bits[i];

		/* x86-64 keeps the last page below 2^47 or 2^56 to itself (TASK_SIZE_MAX). */
		if (is_user(end - page, page, how))
			return end;
		if (is_user(end - 2 * page, page, how))
			return end - page;
	}
	return 1UL << 36;
}

unsigned limits_kernel(void)
{
	struct utsname name;
	unsigned number[2] = { 0, 0 };
	const char *at = name.release;

	if (SYS(SYS_uname, &name) < 0)
		return 0;
	for (int i = 0; i < 2; i++) {
		for (; *at >= '0' && *at <= '9'; at++)
			number[i] = number[i] * 10 + (unsigned)(*at - '0');
		at += *at == '.';
	}
	return LIMITS_KERNEL(number[0], number[1]);
}

size_t limits_stack(const struct rlimit *rlimit)
{
	size_t size = rlimit->rlim_cur;

	if (size == RLIM_INFINITY)
		return STACK_KEPT;
	if (size >= STACK_KEPT)
		return size;
	return rlimit->rlim_max < STACK_KEPT ? rlimit->rlim_max : STACK_KEPT;
}

bool limits_file(size_t size)
{
	struct rlimit rlimit;

	return sys_rlimit(RLIMIT_FSIZE, NULL, &rlimit) < 0 || rlimit.rlim_cur >= size;
}
