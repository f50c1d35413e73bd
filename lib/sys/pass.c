/* SPDX-License-Identifier: MIT */
#include "arch.h"
#include "sys.h"

bool (*sys_judge)(long number, const long a[6]);

long sys_pass(long number, const long a[6])
{
	return arch_syscall(number, a);
}
