/* SPDX-License-Identifier: MIT */
#include "maps.h"

#include <errno.h>
#include <string.h>

#include "sys.h"

/* A line's fixed part takes 73 bytes; its name follows. */
#define LINE_MAX_KEPT 128

/* Joins pieces of text into lines. Of a long line in two pieces only the first LINE_MAX_KEPT
 * bytes are kept. */
struct gatherer {
	char line[LINE_MAX_KEPT];
	size_t length;
	maps_visit *visit;
	void *context;
};

/* Opens the list of the current thread. If the process's first thread has ended,
 * /proc/self/maps is empty or cannot be opened, and this one still works. */
static long open_thread(void)
{
	return sys_open("/proc/thread-self/maps", O_RDONLY | O_CLOEXEC);
}

long maps_open(void)
{
	/* /proc/self is a shorter lookup than /proc/thread-self. */
	long fd = sys_open("/proc/self/maps", O_RDONLY | O_CLOEXEC);

	return fd == -ESRCH || fd == -ENOENT ? open_thread() : fd;
}

/* Returns the bytes that the line takes; 0: the line is not complete; negative: it is not a
 * line of maps. *result receives the visitor's answer, or that error. */
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

/* Reads the whole list. -ESRCH if it is empty. */
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
