/* SPDX-License-Identifier: MIT */
/* Reading text with no more of libc than memcmp and strlen. */
#ifndef VALIMIT_CORE_TEXT_H
#define VALIMIT_CORE_TEXT_H

#include <errno.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Whether the `length` bytes at `text`, which need no terminator, are `word`. */
static inline bool text_is(const char *text, size_t length, const char *word)
{
	return strlen(word) == length && memcmp(text, word, length) == 0;
}

/* The value of a digit in bases up to 16, of either case; the base itself
 * where the character is none. */
static inline unsigned int text_digit(char c, unsigned int base)
{
	unsigned int value = base;

	if (c >= '0' && c <= '9')
		value = (unsigned int)(c - '0');
	else if (c >= 'a' && c <= 'f')
		value = (unsigned int)(c - 'a') + 10;
	else if (c >= 'A' && c <= 'F')
		value = (unsigned int)(c - 'A') + 10;
	return value < base ? value : base;
}

/* Reads digits up to the first character that is none, which *end receives.
 * -EINVAL where there is no digit, -ERANGE where they do not fit 64 bits. */
static inline int text_digits(const char *text, unsigned int base, const char **end,
			      uint64_t *value)
{
	const char *at = text;
	unsigned int digit;

	*value = 0;
	for (; (digit = text_digit(*at, base)) < base; at++)
		if (__builtin_mul_overflow(*value, base, value) ||
		    __builtin_add_overflow(*value, digit, value))
			return -ERANGE;
	*end = at;
	return at == text ? -EINVAL : 0;
}

#endif
