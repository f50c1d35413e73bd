/* SPDX-License-Identifier: MIT */
/*
 * What a table leaves out because it follows from the kernel's list: where a
 * fence stands, what is mapped without rights outside the window is fence; and
 * where the kernel places, all that it has in the window is a guest's.
 */
#ifndef VACTL_COMPLETE_H
#define VACTL_COMPLETE_H

#include <stdbool.h>

#include "image.h"
#include "vmas.h"

/* Adds that to sorted intervals, by the header, which need not be honest. With
 * `from_core`, where the list has no fence at all it is taken for left out, as
 * debuggers do with what is not to be dumped. */
void complete_intervals(struct intervals *intervals, const struct table *header,
			const struct vmas *vmas, bool from_core);

#endif
