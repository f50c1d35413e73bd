/* SPDX-License-Identifier: MIT */
#include "utf8.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* C1 controls, which terminals obey, and characters that reorder a line, which then shows
 * another text. */
static bool is_command(uint32_t code)
{
	return (code >= 0x80 && code < 0xa0) || (code >= 0x2028 && code <= 0x202e) ||
	       (code >= 0x2066 && code <= 0x2069);
}

/* Bytes of the well-formed character at `at`; 0: there is none. RFC 3629 excludes overlong
 * forms, surrogates, and codes above U+10FFFF. */
static size_t character_length(const unsigned char *at)
{
	static const uint32_t least[] = { 0, 0, 0x80, 0x800, 0x10000 };
	size_t length = at[0] < 0x80 ? 1 : at[0] < 0xc0 ? 0 : at[0] < 0xe0 ? 2 :
			at[0] < 0xf0 ? 3 : at[0] < 0xf8 ? 4 : 0;
	uint32_t code;

	if (length < 2)
		return length;
	code = at[0] & (0x7fU >> length);
	for (size_t i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3fU);
	}
	if (code < least[length] || code > 0x10ffff || (code >= 0xd800 && code < 0xe000) ||
	    is_command(code))
		return 0;
	return length;
}

void utf8_repair(char *text)
{
	size_t length;

	for (; *text; text += length) {
		length = character_length((const unsigned char *)text);
		if (!length) {
			*text = '?';
			length = 1;
		}
	}
}

void utf8_plain(char *text)
{
	utf8_repair(text);
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == 0x7f)
			*text = '?';
}
