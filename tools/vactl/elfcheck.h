/* SPDX-License-Identifier: MIT */
/* What a preloaded library would do in a program: be there, or not. */
#ifndef VACTL_ELFCHECK_H
#define VACTL_ELFCHECK_H

#include <limits.h>
#include <stdbool.h>

/* What was found of a program. */
struct elfcheck {
	char path[PATH_MAX]; /* the file that execvp() would take */
	bool plain;          /* it comes down to text without "#!": the shell's, for execvp() */
	bool closed;         /* another libc's: our library would end it */
};

/* Looks at the program that execvp() would run, and at its interpreters. 0:
 * ld.so will preload into it, as far as can be told; or, where the reach is
 * `whole`, the launcher can start it. Else the exit status (command.h), after a
 * message that says why not. */
int elfcheck_program(const char *name, bool whole, struct elfcheck *check);

#endif
