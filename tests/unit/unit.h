/* SPDX-License-Identifier: MIT */
/* Every unit test includes this first: cmocka and the headers that cmocka needs. */
#ifndef VALIMIT_TESTS_UNIT_H
#define VALIMIT_TESTS_UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* cmocka 2 deprecates its own, and has names instead that 1 does not know. */
#define assert_between(value, least, most) do { \
	uintmax_t value_ = (value), least_ = (least), most_ = (most); \
	if (value_ < least_ || value_ > most_) \
		fail_msg("%s is %ju, not between %ju and %ju", #value, value_, least_, most_); \
} while (0)

#define ARRAY_SIZE(array) (sizeof(array) / sizeof((array)[0]))

#endif
