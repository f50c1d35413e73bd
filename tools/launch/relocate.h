/* SPDX-License-Identifier: MIT */
/* The launcher relocates itself, since it has no dynamic linker. */
#ifndef LAUNCH_RELOCATE_H
#define LAUNCH_RELOCATE_H

#include "core/window.h"

/* Adds the load address to the pointers in the launcher's data. Before it, no
 * table of pointers may be used. */
void relocate_self(void);

/* The addresses of the launcher's image, not rounded. */
struct span relocate_image(void);

#endif
