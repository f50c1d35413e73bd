/* SPDX-License-Identifier: MIT */
/*
 * Fillers: they keep the kernel from places that the sequences must not get. In the process
 * without the library they are the model of a window: all addresses outside are filled, so that
 * the kernel itself places inside.
 */
#ifndef TESTS_ORACLE_FILL_H
#define TESTS_ORACLE_FILL_H

#include "site.h"

/* Fills free addresses: all but the beds; in a confined process only those of the window,
 * since the library fences the rest. */
void fill_all(struct site *site);

/* Lets the library know of them. */
void fill_show(const struct site *site);

/* A call that asks for an address does not see a window's edge: takes the fillers of [start,
 * end) that lie on an edge away, and puts back those that are missing on all edges. Only
 * where the side has fillers there. */
void fill_open(struct site *site, uintptr_t start, uintptr_t end);
void fill_close(struct site *site);

/* Fills free addresses in the beds but [start, end), and takes the fillers away again. */
void fill_but(struct site *site, uintptr_t start, uintptr_t end);
void fill_undo(struct site *site);

/* Whether there is a filler at the address. */
bool fill_is_at(struct site *site, uintptr_t address);

#endif
