/* SPDX-License-Identifier: MIT */
#include "permit.h"

#include <linux/audit.h>
#include <sys/prctl.h>

#include "core/seccomp.h"
#include "sys.h"
#include "usercopy.h"

#if defined(__x86_64__)
#define ARCH AUDIT_ARCH_X86_64
#elif defined(__aarch64__)
#define ARCH AUDIT_ARCH_AARCH64
#else
#define ARCH AUDIT_ARCH_RISCV64
#endif

#define FILTERS 8
#define INSTRUCTIONS 8192

enum doubt {
	DOUBT_INSTALLED = 1, /* filters whose instructions are known */
	DOUBT_STARTING = 2,  /* an unknown filter, while the library starts */
	DOUBT_UNKNOWN = 4,   /* an unknown filter, or one for which there was no room */
	DOUBT_ALL = 8,       /* strict mode */
};

static uint32_t doubts; /* enum doubt */

static struct sock_filter instructions[INSTRUCTIONS];
static uint32_t used; /* instructions in use */

static struct {
	uint32_t first, count; /* count 0: the kernel has not taken this filter */
} filters[FILTERS];
static uint32_t number_of_filters;

/* The calls made during the start: one bit for each number. */
#define NUMBERS 512
static uint64_t known[NUMBERS / 64];

/* Calls that the program itself asks for, and calls that no program can do without. */
static bool is_own(long number, const long a[6])
{
	switch (number) {
	case SYS_mremap:
		return a[5] != SYS_NOT_ASKED_FOR;
	case SYS_mmap:
	case SYS_munmap:
	case SYS_mprotect:
	case SYS_pkey_mprotect:
	case SYS_shmat:
	case SYS_shmdt:
	case SYS_execve:
	case SYS_exit_group:
		return true;
	}
	return false;
}

static bool was_made(long number)
{
	if (number == SYS_futex || number == SYS_write || number == SYS_mremap)
		return true;
	return number < NUMBERS &&
	       __atomic_load_n(&known[number / 64], __ATOMIC_RELAXED) >> (number % 64) & 1;
}

static void note(long number)
{
	if (number < NUMBERS)
		__atomic_fetch_or(&known[number / 64], 1UL << (number % 64), __ATOMIC_RELAXED);
}

static bool filters_allow(long number, const long a[6])
{
	struct seccomp_data data = {
		.nr = (int)number,
		.arch = ARCH,
		.instruction_pointer = (uintptr_t)sys_call,
	};
	uint32_t count = __atomic_load_n(&number_of_filters, __ATOMIC_ACQUIRE);

	for (int i = 0; i < 6; i++)
		data.args[i] = (uint64_t)a[i];
	for (uint32_t i = 0; i < count && i < FILTERS; i++) {
		uint32_t length = __atomic_load_n(&filters[i].count, __ATOMIC_ACQUIRE);
		uint32_t action = SECCOMP_RET_ALLOW;

		if (length)
			action = seccomp_run(&instructions[filters[i].first], length, &data);

		action &= SECCOMP_RET_ACTION_FULL;
		if (action != SECCOMP_RET_ALLOW && action != SECCOMP_RET_LOG)
			return false;
	}
	return true;
}

static bool judge(long number, const long a[6])
{
	uint32_t now = __atomic_load_n(&doubts, __ATOMIC_ACQUIRE);

	if (now & DOUBT_STARTING)
		note(number);
	if (is_own(number, a))
		return true;
	if (now & DOUBT_ALL || (now & DOUBT_UNKNOWN && !was_made(number)))
		return false;
	return !(now & DOUBT_INSTALLED) || filters_allow(number, a);
}

static void add(enum doubt doubt)
{
	__atomic_fetch_or(&doubts, doubt, __ATOMIC_RELEASE);
	__atomic_store_n(&sys_judge, judge, __ATOMIC_RELEASE);
}

void permit_start(void)
{
	static bool asked;

	if (asked)
		return;
	asked = true;
	if (SYS(SYS_prctl, PR_GET_SECCOMP) > 0)
		add(DOUBT_STARTING);
}

bool permit_learns(void)
{
	return __atomic_load_n(&doubts, __ATOMIC_RELAXED) & DOUBT_STARTING;
}

void permit_started(void)
{
	if (!permit_learns())
		return;
	add(DOUBT_UNKNOWN);
	__atomic_fetch_and(&doubts, ~(uint32_t)DOUBT_STARTING, __ATOMIC_RELEASE);
}

/* Reserves room for the instructions, which is never freed. Returns the filter's index; -1:
 * there is no room. */
static int reserve(uint32_t count)
{
	uint32_t start = __atomic_fetch_add(&used, count, __ATOMIC_RELAXED);
	uint32_t filter = __atomic_fetch_add(&number_of_filters, 1, __ATOMIC_RELAXED);

	if (filter >= FILTERS || start > INSTRUCTIONS || count > INSTRUCTIONS - start)
		return -1;
	filters[filter].first = start;
	return (int)filter;
}

void permit_announce_strict(void)
{
	add(DOUBT_ALL);
}

int permit_announce(const struct sock_fprog *program)
{
	struct sock_fprog copy;
	int filter;

	/* The kernel rejects these, too: programs pass them to find out whether it knows
	 * filters. */
	if (user_read(&copy, program, sizeof(copy)) < 0 || copy.len > BPF_MAXINSNS)
		return -1;
	filter = reserve(copy.len);
	if (filter < 0) {
		add(DOUBT_UNKNOWN);
		return -1;
	}
	if (user_read(&instructions[filters[filter].first], copy.filter,
		      copy.len * sizeof(*copy.filter)) < 0)
		return -1;
	__atomic_store_n(&filters[filter].count, copy.len, __ATOMIC_RELEASE);
	add(DOUBT_INSTALLED);
	return filter;
}

void permit_withdraw(int filter)
{
	if (filter >= 0)
		__atomic_store_n(&filters[filter].count, 0, __ATOMIC_RELEASE);
}
