/* SPDX-License-Identifier: MIT */
/* Memory whose contents are known. */
#ifndef VALIMIT_TESTS_CANARY_H
#define VALIMIT_TESTS_CANARY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "picture.h"

/* Fills it with a byte of its own. */
void canary_set(char *at, size_t length);

/* Contents of [start, end) are not checked, or are expected elsewhere. */
void canary_drop(uintptr_t start, uintptr_t end);
void canary_move(uintptr_t start, uintptr_t end, uintptr_t to);

/* Whether all readable memory of the picture is there; else prints the missing part. */
bool canary_lives(const struct picture *picture);

#endif
