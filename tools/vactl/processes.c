/* SPDX-License-Identifier: MIT */
#include "processes.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "message.h"

static int is_process(const struct dirent *entry)
{
	return entry->d_name[strspn(entry->d_name, "0123456789")] == 0;
}

int processes_see(void (*see)(void *context, int pid, const struct reading *reading),
		  void *context)
{
	struct dirent **entries;
	int count, unread = 0;

	/* A folder of that name without the file system is one without processes. */
	if (access("/proc/self", F_OK))
		return -errno;
	count = scandir("/proc", &entries, is_process, versionsort);
	if (count < 0)
		return -errno;
	for (int i = 0; i < count; i++) {
		int pid = atoi(entries[i]->d_name);
		struct target target = target_process(pid);
		struct reading reading;

		reader_read(&target, &reading);
		if (reading.state == READER_GOOD)
			see(context, pid, &reading);
		else if (reading.state != READER_UNCONFINED && reading.state != READER_GONE)
			unread++;
		reader_free(&reading);
		free(entries[i]);
	}
	free(entries);
	return unread;
}

void processes_explain(const char *command, int error)
{
	message_print("%s: cannot read /proc: %s; is it mounted?", command, strerror(-error));
}
