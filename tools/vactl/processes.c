/* SPDX-License-Identifier: MIT */
#include "processes.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/utf8.h"
#include "message.h"
#include "procfile.h"

static int is_process(const struct dirent *entry)
{
	return entry->d_name[strspn(entry->d_name, "0123456789")] == 0;
}

int processes_see(const char *command,
		  void (*see)(void *context, const struct reading *reading), void *context)
{
	struct dirent **entries;
	int count, unread = 0;

	/* An empty folder /proc would pass for a system without processes. */
	count = access("/proc/self", F_OK) ? -1 :
					     scandir("/proc", &entries, is_process, versionsort);
	if (count < 0) {
		int err = -errno;

		if (command)
			message_print("%s: cannot read /proc: %s; is it mounted?", command,
				      strerror(-err));
		return err;
	}
	for (int i = 0; i < count; i++) {
		struct reading reading;

		reader_read(atoi(entries[i]->d_name), NULL, &reading);
		if (reading.state == READER_GOOD)
			see(context, &reading);
		else if (reading.state != READER_UNCONFINED && reading.state != READER_GONE)
			unread++;
		reader_free(&reading);
		free(entries[i]);
	}
	free(entries);
	return unread;
}

struct title title_of(const struct reading *reading)
{
	struct title title = { "" };
	long length = 0;
	char *text;

	if (reading->path) {
		snprintf(title.text, sizeof(title.text), "%s", reading->core.command);
		return title;
	}
	for (int i = 0; i < 2 && length <= 0; i++) {
		length = procfile_read(reading->pid, i ? "comm" : "cmdline", TITLE_MAX - 1, &text);
		if (length > 0)
			memcpy(title.text, text, (size_t)length);
		free(text);
	}
	if (length <= 0)
		return title;
	/* Servers that show their state leave the rest of the room blank. */
	while (length && strchr(" \n", title.text[length - 1]))
		title.text[--length] = 0;
	for (long i = 0; i < length; i++)
		if (!title.text[i])
			title.text[i] = ' ';
	return title;
}

struct title title_plain(const struct reading *reading)
{
	struct title title = title_of(reading);

	utf8_plain(title.text);
	return title;
}
