/* SPDX-License-Identifier: MIT */
/* Memory that the library takes: its own, text, and huge pages. */
#ifndef TESTS_BENCH_MEMORY_H
#define TESTS_BENCH_MEMORY_H

#include "bench.h"

void memory_measure(const struct bench *bench);

/* Prints numbers, in a process that memory_measure() has started. */
int memory_table_main(void);
int memory_huge_main(void);

#endif
