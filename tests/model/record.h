/* SPDX-License-Identifier: MIT */
/* What happened in a run, to be printed where it has a fault. */
#ifndef VALIMIT_TESTS_MODEL_RECORD_H
#define VALIMIT_TESTS_MODEL_RECORD_H

void record_clear(void);
void record_add(int who, const char *what, long a, long b);
void record_print(void);

#endif
