/* SPDX-License-Identifier: MIT */
/* The first line of a script, read as the kernel reads it. Pure. */
#ifndef VALIMIT_CORE_SCRIPT_H
#define VALIMIT_CORE_SCRIPT_H

#include <stdbool.h>
#include <stddef.h>

/* Bytes that the kernel looks at; what a file has less of is zero. */
#define SCRIPT_BYTES 256

/* How many scripts the kernel follows, each being the interpreter of the one before. */
#define SCRIPT_DEPTH 5

struct script {
	const char *interpreter; /* into the line, which is terminated there */
	const char *argument;    /* the rest of it; NULL: there is none */
};

/* Whether the line begins with "#!". */
bool script_is(const char line[SCRIPT_BYTES]);

/* Splits the line in place. False if it names no interpreter or its path may be
 * cut short. */
bool script_read(char line[SCRIPT_BYTES], struct script *script);

#endif
