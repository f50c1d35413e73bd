/* SPDX-License-Identifier: MIT */
/*
 * The choices of a run: each in its turn, so that all runs together take them all;
 * or at random.
 */
#ifndef VALIMIT_TESTS_MODEL_CHOICE_H
#define VALIMIT_TESTS_MODEL_CHOICE_H

#include <stdbool.h>
#include <stdint.h>

/* Before all runs; before each. `random`: by the seed. */
void choice_start(bool random);
void choice_begin(uint64_t seed);

/* 0 to `of` - 1. */
int choice_take(int of);

/* The first of them most often, where choices are random. */
int choice_prefer_first(int of);

/* The next run's choices; false after the last. */
bool choice_next(void);

#endif
