/* SPDX-License-Identifier: MIT */
/*
 * The parts that differ between processors: the first and the last instructions, and the ranges
 * within which the kernel places a program and its stack at random.
 */
#ifndef LAUNCH_ARCH_H
#define LAUNCH_ARCH_H

#include <elf.h>

#if defined(__x86_64__)
#define ARCH_MACHINE EM_X86_64
#define ARCH_RELATIVE R_X86_64_RELATIVE
#define ARCH_IMAGE_SPREAD (1UL << 40) /* vm.mmap_rnd_bits is 28 */
#define ARCH_STACK_SPREAD (1UL << 34) /* STACK_RND_MASK */
#elif defined(__aarch64__)
#define ARCH_MACHINE EM_AARCH64
#define ARCH_RELATIVE R_AARCH64_RELATIVE
#define ARCH_IMAGE_SPREAD (1UL << 30) /* vm.mmap_rnd_bits is 18 with pages of 4K */
#define ARCH_STACK_SPREAD (1UL << 30) /* STACK_RND_MASK */
#else
#error "the launcher knows x86-64 and AArch64"
#endif

/* The trampoline's code (trampoline.h), position independent. It is called as a function of
 * the steps, the program's stack pointer, its entry point, and the steps to run after a step
 * that must succeed has failed. It does not return. */
extern const char arch_trampoline_code[] __attribute__((visibility("hidden")));
extern const char arch_trampoline_end[] __attribute__((visibility("hidden")));

#endif
