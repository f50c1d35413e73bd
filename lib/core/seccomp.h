/* SPDX-License-Identifier: MIT */
/* What a seccomp filter says to a system call. */
#ifndef VALIMIT_CORE_SECCOMP_H
#define VALIMIT_CORE_SECCOMP_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

/* Runs a filter of `count` instructions as the kernel does: a SECCOMP_RET_ value. One
 * that the kernel would not take kills. */
uint32_t seccomp_run(const struct sock_filter *filter, size_t count,
		     const struct seccomp_data *data);

#endif
