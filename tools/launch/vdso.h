/* SPDX-License-Identifier: MIT */
/* Moving the vDSO: the kernel's code in every process, and its data beside it. */
#ifndef LAUNCH_VDSO_H
#define LAUNCH_VDSO_H

#include "self.h"

/* Moves all its mappings, with the distances that they have, so that the first
 * is at `to`, which may be where it is. False where the kernel does not let the first go: then nothing
 * has moved. */
bool vdso_move(struct self *self, uintptr_t to);

#endif
