/* SPDX-License-Identifier: MIT */
/* A script's first line, read by the kernel's rules. Pure. */
#ifndef VALIMIT_CORE_SCRIPT_H
#define VALIMIT_CORE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes of a file that the kernel looks at. It reads bytes behind the file's end as 0. */
#define SCRIPT_BYTES 256

/* The longest chain of scripts, each one the interpreter of another, that the kernel follows. */
#define SCRIPT_DEPTH 5

struct script {
	const char *interpreter; /* into the line, which script_read() terminates there */
	const char *argument;    /* the rest of the line; NULL: there is none */
};

/* Whether the line begins with "#!". */
bool script_is(const char line[SCRIPT_BYTES]);

/* Splits the line in place. False if the line names no interpreter, or if its path may be cut
 * short. */
bool script_read(char line[SCRIPT_BYTES], struct script *script);

#endif
