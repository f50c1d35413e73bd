/* SPDX-License-Identifier: MIT */
#include "arch.h"

#if defined(__x86_64__)
#include "arch_x86_64.h"
#else
#include "arch_aarch64.h"
#endif
