/* SPDX-License-Identifier: MIT */
/* Changing the window while the process runs. */
#ifndef VALIMIT_PLACE_RELIMIT_H
#define VALIMIT_PLACE_RELIMIT_H

#include "table/space.h"

/* Puts another window in force, clamped or unlimited; a fence that stands moves
 * with it. Mappings stay where they are. While no other thread is in a call. 0, or -errno
 * with the old window in force:
 *   -EPERM   the fence is sealed
 *   -ENOMEM  the fence cannot be raised where the new window needs it */
long relimit_window(struct space *space, struct window window);

/* Sets where the searches begin: at the edges less random offsets, but for the
 * guest's where the user has chosen a base. */
void relimit_bases(struct space *space);

#endif
