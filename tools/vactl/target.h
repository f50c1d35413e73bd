/* SPDX-License-Identifier: MIT */
/* What a command looks into: a live process, or a core file. */
#ifndef VACTL_TARGET_H
#define VACTL_TARGET_H

#include <stdbool.h>

struct target {
	int pid;          /* 0: a core file */
	const char *path; /* of the core file; NULL: a process */
};

static inline struct target target_process(int pid)
{
	return (struct target){ .pid = pid };
}

static inline bool target_is_core(const struct target *target)
{
	return target->path;
}

#endif
