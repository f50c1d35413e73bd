/* SPDX-License-Identifier: MIT */
/*
 * What a shell offers to complete a command line of vactl. The scripts for the
 * shells know nothing by themselves: they ask the vactl that is being typed, and
 * it answers from the tables that its usage text comes from.
 */
#ifndef VACTL_COMPLETION_H
#define VACTL_COMPLETION_H

#include "command.h"

/* Prints the answers for the last of the words, which are those behind "vactl":
 * one a line, then a tab and what it is. A line that begins with a colon is for
 * the script:
 *
 *	:files      any file's name
 *	:nospace    the word may go on
 *	:command N  from word N on, counted from 0, it is a command of its own
 *
 * `commands` ends with NULL. Returns 0. */
int completion_print(const struct command *const *commands, int count, char **words);

#endif
