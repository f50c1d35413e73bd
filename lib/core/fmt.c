/* SPDX-License-Identifier: MIT */
#include "fmt.h"

#include <string.h>

#include "utf8.h"

#define DIGITS_MAX 20 /* digits of UINT64_MAX in decimal */

void fmt_init(struct fmt *fmt, char *buffer, size_t size)
{
	*fmt = (struct fmt){ .text = buffer, .size = size };
	buffer[0] = '\0';
}

void fmt_char(struct fmt *fmt, char c)
{
	if (fmt->length + 1 >= fmt->size)
		return;
	fmt->text[fmt->length++] = c;
	fmt->text[fmt->length] = '\0';
}

void fmt_chars(struct fmt *fmt, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++)
		fmt_char(fmt, text[i]);
}

void fmt_foreign(struct fmt *fmt, const char *text, size_t length)
{
	size_t start = fmt->length;

	fmt_chars(fmt, text, length);
	utf8_plain(fmt->text + start);
}

void fmt_text(struct fmt *fmt, const char *text)
{
	if (!text)
		text = "(null)";
	fmt_chars(fmt, text, strlen(text));
}

static void fmt_number(struct fmt *fmt, uint64_t value, unsigned int base)
{
	char digits[DIGITS_MAX];
	size_t at = sizeof(digits);

	do {
		digits[--at] = "0123456789abcdef"[value % base];
		value /= base;
	} while (value);
	fmt_chars(fmt, digits + at, sizeof(digits) - at);
}

void fmt_decimal(struct fmt *fmt, uint64_t value)
{
	fmt_number(fmt, value, 10);
}

void fmt_signed(struct fmt *fmt, int64_t value)
{
	if (value < 0)
		fmt_char(fmt, '-');
	/* Negates as unsigned: the least value has no positive counterpart. */
	fmt_decimal(fmt, value < 0 ? -(uint64_t)value : (uint64_t)value);
}

void fmt_hex_bare(struct fmt *fmt, uint64_t value)
{
	fmt_number(fmt, value, 16);
}

void fmt_hex(struct fmt *fmt, uint64_t value)
{
	fmt_text(fmt, "0x");
	fmt_hex_bare(fmt, value);
}

void fmt_size(struct fmt *fmt, uint64_t bytes)
{
	static const char unit[] = "KMGTP";
	size_t used = 0;

	while (bytes && bytes % 1024 == 0 && used < sizeof(unit) - 1) {
		bytes /= 1024;
		used++;
	}
	fmt_decimal(fmt, bytes);
	if (used)
		fmt_char(fmt, unit[used - 1]);
}
