/* SPDX-License-Identifier: MIT */
/* System calls, pointer tags and spinning on riscv64. */
#ifndef VALIMIT_SYS_ARCH_RISCV64_H
#define VALIMIT_SYS_ARCH_RISCV64_H

#include <stdint.h>

static inline long arch_syscall(long number, const long a[6])
{
	register long a7 __asm__("a7") = number;
	register long a0 __asm__("a0") = a[0];
	register long a1 __asm__("a1") = a[1];
	register long a2 __asm__("a2") = a[2];
	register long a3 __asm__("a3") = a[3];
	register long a4 __asm__("a4") = a[4];
	register long a5 __asm__("a5") = a[5];

	__asm__ volatile("ecall"
			 : "+r"(a0)
			 : "r"(a7), "r"(a1), "r"(a2), "r"(a3), "r"(a4), "r"(a5)
			 : "memory");
	return a0;
}

/* All bits of a pointer count. A program that has the kernel mask some (Ssnpm) must not pass
 * tagged pointers to the calls that unmap and move. */
static inline uintptr_t arch_untag(uintptr_t address)
{
	return address;
}

static inline void arch_pause(void)
{
	/* "pause" of Zihintpause: a no-op on cores without it. */
	__asm__ volatile(".insn i 0x0F, 0, x0, x0, 0x010");
}

#endif
