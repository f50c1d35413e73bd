/* SPDX-License-Identifier: MIT */
/*
 * memcpy() and its family, which compilers call on their own and core calls by name. The
 * launcher needs them because it has no libc. The shared library has them because ld.so would
 * look up each of libc's at every program's start. The static library leaves them out: a
 * program that links it would get them too.
 */
/* _FORTIFY_SOURCE would replace these functions by libc's, which call these. */
#undef _FORTIFY_SOURCE

#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* Since glibc 2.43 memchr() is a macro that keeps const. */
#undef memchr

/* Link-time optimization drops functions whose calls the compiler has yet to write. */
#ifndef KEPT
#define KEPT __attribute__((used))
#endif

/* Hides the loops from the compiler, which would replace them by calls of themselves. */
#define OPAQUE() __asm__ volatile("")

/* Eight bytes at any address. */
struct eight {
	uint64_t value;
} __attribute__((packed, may_alias));

/* Sixteen bytes at any address. copy_32() reads both before it writes, since memmove()'s ranges
 * overlap. */
typedef uint64_t pair __attribute__((vector_size(16), aligned(1), may_alias));

static inline void copy_32(unsigned char *to, const unsigned char *from)
{
	pair first = *(const pair *)from, second = *(const pair *)(from + 16);

	OPAQUE();
	*(pair *)to = first;
	*(pair *)(to + 16) = second;
}

/* Copies upwards. The ranges may overlap if `to` begins below `from`. */
static void copy_upwards(unsigned char *to, const unsigned char *from, size_t length)
{
	for (; length >= 32; length -= 32, to += 32, from += 32)
		copy_32(to, from);
	for (; length >= 8; length -= 8, to += 8, from += 8) {
		*(struct eight *)to = *(const struct eight *)from;
		OPAQUE();
	}
	while (length--) {
		*to++ = *from++;
		OPAQUE();
	}
}

KEPT void *memcpy(void *restrict to, const void *restrict from, size_t length)
{
	copy_upwards(to, from, length);
	return to;
}

KEPT void *memmove(void *to, const void *from, size_t length)
{
	unsigned char *t = to;
	const unsigned char *f = from;

	if (t <= f) {
		copy_upwards(to, from, length);
		return to;
	}
	for (; length >= 32; length -= 32)
		copy_32(t + length - 32, f + length - 32);
	for (; length >= 8; length -= 8) {
		*(struct eight *)(t + length - 8) = *(const struct eight *)(f + length - 8);
		OPAQUE();
	}
	while (length--) {
		t[length] = f[length];
		OPAQUE();
	}
	return to;
}

KEPT void *memset(void *to, int byte, size_t length)
{
	unsigned char *t = to;
	uint64_t value = (unsigned char)byte * 0x0101010101010101U;

	for (; length >= 8; length -= 8, t += 8) {
		((struct eight *)t)->value = value;
		OPAQUE();
	}
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
	const uint64_t ones = 0x0101010101010101U;

	/* The lowest zero byte of a word is the first that borrows, and it comes first in
	 * memory: all supported machines are little-endian. */
	for (uint64_t word; length >= 8; length -= 8, at += 8) {
		word = ((const struct eight *)at)->value ^ (unsigned char)byte * ones;
		word = (word - ones) & ~word & ones << 7;
		if (word)
			return (void *)(at + __builtin_ctzll(word) / 8);
	}
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
