/* SPDX-License-Identifier: MIT */
/* Messages to the user: one line on stderr that begins with "valimit: ". Async-signal-safe. */
#ifndef VALIMIT_EDGE_MESSAGE_H
#define VALIMIT_EDGE_MESSAGE_H

#include "core/fmt.h"

/* Exit status of a process that cannot be confined as the user asked. */
#define MESSAGE_EXIT_STATUS 125

struct message {
	struct fmt fmt;
	char text[512];
};

/* Begins a message with "valimit: ". */
void message_begin(struct message *message);

/* Writes the message and a newline by one system call. */
void message_say(struct message *message);

/* Writes the message and ends the process with status 125. */
void message_die(struct message *message) __attribute__((noreturn));

#endif
