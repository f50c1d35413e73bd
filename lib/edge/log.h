/* SPDX-License-Identifier: MIT */
/*
 * The destination of the trace and the report: a file, or the standard error output of the
 * process's start.
 *
 * No descriptor stays open. A program that closes all descriptors, or that opens a file and
 * relies on the lowest number, must not meet one of the library's, nor may the library write
 * into a file of the program's that got the number since. So the file is opened for each piece.
 * Before a write to descriptor 2, the library checks that it is still the same file; if not,
 * that file is opened by its name, if it has one.
 *
 * Each piece is one write(2) with O_APPEND, so lines of threads, handlers and processes never
 * mix. All functions are async-signal-safe and keep errno.
 */
#ifndef VALIMIT_EDGE_LOG_H
#define VALIMIT_EDGE_LOG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Bounded, since a handler may have a small stack. */
#define LOG_PATH_MAX 1024

struct log {
	bool is_stderr;
	bool per_process;      /* the name contains %p */
	bool begun;            /* the file was not empty at the start */
	uint64_t device, file; /* identity of the standard error output */
	uint32_t lost;         /* pieces that could not be written since the latest that could */
	size_t named;          /* offset of the given name in the path */
	char path[LOG_PATH_MAX]; /* absolute */
};

/* Takes a file's name, relative to the current directory, or "stderr"; %p in it stands for the
 * process's number. Creates the file. Returns 0 or -errno. */
long log_start(struct log *log, const char *name);

/* Starts the log that a variable names. On failure the process ends with status 125. */
void log_open(struct log *log, const char *variable, const char *name);

/* Writes a piece. Returns 0, or -errno; a failed piece is counted as lost. */
long log_write(struct log *log, const char *text, size_t length);

#endif
