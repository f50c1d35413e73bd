/* SPDX-License-Identifier: MIT */
#include "procmaps.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/mman.h>

#include "text.h"

/* Each take_* function reads its item at *at and steps behind it; false if another item stands
 * there. No item contains the newline, so the newline also ends the buffer. */

static bool take_number(const char **at, uint64_t *value)
{
	return text_digits(*at, 10, at, value) == 0;
}

/* Reads lower-case hexadecimal digits, as the kernel writes them. It is faster than
 * text_digits(): a line has up to 50 digits, and a process starts with some 30 lines. */
static bool take_hex(const char **at, uint64_t *value)
{
	const char *from = *at, *to = from;
	uint64_t sum = 0;

	for (;; to++) {
		unsigned int digit = (unsigned char)*to - (unsigned int)'0';

		if (digit > 9 && (digit = (unsigned char)*to - (unsigned int)'a' + 10) - 10 > 5)
			break;
		sum = sum << 4 | digit;
	}
	*at = to;
	*value = sum;
	return to != from && to - from <= 16;
}

static bool take_char(const char **at, char c)
{
	if (**at != c)
		return false;
	++*at;
	return true;
}

/* Reads `letter` or "-", and adds `bit` for the letter. */
static bool take_permission(const char **at, char letter, int bit, int *prot)
{
	if (take_char(at, letter)) {
		*prot |= bit;
		return true;
	}
	return take_char(at, '-');
}

static bool take_range(const char **at, struct procmaps_line *line)
{
	return take_hex(at, &line->start) && take_char(at, '-') &&
	       take_hex(at, &line->end) && line->start < line->end;
}

static bool take_permissions(const char **at, struct procmaps_line *line)
{
	line->prot = 0;
	if (!take_permission(at, 'r', PROT_READ, &line->prot) ||
	    !take_permission(at, 'w', PROT_WRITE, &line->prot) ||
	    !take_permission(at, 'x', PROT_EXEC, &line->prot))
		return false;
	line->shared = take_char(at, 's');
	return line->shared || take_char(at, 'p');
}

/* Reads a device's numbers: "fd:01". */
static bool take_device(const char **at, struct procmaps_line *line)
{
	uint64_t major, minor;

	if (!take_hex(at, &major) || !take_char(at, ':') || !take_hex(at, &minor))
		return false;
	line->major = (uint32_t)major;
	line->minor = (uint32_t)minor;
	return true;
}

/* Reads the name, if any, and the spaces before it. The kernel escapes newlines in names. */
static bool take_name(const char **at, const char *newline, struct procmaps_line *line)
{
	bool apart = *at == newline || **at == ' ';

	/* The kernel pads the column with up to 30 spaces. */
	while (newline - *at >= 8 && memcmp(*at, "        ", 8) == 0)
		*at += 8;
	while (**at == ' ')
		++*at;
	line->name = *at;
	line->name_length = (size_t)(newline - *at);
	return apart;
}

long procmaps_parse(const char *text, size_t length, struct procmaps_line *line)
{
	const char *newline = memchr(text, '\n', length);
	const char *at = text;

	if (!newline)
		return 0;
	if (take_range(&at, line) && take_char(&at, ' ') &&
	    take_permissions(&at, line) && take_char(&at, ' ') &&
	    take_hex(&at, &line->offset) && take_char(&at, ' ') &&
	    take_device(&at, line) && take_char(&at, ' ') &&
	    take_number(&at, &line->inode) &&
	    take_name(&at, newline, line))
		return newline + 1 - text;
	return -EINVAL;
}
