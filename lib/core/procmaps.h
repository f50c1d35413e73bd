/* SPDX-License-Identifier: MIT */
/* One line of /proc/PID/maps. Pure: reads a buffer, keeps nothing. */
#ifndef VALIMIT_CORE_PROCMAPS_H
#define VALIMIT_CORE_PROCMAPS_H

#include <stddef.h>
#include <stdint.h>

struct procmaps_line {
	uintptr_t start, end; /* bytes, [start, end) */
	int prot;             /* PROT_READ | PROT_WRITE | PROT_EXEC */
	int shared;           /* the fourth permission is 's' */
	uint64_t offset;      /* bytes into the file */
	uint64_t inode;
	uint32_t major, minor; /* of the file's device */
	const char *name;     /* into the buffer, not terminated; "": none */
	size_t name_length;
};

/* Parses the line at `text`, at most `length` bytes, up to its newline. Returns the bytes
 * consumed, the newline included; 0: the buffer ends before the line does; -EINVAL: it is not a
 * maps line. */
long procmaps_parse(const char *text, size_t length, struct procmaps_line *line);

#endif
