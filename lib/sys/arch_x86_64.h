/* SPDX-License-Identifier: MIT */
/* System calls, pointer tags and spinning on x86-64. */
#ifndef VALIMIT_SYS_ARCH_X86_64_H
#define VALIMIT_SYS_ARCH_X86_64_H

#include <stdint.h>

static inline long arch_syscall(long number, const long a[6])
{
	register long r10 __asm__("r10") = a[3];
	register long r8 __asm__("r8") = a[4];
	register long r9 __asm__("r9") = a[5];
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(number), "D"(a[0]), "S"(a[1]), "d"(a[2]), "r"(r10), "r"(r8), "r"(r9)
			 : "rcx", "r11", "memory");
	return result;
}

/* All bits of a pointer count. A program that has the kernel mask some (LAM) must not pass
 * tagged pointers to the calls that unmap and move. */
static inline uintptr_t arch_untag(uintptr_t address)
{
	return address;
}

static inline void arch_pause(void)
{
	__asm__ volatile("pause");
}

#endif
