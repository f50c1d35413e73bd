/* SPDX-License-Identifier: MIT */
/*
 * The functions of <string.h> for text, of the shared library's own and hidden in it. A
 * sanitizer in the program has them by the same names, and they do not work before it is
 * initialised, which is after this library; and what is not imported need not be looked
 * up when it is loaded.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Since glibc 2.43 macros that keep const. */
#undef strchr
#undef strrchr

/* For what only the compiler calls, which link-time optimization would drop. */
#define KEPT __attribute__((used))

/* A compiler that knew these loops would replace them by a call: of themselves. */
#define OPAQUE() __asm__ volatile("")

KEPT size_t strnlen(const char *text, size_t most)
{
	size_t length = 0;

	while (length < most && text[length]) {
		length++;
		OPAQUE();
	}
	return length;
}

KEPT size_t strlen(const char *text)
{
	return strnlen(text, PTRDIFF_MAX);
}

KEPT int strncmp(const char *a, const char *b, size_t most)
{
	for (; most && *a && *a == *b; most--, a++, b++)
		OPAQUE();
	return most ? (unsigned char)*a - (unsigned char)*b : 0;
}

KEPT int strcmp(const char *a, const char *b)
{
	return strncmp(a, b, PTRDIFF_MAX);
}

KEPT char *strchr(const char *text, int wanted)
{
	for (; *text != (char)wanted; text++) {
		if (!*text)
			return NULL;
		OPAQUE();
	}
	return (char *)text;
}

KEPT char *strrchr(const char *text, int wanted)
{
	const char *found = NULL;

	do {
		if (*text == (char)wanted)
			found = text;
		OPAQUE();
	} while (*text++);
	return (char *)found;
}

KEPT size_t strcspn(const char *text, const char *ends)
{
	size_t length = 0;

	while (text[length] && !strchr(ends, text[length]))
		length++;
	return length;
}

KEPT char *strcpy(char *restrict to, const char *restrict from)
{
	char *at = to;

	while ((*at++ = *from++))
		OPAQUE();
	return to;
}
