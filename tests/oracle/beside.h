/* SPDX-License-Identifier: MIT */
/* Hosts beside the operations: in the process with the library only, and outside the
 * window, so that they change nothing that is compared. */
#ifndef TESTS_ORACLE_BESIDE_H
#define TESTS_ORACLE_BESIDE_H

#include "site.h"

/* Finds the library's functions. */
void beside_prepare(void);

/* Starts them if they are wanted, and if something lies outside the window. `orphan`:
 * in a child that the C library did not make; its children are such, too. */
void beside_begin(const struct site *site, bool orphan);

/* Ends them, and adds their operations to the shared count. */
void beside_end(const struct site *site);

/* How often the library has done without its table by now. */
uint64_t beside_without_table(void);

#endif
