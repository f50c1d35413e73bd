/* SPDX-License-Identifier: MIT */
/*
 * Text without stdio. Each function appends to a caller's buffer, never writes past its end,
 * and leaves it terminated. Async-signal-safe, sets no errno.
 */
#ifndef VALIMIT_CORE_FMT_H
#define VALIMIT_CORE_FMT_H

#include <stddef.h>
#include <stdint.h>

struct fmt {
	char *text;      /* the buffer */
	size_t size;     /* of the buffer, in bytes, at least 1 */
	size_t length;   /* bytes written, without the terminator: less than size */
};

void fmt_init(struct fmt *fmt, char *buffer, size_t size);
void fmt_char(struct fmt *fmt, char c);
void fmt_text(struct fmt *fmt, const char *text);                /* NULL: "(null)" */
void fmt_chars(struct fmt *fmt, const char *text, size_t length);
/* Appends text from outside: names of files, programs and variables, and values. Characters
 * that are not safe on a terminal, newlines too, become '?' (utf8_plain()). */
void fmt_foreign(struct fmt *fmt, const char *text, size_t length);
void fmt_decimal(struct fmt *fmt, uint64_t value);
void fmt_signed(struct fmt *fmt, int64_t value);
void fmt_hex(struct fmt *fmt, uint64_t value);                   /* 0x…, lower case */
void fmt_hex_bare(struct fmt *fmt, uint64_t value);              /* without the 0x */
/* Appends a size in the largest unit that divides it: 4K, 256M, 1G; 1000 is 1000, 1536 is 1536,
 * 2 MiB + 4 KiB is 2052K. */
void fmt_size(struct fmt *fmt, uint64_t bytes);

#endif
