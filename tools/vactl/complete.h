/* SPDX-License-Identifier: MIT */
/*
 * What a table leaves out because it follows from the kernel's list: where a
 * fence stands, what is mapped without rights outside the window is fence; and
 * where the kernel places, all that it has in the window is a guest's.
 */
#ifndef VACTL_COMPLETE_H
#define VACTL_COMPLETE_H

#include "image.h"
#include "vmas.h"

/* Adds that to sorted intervals, by the header, which need not be honest. */
void complete_intervals(struct intervals *intervals, const struct table *header,
			const struct vmas *vmas);

#endif
