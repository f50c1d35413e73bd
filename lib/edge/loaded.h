/* SPDX-License-Identifier: MIT */
/*
 * Keeps the roster as ld.so has it, and binds host modules.
 *
 * ld.so is asked at the start, and where loader.c notices that modules may have
 * come; never inside a mapping call, where its locks may be held. A module that
 * came since is missing in the roster, one that went is still there: both cost a
 * host its verdict, and no guest its own (bind.h).
 */
#ifndef VALIMIT_EDGE_LOADED_H
#define VALIMIT_EDGE_LOADED_H

#include <stdbool.h>

/* From now on the roster is wanted. Before there are other threads. */
void loaded_watch(void);

/* Asks ld.so where modules came or went. Neither async-signal-safe nor inside a
 * mapping call. */
void loaded_refresh(void);

/* Whether the program has nothing loaded beside itself. */
bool loaded_alone(void);

/* In a fork's child: a thread that asked may not have come along. */
void loaded_fork_child(void);

#endif
