/* SPDX-License-Identifier: MIT */
/* The launcher is its own dynamic linker: there is no other. */
#ifndef LAUNCH_RELOCATE_H
#define LAUNCH_RELOCATE_H

#include "core/window.h"

/* Adds the load address to the pointers in the launcher's data. Before it, no
 * table of pointers may be used. */
void relocate_self(void);

/* Where the launcher's image lies, not rounded. */
struct span relocate_image(void);

#endif
