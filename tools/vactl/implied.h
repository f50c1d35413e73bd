/* SPDX-License-Identifier: MIT */
/*
 * Intervals that a table leaves out since the kernel's list implies them. If a
 * fence stands, mappings without rights outside the window are fence; if the
 * kernel places, every mapping in the window is a guest's.
 */
#ifndef VACTL_IMPLIED_H
#define VACTL_IMPLIED_H

#include <stdbool.h>

#include "image.h"
#include "vmas.h"

/* Adds them to sorted intervals, by a header that may be hostile. With
 * `from_core`, a list without any fence is one of a debugger, which leaves out
 * mappings that are not to be dumped: all free addresses outside are fence then. */
void implied_add(struct intervals *intervals, const struct table *header, const struct vmas *vmas,
		 bool from_core);

#endif
