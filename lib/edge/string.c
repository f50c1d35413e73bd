/* SPDX-License-Identifier: MIT */
/* Functions of libc's for the shared library, like lib/core/memory.c: so that ld.so has
 * fewer names to look up at the start of every program. */
#undef _FORTIFY_SOURCE

#include <stddef.h>
#include <string.h>

/* Since glibc 2.43 macros that keep const. */
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

/* Of a word that is not empty. */
char *strstr(const char *text, const char *word)
{
	size_t length = strlen(word);

	for (; *text; text++)
		if (*text == *word && strncmp(text, word, length) == 0)
			return (char *)text;
	return NULL;
}
