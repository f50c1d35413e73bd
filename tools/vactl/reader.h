/* SPDX-License-Identifier: MIT */
/*
 * Reads the published table of a live process without stopping it, or the table in a core
 * file: finds the region by its name in the list of mappings, copies it, and checks that
 * nothing changed meanwhile.
 */
#ifndef VACTL_READER_H
#define VACTL_READER_H

#include "corefile.h"
#include "image.h"

struct reading {
	int pid;              /* of a core file, the one that the process had */
	const char *path;     /* of the core file; NULL: it is a live process */
	char *subject;        /* name in messages: "PID 12", "core file core" */
	enum reader_state state;
	int error;            /* errno of READER_HIDDEN, DENIED and FAILED */
	const char *why;      /* of READER_NO_CORE */
	struct corefile core; /* with a path */
	struct vmas vmas;     /* read even if the table cannot be */
	uint64_t address;     /* of the table in the process */
	struct table table;   /* its header; of READER_VERSION only `version` counts. Without
			       * a table: no window, and the bounds of user space */
	bool consistent;      /* else: the common part of two copies; of a core file, the
			       * process died in the middle of a change */
	struct intervals intervals;
};

/* Reads the process `pid`, or the core file at a `path`, which stays the caller's. Call
 * reader_free() in any state, also of a reading that is all zero. */
void reader_read(int pid, const char *path, struct reading *reading);
void reader_free(struct reading *reading);

/* Whether there is something to show: a table, or the list of a process without one. */
static inline bool reader_shows(const struct reading *reading)
{
	return reading->state == READER_GOOD || reading->state == READER_UNCONFINED;
}

/* The table; NULL: it could not be read, and nothing is known of a window. */
static inline const struct table *reader_table(const struct reading *reading)
{
	return reading->state == READER_GOOD ? &reading->table : NULL;
}

/* Says on stderr why there is no table, or why it is incomplete; else nothing. */
void reader_explain(const struct reading *reading);

#endif
