/* SPDX-License-Identifier: MIT */
/* One line on stderr, beginning "valimit: ". Async-signal-safe. */
#ifndef VALIMIT_EDGE_MESSAGE_H
#define VALIMIT_EDGE_MESSAGE_H

#include "core/fmt.h"

/* Status of a process that could not be confined as it was asked to be. */
#define MESSAGE_EXIT_STATUS 125

struct message {
	struct fmt fmt;
	char text[512];
};

/* A message that begins "valimit: ". */
void message_begin(struct message *message);

/* Writes it, with a newline, in one call. */
void message_say(struct message *message);

/* Writes it and ends the process with status 125. */
void message_die(struct message *message) __attribute__((noreturn));

#endif
