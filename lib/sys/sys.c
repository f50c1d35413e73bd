/* SPDX-License-Identifier: MIT */
#include "sys.h"

#if defined(__x86_64__)
#include "arch_x86_64.h"
#elif defined(__aarch64__)
#include "arch_aarch64.h"
#elif defined(__riscv) && __riscv_xlen == 64
#include "arch_riscv64.h"
#else
#error "valimit knows x86-64, AArch64 and riscv64"
#endif

long sys_call(long number, long a, long b, long c, long d, long e, long f)
{
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
