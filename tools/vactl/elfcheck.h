/* SPDX-License-Identifier: MIT */
/* Whether a preloaded library would take effect in a program. */
#ifndef VACTL_ELFCHECK_H
#define VACTL_ELFCHECK_H

#include <limits.h>
#include <stdbool.h>

struct elfcheck {
	char path[PATH_MAX]; /* the file that execvp() would take */
	bool plain;          /* it is text without "#!", which execvp() gives to the shell */
	bool closed;         /* of another libc: the library would end it */
};

/* Checks the program that execvp() would run, and its interpreters. Returns 0 if
 * ld.so will preload into it or, with `whole`, the launcher can start it; else the
 * exit status, after a message. */
int elfcheck_program(const char *name, bool whole, struct elfcheck *check);

#endif
