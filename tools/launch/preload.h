/* SPDX-License-Identifier: MIT */
/* The library in the environment of a program that cannot load it. */
#ifndef LAUNCH_PRELOAD_H
#define LAUNCH_PRELOAD_H

#include "initial_stack.h"
#include "program.h"

/* Takes the library out of LD_PRELOAD if the program's dynamic linker is of another libc
 * than the library. Only copies of the launcher know both (settings.h). Changes the
 * environment in place. */
void preload_settle(const struct initial_stack *initial, const struct program *program);

#endif
