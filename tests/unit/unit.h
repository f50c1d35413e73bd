/* SPDX-License-Identifier: MIT */
/* What every unit test includes first: cmocka and what it needs before it. */
#ifndef VALIMIT_TESTS_UNIT_H
#define VALIMIT_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif
