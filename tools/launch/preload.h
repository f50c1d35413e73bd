/* SPDX-License-Identifier: MIT */
/* The library in the environment of programs that it would end. */
#ifndef LAUNCH_PRELOAD_H
#define LAUNCH_PRELOAD_H

#include "initial_stack.h"
#include "program.h"

/* Takes the library out of LD_PRELOAD where the program's dynamic linker is not
 * the one that the library was built for, being of another libc. Only copies of
 * the launcher know of both (settings.h). Changes the environment in place. */
void preload_settle(const struct initial_stack *initial, const struct program *program);

#endif
