/* SPDX-License-Identifier: MIT */
/* System calls, pointer tags and spinning on AArch64. */
#ifndef VALIMIT_SYS_ARCH_AARCH64_H
#define VALIMIT_SYS_ARCH_AARCH64_H

#include <stdint.h>

static inline long arch_syscall(long number, const long a[6])
{
	register long x8 __asm__("x8") = number;
	register long x0 __asm__("x0") = a[0];
	register long x1 __asm__("x1") = a[1];
	register long x2 __asm__("x2") = a[2];
	register long x3 __asm__("x3") = a[3];
	register long x4 __asm__("x4") = a[4];
	register long x5 __asm__("x5") = a[5];

	__asm__ volatile("svc #0"
			 : "+r"(x0)
			 : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4), "r"(x5)
			 : "memory");
	return x0;
}

/* The processor ignores the top byte of a pointer that has bit 55 clear. */
static inline uintptr_t arch_untag(uintptr_t address)
{
	return address >> 55 & 1 ? address : address << 8 >> 8;
}

static inline void arch_pause(void)
{
	__asm__ volatile("yield");
}

#endif
