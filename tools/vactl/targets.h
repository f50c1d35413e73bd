/* SPDX-License-Identifier: MIT */
/* The processes and core files that a command is to look into. */
#ifndef VACTL_TARGETS_H
#define VACTL_TARGETS_H

#include "command.h"

/* Takes the first `count` words as targets, with `more` words of the command behind
 * them. Digits are a PID; anything else is the path of a core file, if the command
 * takes CORE. Returns 0, or the exit status after a message. */
int targets_take(const struct command *command, struct arguments *arguments, int count);

/* Reads the targets. Returns 0, or the exit status after a message if one lacks what
 * the command needs. */
int targets_read(const struct command *command, struct arguments *arguments);

/* Takes the targets from the words behind the options and runs the command. Returns
 * the exit status: that of a failure too if a target's table could not be read. */
int targets_run(const struct command *command, struct arguments *arguments);

#endif
