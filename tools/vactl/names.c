/* SPDX-License-Identifier: MIT */
#include "names.h"

#include <sys/mman.h>

#include "core/size.h"

const char *const kind_names[KIND_NAMES] = {
	[KIND_NONE] = "none", [KIND_GUEST] = "guest", [KIND_HOST] = "host",
	[KIND_FOREIGN] = "other", [KIND_FENCE] = "fence", [KIND_GUARD] = "guard",
	[KIND_OWN] = "own", [KIND_CLAIM] = "claim",
	[KIND_RESERVED] = "reserved", [KIND_UNKNOWN] = "unknown",
};

const char *const reach_names[] = {
	"none", [REACH_CALLS] = "calls", [REACH_PROCESS] = "process", [REACH_WHOLE] = "whole",
};

const char *const fence_names[] = {
	[FENCE_OFF] = "off", [FENCE_UP] = "on", [FENCE_SEALED] = "sealed",
};

struct word word_of(const char *format, ...)
{
	struct word word;
	va_list args;

	va_start(args, format);
	vsnprintf(word.text, sizeof(word.text), format, args);
	va_end(args);
	return word;
}

struct word word_window(const struct table *table)
{
	return table->lower == table->upper ? (struct word){ "none" } :
		word_of("0x%" PRIx64 "-0x%" PRIx64, table->lower, table->upper);
}

struct word word_flags(uint8_t flags)
{
	static const char *const names[] = { "shm", "outside", "growsdown", "start" };
	struct word word = { "" };

	_Static_assert(ENTRY_SHM == 1 && ENTRY_OUTSIDE == 2 && ENTRY_GROWSDOWN == 4 &&
		       ENTRY_START == 8, "names are in the order of the bits");
	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (flags >> i & 1) {
			strcat(word.text, *word.text ? "," : "");
			strcat(word.text, names[i]);
		}
	return word;
}

struct word word_permissions(const struct procmaps_line *vma)
{
	const char sharing = vma->shared < 0 ? '?' : vma->shared ? 's' : 'p';

	if (vma->prot < 0)
		return (struct word){ { '?', '?', '?', sharing } };
	return (struct word){ {
		vma->prot & PROT_READ ? 'r' : '-', vma->prot & PROT_WRITE ? 'w' : '-',
		vma->prot & PROT_EXEC ? 'x' : '-', sharing,
	} };
}

/* Formats without printf(): each row of a listing has several numbers. */
struct word word_number(uint64_t number)
{
	char digits[24], *at = digits + sizeof(digits);
	struct word word = { "" };

	do
		*--at = (char)('0' + number % 10);
	while (number /= 10);
	memcpy(word.text, at, (size_t)(digits + sizeof(digits) - at));
	return word;
}

struct word word_size(uint64_t bytes, bool plain)
{
	static const char units[] = "BKMGTPE";
	uint64_t whole = bytes, rest = 0;
	int unit = 0;

	if (plain)
		return word_number(bytes);
	for (; whole >= 1024; whole /= 1024, unit++)
		rest = whole % 1024;
	/* Rounds down to a tenth: 4095 MiB must not read as 4G. */
	rest = rest * 10 / 1024;
	return rest ? word_of("%" PRIu64 ".%" PRIu64 "%c", whole, rest, units[unit]) :
		      word_of("%" PRIu64 "%c", whole, units[unit]);
}

struct word word_address(uint64_t address)
{
	struct word word = { "0x" };
	int digits = 12;

	while (digits < 16 && address >> 4 * digits)
		digits++;
	for (int i = digits; i > 0; i--, address >>= 4)
		word.text[1 + i] = "0123456789abcdef"[address & 15];
	return word;
}

struct word counted(unsigned long count, const char *one, const char *many)
{
	return word_of("%lu %s", count, count == 1 ? one : many);
}
