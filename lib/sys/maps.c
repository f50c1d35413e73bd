/* SPDX-License-Identifier: MIT */
#include "maps.h"

#include <errno.h>
#include <string.h>

#include "sys.h"

/* A line's fixed part takes 73 bytes; what follows is the name. */
#define LINE_MAX_KEPT 128

/* Collects lines out of arbitrary pieces; of a long one in two the first part. */
struct gatherer {
	char line[LINE_MAX_KEPT];
	size_t length;
	maps_visit *visit;
	void *context;
};

/* Also a process whose first thread has ended has this; its other one is empty,
 * or cannot be opened. */
static long open_thread(void)
{
	return sys_open("/proc/thread-self/maps", O_RDONLY | O_CLOEXEC);
}

long maps_open(void)
{
	/* It is found sooner than a thread's. */
	long fd = sys_open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

	return fd == -ESRCH || fd == -ENOENT ? open_thread() : fd;
}

/* What the line takes; or 0 where it is not complete, or what ends the reading. */
static long visit_line(struct gatherer *gatherer, const char *text, size_t length, long *result)
{
	struct procmaps_line line;
	long parsed = procmaps_parse(text, length, &line);

	*result = parsed > 0 ? gatherer->visit(&line, gatherer->context) : parsed;
	return parsed;
}

static void keep(struct gatherer *gatherer, const char *text, size_t length)
{
	size_t room = sizeof(gatherer->line) - 1 - gatherer->length;

	if (length > room)
		length = room;
	memcpy(gatherer->line + gatherer->length, text, length);
	gatherer->length += length;
}

static long end_line(struct gatherer *gatherer)
{
	size_t length = gatherer->length;
	long result;

	gatherer->line[length] = '\n';
	gatherer->length = 0;
	return visit_line(gatherer, gatherer->line, length + 1, &result) ? result : -EINVAL;
}

static long gather(struct gatherer *gatherer, const char *text, size_t length)
{
	const char *end = text + length, *newline;
	long result = 0, taken;

	if (gatherer->length && (newline = memchr(text, '\n', length))) {
		keep(gatherer, text, (size_t)(newline - text));
		result = end_line(gatherer);
		text = newline + 1;
	}
	for (; result == 0 && gatherer->length == 0 && text < end; text += taken) {
		taken = visit_line(gatherer, text, (size_t)(end - text), &result);
		if (taken == 0)
			break;
	}
	if (result == 0)
		keep(gatherer, text, (size_t)(end - text));
	return result;
}

/* -ESRCH where there is nothing at all. */
static long read_list(long fd, char *buffer, size_t size, struct gatherer gatherer)
{
	long got, result = 0;
	bool empty = true;

	if (fd < 0)
		return fd;
	while (result == 0 && (got = sys_read((int)fd, buffer, size)) != 0) {
		if (got == -EINTR)
			continue;
		empty = false;
		result = got < 0 ? got : gather(&gatherer, buffer, (size_t)got);
	}
	sys_close((int)fd);
	return empty ? -ESRCH : result;
}

long maps_each_by(char *buffer, size_t size, maps_visit *visit, void *context)
{
	struct gatherer gatherer = { .visit = visit, .context = context };
	long result = read_list(maps_open(), buffer, size, gatherer);

	return result == -ESRCH ? read_list(open_thread(), buffer, size, gatherer) : result;
}

long maps_each(maps_visit *visit, void *context)
{
	char buffer[512];

	return maps_each_by(buffer, sizeof(buffer), visit, context);
}
