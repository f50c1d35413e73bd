/* SPDX-License-Identifier: MIT */
/* The kernel, this library and emulators' allocators, all in turns in one run. */
#ifndef TESTS_BENCH_CONTEST_H
#define TESTS_BENCH_CONTEST_H

#include "bench.h"

void contest_measure(const struct bench *bench);

#endif
