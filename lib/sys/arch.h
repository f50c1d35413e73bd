/* SPDX-License-Identifier: MIT */
/* Selects the architecture's header. */
#ifndef VALIMIT_SYS_ARCH_H
#define VALIMIT_SYS_ARCH_H

#if defined(__x86_64__)
#include "arch_x86_64.h"
#elif defined(__aarch64__)
#include "arch_aarch64.h"
#elif defined(__riscv) && __riscv_xlen == 64
#include "arch_riscv64.h"
#else
#error "valimit knows x86-64, AArch64 and riscv64"
#endif

#endif
