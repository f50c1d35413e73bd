/* SPDX-License-Identifier: MIT */
/* What compilers call by themselves, and the core calls: there is no libc. */
#include <stddef.h>
#include <string.h>

/* Since glibc 2.43 a macro that keeps const. */
#undef memchr

/* A compiler that knew these loops would replace them by a call: of themselves. */
#define OPAQUE() __asm__ volatile("")

KEPT void *memcpy(void *restrict to, const void *restrict from, size_t length)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	while (length--) {
		*t++ = *f++;
		OPAQUE();
	}
	return to;
}

KEPT void *memmove(void *to, const void *from, size_t length)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	if (t <= f)
		return memcpy(to, from, length);
	while (length--) {
		t[length] = f[length];
		OPAQUE();
	}
	return to;
}

KEPT void *memset(void *to, int byte, size_t length)
{
	unsigned char *t = to;

	while (length--) {
		*t++ = (unsigned char)byte;
		OPAQUE();
	}
	return to;
}

KEPT int memcmp(const void *a, const void *b, size_t length)
{
	const unsigned char *x = a, *y = b;

	for (; length--; x++, y++)
		if (*x != *y)
			return *x - *y;
	return 0;
}

KEPT void *memchr(const void *where, int byte, size_t length)
{
	const unsigned char *at = where;

	for (; length--; at++)
		if (*at == (unsigned char)byte)
			return (void *)at;
	return NULL;
}

KEPT size_t strlen(const char *text)
{
	const char *end = text;

	while (*end) {
		end++;
		OPAQUE();
	}
	return (size_t)(end - text);
}
