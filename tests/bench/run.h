/* SPDX-License-Identifier: MIT */
/* Whole programs with the library against the same without it, in turns. */
#ifndef TESTS_BENCH_RUN_H
#define TESTS_BENCH_RUN_H

#include "bench.h"

/* The cost of the library for a program's start. */
void run_starts(const struct bench *bench);

/* The cost of the library for real programs, from start to end. */
void run_programs(const struct bench *bench);

#endif
