/* SPDX-License-Identifier: MIT */
#include "cmdline.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

size_t cmdline_read(int pid, char *text, size_t size)
{
	ssize_t length = 0;
	char path[32];

	for (int i = 0; i < 2 && length <= 0; i++) {
		snprintf(path, sizeof(path), i ? "/proc/%d/comm" : "/proc/%d/cmdline", pid);
		int fd = open(path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			return 0;
		length = read(fd, text, size);
		close(fd);
	}
	if (length <= 0)
		return 0;
	length -= text[length - 1] == 0 || text[length - 1] == '\n';
	for (ssize_t i = 0; i < length; i++)
		if (text[i] == 0)
			text[i] = ' ';
	/* Servers that show what they do leave the rest of the room blank. */
	while (length && text[length - 1] == ' ')
		length--;
	return (size_t)length;
}
