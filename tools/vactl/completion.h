/* SPDX-License-Identifier: MIT */
/*
 * Completion of a command line in a shell. The shells' scripts ask the vactl that
 * is being typed, and it answers from the tables of its usage text.
 */
#ifndef VACTL_COMPLETION_H
#define VACTL_COMPLETION_H

#include "command.h"

/* Prints the answers for the last of the words behind "vactl": one a line, then a
 * tab and its description. A line that begins with a colon is for the script:
 *
 *	:files      any file's name
 *	:nospace    the word may go on
 *	:command N  from word N on, counted from 0, it is a command of its own
 *
 * `commands` ends with NULL. Returns 0. */
int completion_print(const struct command *const *commands, int count, char **words);

#endif
