/* SPDX-License-Identifier: MIT */
/* Moves the vDSO: the kernel's code in every process, and its data beside it. */
#ifndef LAUNCH_VDSO_H
#define LAUNCH_VDSO_H

#include "self.h"

/* Moves all its mappings, keeping their distances, so that the first is at `to`, which may
 * be its present place. False, with nothing moved, if the kernel does not let the first
 * mapping go. */
bool vdso_move(struct self *self, uintptr_t to);

#endif
