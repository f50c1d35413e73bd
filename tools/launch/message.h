/* SPDX-License-Identifier: MIT */
/* One line on stderr. It begins "vactl: run: ", as all messages of vactl run, or "valimit:
 * ", as all of the library, if the library has called. */
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

/* Sets the function that starts the program in another way after a failure; it returns if
 * that fails. From then on messages begin "valimit: ". */
void message_rescue(void (*rescue)(void));

/* From here on message_say() writes nothing: programs such as configure scripts read the
 * standard error output of the programs that they execute. */
void message_hush(void);

void message_begin(struct launch_message *message);

/* Ends the line and returns its length. Bytes that are no plain text (core/utf8.h), as in
 * names of files, become '?', so that it stays one line. */
size_t message_end(struct launch_message *message);

/* message_say() writes one line of the texts, which NULL terminates. message_die() also ends
 * the process. */
void message_say(const char *text, ...) __attribute__((sentinel));
_Noreturn void message_die(int status, const char *text, ...) __attribute__((sentinel));

/* Writes "cannot run NAME: " and the reason, and ends the process with the status for
 * -errno. */
_Noreturn void message_cannot_run(const char *name, const char *file, long error);

/* The text of an error; "": only its number is known. */
const char *message_error(long error);

#endif
