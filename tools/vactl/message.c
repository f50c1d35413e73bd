/* SPDX-License-Identifier: MIT */
#include "message.h"

#include "core/utf8.h"

#define LINE_MAX_BYTES 2048

void message_print(const char *format, ...)
{
	char line[LINE_MAX_BYTES] = "vactl: ";
	size_t prefix = strlen(line);
	va_list args;

	/* The message comes behind a table on stdout that it is about. */
	fflush(stdout);
	va_start(args, format);
	vsnprintf(line + prefix, sizeof(line) - prefix - 1, format, args);
	va_end(args);
	utf8_plain(line);
	strcat(line, "\n");
	/* One call keeps lines of several processes apart. */
	fputs(line, stderr);
}

static int failure = EXIT_FAILURE;

void memory_failure(int status)
{
	failure = status;
}

_Noreturn void memory_out(void)
{
	message_print("out of memory");
	exit(failure);
}

void *memory_array(void *old, size_t count, size_t size)
{
	void *new = reallocarray(old, count ? count : 1, size);

	if (!new)
		memory_out();
	return new;
}

void *memory_room(void *array, size_t count, size_t *room, size_t size)
{
	if (count < *room)
		return array;
	*room = count * 2 + 64;
	return memory_array(array, *room, size);
}

size_t array_seek(const void *array, size_t count, size_t size, uint64_t address)
{
	size_t low = 0, high = count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;
		const uint64_t *bounds = (const void *)((const char *)array + middle * size);

		if (bounds[1] <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

char *memory_text_of(const char *format, va_list args)
{
	char *text;

	if (vasprintf(&text, format, args) < 0)
		memory_out();
	return text;
}

char *memory_text(const char *format, ...)
{
	char *text;
	va_list args;

	va_start(args, format);
	text = memory_text_of(format, args);
	va_end(args);
	return text;
}
