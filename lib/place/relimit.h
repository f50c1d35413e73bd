/* SPDX-License-Identifier: MIT */
/* Changing the window while the process runs. */
#ifndef VALIMIT_PLACE_RELIMIT_H
#define VALIMIT_PLACE_RELIMIT_H

#include "table/space.h"

/* Puts another window, clamped or unlimited, in force; a standing fence moves with it, and
 * mappings stay where they are. Call while no other thread is in a call. 0, or -errno with
 * the old window in force:
 *   -EPERM   the fence is sealed
 *   -ENOMEM  the fence cannot be raised where the new window needs it */
long relimit_window(struct space *space, struct window window);

/* Sets where searches begin: at the ends of the areas less a random offset (ASLR). The
 * guests' base stays if the user has chosen it. */
void relimit_bases(struct space *space);

#endif
