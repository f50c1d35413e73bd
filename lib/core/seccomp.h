/* SPDX-License-Identifier: MIT */
/* Evaluation of seccomp filters. */
#ifndef VALIMIT_CORE_SECCOMP_H
#define VALIMIT_CORE_SECCOMP_H

#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdint.h>

/* Runs a filter of `count` instructions as the kernel does. Returns a SECCOMP_RET_ value: to
 * kill the process, if the filter is one that the kernel would reject. */
uint32_t seccomp_run(const struct sock_filter *filter, size_t count,
		     const struct seccomp_data *data);

#endif
