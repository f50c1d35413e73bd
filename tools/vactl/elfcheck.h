/* SPDX-License-Identifier: MIT */
/* What a preloaded library would do in a program: be there, or not. */
#ifndef VACTL_ELFCHECK_H
#define VACTL_ELFCHECK_H

/* Looks at the program that execvp() would run, and at its interpreters. 0:
 * ld.so will preload into it, as far as can be told. Else the exit status
 * (command.h), after a message that says why not. */
int elfcheck_program(const char *name);

#endif
