/* SPDX-License-Identifier: MIT */
/*
 * Reads the published table of a live process without stopping it: finds the
 * region by its name in /proc/PID/maps, copies it, and checks that nothing
 * changed meanwhile. Or reads the table that a core file has.
 */
#ifndef VACTL_READER_H
#define VACTL_READER_H

#include "core/table.h"
#include "corefile.h"
#include "image.h"
#include "vmas.h"

struct reading {
	int pid;              /* of a core file, the one that the process had */
	const char *path;     /* of the core file; NULL: it is a live process */
	char *subject; /* its name in messages: "PID 12", "core file core" */
	enum reader_state state;
	int error;            /* errno of READER_HIDDEN, DENIED and FAILED */
	const char *why;      /* of READER_NO_CORE */
	struct corefile core; /* with a path */
	struct vmas vmas;     /* read even if the table cannot be */
	uint64_t address;     /* of the table in the process */
	struct table table;   /* its header; of READER_VERSION only `version` counts. Without
			       * one: no window, and the bounds of user space */
	bool consistent;      /* else: what two copies had in common; of a core file, the
			       * process died in the middle of a change */
	struct intervals intervals;
};

/* Reads the process `pid`, or with a `path`, which stays the caller's, a core file. Call
 * reader_free() in any state. */
void reader_read(int pid, const char *path, struct reading *reading);
void reader_free(struct reading *reading);

/* Whether there is something to show: a table, or the list of a process without. */
static inline bool reader_shows(const struct reading *reading)
{
	return reading->state == READER_GOOD || reading->state == READER_UNCONFINED;
}

/* The table; NULL: there is none to be read, and nothing is known of a window. */
static inline const struct table *reader_table(const struct reading *reading)
{
	return reading->state == READER_GOOD ? &reading->table : NULL;
}

/* Says on stderr why there is no table, or in which way it is incomplete; nothing
 * of a complete one. */
void reader_explain(const struct reading *reading);

#endif
