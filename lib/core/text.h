/* SPDX-License-Identifier: MIT */
/* Text parsing that needs only memcmp() and strlen() of libc. */
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

/* The rest of a text that begins with the word; NULL: it begins otherwise. */
static inline const char *text_behind(const char *text, const char *word)
{
	for (; *word; text++, word++)
		if (*text != *word)
			return NULL;
	return text;
}

/* The rest of the text behind the word's first occurrence; NULL: there is none. strstr() cannot
 * be used: a sanitizer in the program may replace it, and does not work yet when the library
 * starts. */
static inline const char *text_after(const char *text, const char *word)
{
	const char *rest = NULL;

	for (; *text && !rest; text++)
		rest = text_behind(text, word);
	return rest;
}

/* The value of a digit, of either case, in bases up to 16; the base itself if the character is
 * not a digit. */
static inline unsigned int text_digit(char c, unsigned int base)
{
	unsigned int value = (unsigned char)c - (unsigned int)'0';
	unsigned int letter = ((unsigned char)c | 0x20U) - (unsigned int)'a';

	if (value > 9)
		value = letter < 6 ? letter + 10 : base;
	return value < base ? value : base;
}

/* Reads digits. *end receives the first other character. -EINVAL: there is no digit; -ERANGE:
 * the value does not fit 64 bits. */
static inline int text_digits(const char *text, unsigned int base, const char **end,
			      uint64_t *value)
{
	const char *at = text;
	unsigned int digit;
	uint64_t sum = 0;

	for (; (digit = text_digit(*at, base)) < base; at++)
		if (__builtin_mul_overflow(sum, base, &sum) ||
		    __builtin_add_overflow(sum, digit, &sum))
			return -ERANGE;
	*value = sum;
	*end = at;
	return at == text ? -EINVAL : 0;
}

#endif
