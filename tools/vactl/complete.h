/* SPDX-License-Identifier: MIT */
/*
 * What a table leaves out because it follows from the rest: where a fence
 * stands, all that is free outside the window is fence; and where the kernel
 * places, all that it has in the window is a guest's.
 */
#ifndef VACTL_COMPLETE_H
#define VACTL_COMPLETE_H

#include "image.h"
#include "vmas.h"

/* Adds that to sorted intervals, by the header, which need not be honest. */
void complete_intervals(struct intervals *intervals, const struct table *header,
			const struct vmas *vmas);

#endif
