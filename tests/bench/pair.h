/* SPDX-License-Identifier: MIT */
/* Workloads with the library against the same without it, in turns. */
#ifndef TESTS_BENCH_PAIR_H
#define TESTS_BENCH_PAIR_H

#include "bench.h"

void pair_measure(const struct bench *bench);

#endif
