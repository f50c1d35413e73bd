/* SPDX-License-Identifier: MIT */
#include "maps.h"

#include <errno.h>
#include <string.h>

#include "sys.h"

/* A line's fixed part takes 73 bytes; what follows is the name. */
#define LINE_MAX_KEPT 128

/* Collects lines out of arbitrary pieces; of a long one the first part. */
struct gatherer {
	char line[LINE_MAX_KEPT];
	size_t length;
	long (*visit)(const struct procmaps_line *line, void *context);
	void *context;
};

long maps_open(void)
{
	/* A process whose first thread has ended has no /proc/self/maps. */
	long fd = sys_open("/proc/thread-self/maps", O_RDONLY | O_CLOEXEC);

	return fd == -ENOENT ? sys_open("/proc/self/maps", O_RDONLY | O_CLOEXEC) : fd;
}

static long end_line(struct gatherer *gatherer)
{
	struct procmaps_line line;

	gatherer->line[gatherer->length++] = '\n';

	long parsed = procmaps_parse(gatherer->line, gatherer->length, &line);

	gatherer->length = 0;
	if (parsed <= 0)
		return parsed ? parsed : -EINVAL;
	return gatherer->visit(&line, gatherer->context);
}

static long gather(struct gatherer *gatherer, const char *text, size_t length)
{
	while (length > 0) {
		const char *newline = memchr(text, '\n', length);
		size_t part = newline ? (size_t)(newline - text) : length;
		size_t room = sizeof(gatherer->line) - 1 - gatherer->length;
		size_t kept = part < room ? part : room;

		memcpy(gatherer->line + gatherer->length, text, kept);
		gatherer->length += kept;
		if (!newline)
			return 0;

		long result = end_line(gatherer);

		if (result)
			return result;
		text += part + 1;
		length -= part + 1;
	}
	return 0;
}

long maps_each(long (*visit)(const struct procmaps_line *line, void *context), void *context)
{
	struct gatherer gatherer = { .visit = visit, .context = context };
	char buffer[512];
	long fd = maps_open();
	long got, result = 0;

	if (fd < 0)
		return fd;
	while (result == 0 && (got = sys_read((int)fd, buffer, sizeof(buffer))) != 0) {
		if (got == -EINTR)
			continue;
		result = got < 0 ? got : gather(&gatherer, buffer, (size_t)got);
	}
	sys_close((int)fd);
	return result;
}
