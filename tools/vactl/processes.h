/* SPDX-License-Identifier: MIT */
/* All processes, and their tables. */
#ifndef VACTL_PROCESSES_H
#define VACTL_PROCESSES_H

#include "reader.h"

/* Calls `see` with each confined process in turn, by number. Returns how many
 * may be confined and could not be read, or -errno where /proc cannot be. */
int processes_see(void (*see)(void *context, int pid, const struct reading *reading),
		  void *context);

/* What to do where it returned -errno. */
void processes_explain(const char *command, int error);

#endif
