/* SPDX-License-Identifier: MIT */
/* What differs between processors: the first instructions and the last ones. */
#ifndef LAUNCH_ARCH_H
#define LAUNCH_ARCH_H

#include <elf.h>

#if defined(__x86_64__)
#define ARCH_MACHINE EM_X86_64
#define ARCH_RELATIVE R_X86_64_RELATIVE
#elif defined(__aarch64__)
#define ARCH_MACHINE EM_AARCH64
#define ARCH_RELATIVE R_AARCH64_RELATIVE
#else
#error "the launcher knows x86-64 and AArch64"
#endif

/* The code that outlives the launcher (last.h); it may be copied anywhere. As a
 * function: steps, the program's stack pointer, its entry point, and the steps
 * to go on with when one fails that must not. It does not return. */
extern const char arch_last_code[] __attribute__((visibility("hidden")));
extern const char arch_last_end[] __attribute__((visibility("hidden")));

#endif
