/* SPDX-License-Identifier: MIT */
/* libc's string functions for the shared library, beside those of lib/core/memory.c: ld.so has
 * fewer names to look up at every program's start. */
#undef _FORTIFY_SOURCE

#include <stddef.h>
#include <string.h>

/* Since glibc 2.43 these are macros that keep const. */
#undef memchr
#undef strchr
#undef strrchr
#undef strstr

int strcmp(const char *a, const char *b)
{
	while (*a && *a == *b)
		a++, b++;
	return (unsigned char)*a - (unsigned char)*b;
}

int strncmp(const char *a, const char *b, size_t length)
{
	while (length && *a && *a == *b)
		a++, b++, length--;
	return length ? (unsigned char)*a - (unsigned char)*b : 0;
}

size_t strnlen(const char *text, size_t most)
{
	const char *end = memchr(text, 0, most);

	return end ? (size_t)(end - text) : most;
}

char *strcpy(char *restrict to, const char *restrict from)
{
	return memcpy(to, from, strlen(from) + 1);
}

char *strchr(const char *text, int character)
{
	return memchr(text, character, strlen(text) + 1);
}

char *strrchr(const char *text, int character)
{
	const char *at = text + strlen(text);

	while (*at != (char)character)
		if (at-- == text)
			return NULL;
	return (char *)at;
}

size_t strcspn(const char *text, const char *ends)
{
	const char *at = text;

	while (*at && !strchr(ends, *at))
		at++;
	return (size_t)(at - text);
}

/* The word must not be empty. */
char *strstr(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (; *text; text++)
		if (*text == *word && strncmp(text, word, length) == 0)
			return (char *)text;
	return NULL;
}
