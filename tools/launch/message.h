/* SPDX-License-Identifier: MIT */
/* One line on stderr, beginning "vactl: run: ", as all that vactl run says, or
 * "valimit: ", as all that the library says, where that has called. */
#ifndef LAUNCH_MESSAGE_H
#define LAUNCH_MESSAGE_H

#include "core/fmt.h"

/* Exit statuses, as env(1) and timeout(1) have them. */
#define STATUS_OWN 125
#define STATUS_CANNOT_RUN 126
#define STATUS_NOT_FOUND 127

struct launch_message {
	struct fmt fmt;
	char text[1024];
};

/* What to do before the launcher ends itself; it returns where that fails. The
 * library has called then, and the messages say so. */
void message_rescue(void (*rescue)(void));

/* From here on message_say() writes nothing: the standard error output of what a program
 * executes is read, and a line there changes what configure scripts find. */
void message_hush(void);

void message_begin(struct launch_message *message);

/* Ends the line. What is not plain text in it (core/utf8.h), as names of files may not be,
 * becomes '?', so that it stays one line. Returns its length. */
size_t message_end(struct launch_message *message);

/* Both, with the texts between, NULL-terminated; then writes the line, or writes
 * it and ends the process. */
void message_say(const char *text, ...) __attribute__((sentinel));
_Noreturn void message_die(int status, const char *text, ...) __attribute__((sentinel));

/* "cannot run NAME: ", why, and the status that goes with -errno. */
_Noreturn void message_cannot_run(const char *name, const char *file, long error);

/* What an error means; "" where the number has to do. */
const char *message_error(long error);

#endif
