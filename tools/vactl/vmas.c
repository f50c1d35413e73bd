/* SPDX-License-Identifier: MIT */
#include "vmas.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "message.h"

/* The whole file, which tells no size beforehand. Returns its length or -errno. */
static long read_text(int fd, char **text)
{
	size_t length = 0, size = 0;
	ssize_t got;

	do {
		if (size - length < 4096) {
			size = size ? size * 2 : 65536;
			*text = memory_array(*text, size, 1);
		}
		got = read(fd, *text + length, size - length);
		if (got < 0)
			return -errno;
		length += (size_t)got;
	} while (got);
	return (long)length;
}

static void parse_text(struct vmas *vmas, size_t length)
{
	const char *at = vmas->text, *end = vmas->text + length;
	size_t room = 0;
	long used;

	for (;; at += used, vmas->count++) {
		if (vmas->count == room) {
			room = room ? room * 2 : 256;
			vmas->line = memory_array(vmas->line, room, sizeof(*vmas->line));
		}
		used = procmaps_parse(at, (size_t)(end - at), &vmas->line[vmas->count]);
		if (used <= 0)
			return;
	}
}

int vmas_read(int pid, struct vmas *vmas)
{
	char path[32];
	long length;
	int fd;

	*vmas = (struct vmas){ 0 };
	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -errno;
	length = read_text(fd, &vmas->text);
	close(fd);
	if (length < 0)
		return (int)length;
	parse_text(vmas, (size_t)length);
	return 0;
}

void vmas_free(struct vmas *vmas)
{
	free(vmas->text);
	free(vmas->line);
	*vmas = (struct vmas){ 0 };
}

size_t vmas_seek(const struct vmas *vmas, uint64_t address)
{
	size_t low = 0, high = vmas->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (vmas->line[middle].end <= address)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

const struct procmaps_line *vmas_find(const struct vmas *vmas, uint64_t address)
{
	size_t at = vmas_seek(vmas, address);

	if (at < vmas->count && vmas->line[at].start <= address)
		return &vmas->line[at];
	return NULL;
}

void vmas_permissions(const struct procmaps_line *vma, char *text)
{
	text[0] = vma->prot & PROT_READ ? 'r' : '-';
	text[1] = vma->prot & PROT_WRITE ? 'w' : '-';
	text[2] = vma->prot & PROT_EXEC ? 'x' : '-';
	if (vma->prot < 0)
		memset(text, '?', 3);
	text[3] = vma->shared < 0 ? '?' : vma->shared ? 's' : 'p';
	text[4] = 0;
}
