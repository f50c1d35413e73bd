/* SPDX-License-Identifier: MIT */
#include "procfile.h"

long procfile_read(int pid, const char *name, size_t most, char **text)
{
	char path[48];

	snprintf(path, sizeof(path), "/proc/%d/%s", pid, name);
	return procfile_load(path, most, text);
}

long procfile_load(const char *path, size_t most, char **text)
{
	size_t length = 0, room = 0;
	ssize_t got = 1;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	*text = NULL;
	if (fd < 0)
		return -errno;
	while (got > 0 && length < most) {
		/* Files of /proc have no size; a large buffer takes few calls. */
		*text = memory_room(*text, length + 4096, &room, 1);
		got = room - length - 1 < most - length ? (ssize_t)(room - length - 1) :
							  (ssize_t)(most - length);
		got = read(fd, *text + length, (size_t)got);
		length += got > 0 ? (size_t)got : 0;
	}
	close(fd);
	if (got < 0)
		return -errno;
	(*text)[length] = 0;
	return (long)length;
}

long procfile_number(const char *path, long otherwise)
{
	SCOPED char *text = NULL;

	return procfile_load(path, 32, &text) > 0 ? strtol(text, NULL, 10) : otherwise;
}

int procfile_write(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);
	int err;

	if (fd < 0)
		return -errno;
	err = write(fd, text, strlen(text)) < 0 ? -errno : 0;
	close(fd);
	return err;
}
