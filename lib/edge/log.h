/* SPDX-License-Identifier: MIT */
/*
 * Where the trace and the report go: a file, or what the standard error output
 * was at the start.
 *
 * No descriptor stays open. A program that closes all it finds, or opens and
 * counts on the lowest number, must not see one, and must not make us write
 * into a file of its own that has got the number since. So the file is opened
 * for each piece and closed again, and before anything is written to
 * descriptor 2 it is asked whether it is still the same file; if not, that file
 * is opened by its name, as long as it has one.
 *
 * Each piece is one write(2) to a file that is open for appending: no line is
 * torn, whichever thread, handler or process writes. All functions are
 * async-signal-safe and leave errno alone.
 */
#ifndef VALIMIT_EDGE_LOG_H
#define VALIMIT_EDGE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A handler may have little stack. */
#define LOG_PATH_MAX 1024

struct log {
	bool is_stderr;
	bool per_process;      /* the name has %p */
	bool begun;            /* the file was not empty at the start */
	uint64_t device, file; /* of stderr */
	uint32_t lost;         /* pieces that could not be written, since the last that could */
	size_t named;          /* where the given name begins in the path */
	char path[LOG_PATH_MAX]; /* absolute */
};

/* Takes over a file's name, relative to the present directory, or "stderr"; %p
 * in a name is the process's number. Makes the file. 0, or -errno. */
long log_start(struct log *log, const char *name);

/* Starts the log that a variable names. Where that fails the process ends with 125. */
void log_open(struct log *log, const char *variable, const char *name);

/* Writes a piece: 0, or -errno, and then it is counted as lost. */
long log_write(struct log *log, const char *text, size_t length);

#endif
