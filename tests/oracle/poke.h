/* SPDX-License-Identifier: MIT */
/* Stores that may fault. */
#ifndef TESTS_ORACLE_POKE_H
#define TESTS_ORACLE_POKE_H

#include <stdint.h>

/* Once in a process: the handler. */
void poke_prepare(void);

/* Stores the value; 0, or the number of the signal that it brought. */
int poke(uintptr_t address, uint64_t value);

#endif
