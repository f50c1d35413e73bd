/* SPDX-License-Identifier: MIT */
/* Objects to map: files, sockets and the like, and segments. */
#ifndef TESTS_ORACLE_SUPPLY_H
#define TESTS_ORACLE_SUPPLY_H

#include "site.h"

/* Once in a process: the objects that no sequence changes. A file that cannot be had here is
 * -1, in both processes. */
void supply_once(struct site *site);

/* Before each sequence: the objects that it writes to. */
void supply_each(struct site *site);

/* The segment's length, in whole pages; 0 where there is none. */
uint64_t supply_length(enum op_segment segment);

#endif
