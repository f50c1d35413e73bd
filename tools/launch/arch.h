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

/* The trampoline's code (trampoline.h), position independent. Called as a function
 * of: the steps, the program's stack pointer, its entry point, and the steps to
 * run if a step fails that must succeed. It does not return. */
extern const char arch_trampoline_code[] __attribute__((visibility("hidden")));
extern const char arch_trampoline_end[] __attribute__((visibility("hidden")));

#endif
