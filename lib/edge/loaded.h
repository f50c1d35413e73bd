/* SPDX-License-Identifier: MIT */
/*
 * Keeps the roster equal to ld.so's list of modules, and binds host modules.
 *
 * The list is read at the start, and when loader.c notices that modules may have been loaded.
 * It is never read inside a mapping call, which may hold ld.so's lock. The roster lacks modules
 * loaded since and has modules unloaded since. Such an error may make a host's call a guest's,
 * never the reverse (bind.h).
 */
#ifndef VALIMIT_EDGE_LOADED_H
#define VALIMIT_EDGE_LOADED_H

#include <stdbool.h>

/* Declares that the roster is needed. Called while there is one thread. */
void loaded_watch(void);

/* Updates the roster if modules were loaded or unloaded. Neither async-signal-safe nor to be
 * called inside a mapping call. */
void loaded_refresh(void);

/* Whether the program is the only module. */
bool loaded_alone(void);

/* Resets the lock in a fork's child: the thread that held it may not exist there. */
void loaded_fork_child(void);

#endif
