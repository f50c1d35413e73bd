/* SPDX-License-Identifier: MIT */
#include "sys.h"

#include "arch.h"

static __attribute__((noinline)) long call_if_allowed(long number, long a, long b, long c, long d,
						      long e, long f)
{
	const long arguments[6] = { a, b, c, d, e, f };

	return sys_judge(number, arguments) ? arch_syscall(number, arguments) : -ENOSYS;
}

long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
	if (__builtin_expect(sys_judge != NULL, 0))
		return call_if_allowed(number, a, b, c, d, e, f);
	return arch_syscall(number, (const long[6]){ a, b, c, d, e, f });
}

uintptr_t sys_untagged(uintptr_t address)
{
	return arch_untag(address);
}

void sys_pause(void)
{
	arch_pause();
}
