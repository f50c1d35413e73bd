/* SPDX-License-Identifier: MIT */
/* What the library takes: memory of its own, text, and huge pages. */
#ifndef TESTS_BENCH_MEMORY_H
#define TESTS_BENCH_MEMORY_H

#include "bench.h"

void memory_measure(const struct bench *bench);

/* What a process started by memory_measure() does: prints numbers. */
int memory_table_main(void);
int memory_huge_main(void);

#endif
