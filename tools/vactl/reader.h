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

/* A live process, or a core file. */
struct target {
	int pid;          /* 0: a core file */
	const char *path; /* of the core file; NULL: a process */
};

static inline bool target_is_core(const struct target *target)
{
	return target->path;
}

enum reader_state {
	READER_GOOD,
	READER_GONE,       /* no such process, or it has ended */
	READER_HIDDEN,     /* /proc/PID/maps may not be read */
	READER_DENIED,     /* the list may be read, the memory may not */
	READER_UNCONFINED, /* no table */
	READER_VERSION,    /* a table of another layout version */
	READER_DAMAGED,    /* a region of that name without a believable table */
	READER_NO_CORE,    /* the core file cannot be read; `why` says why not */
	READER_CUT,        /* the core file ends before the table */
	READER_UNDUMPED,   /* the core file was written without the table */
	READER_FAILED,     /* anything else; `error` says what */
};

struct reading {
	struct target target;
	char *subject; /* its name in messages: "PID 12", "core file core" */
	enum reader_state state;
	int error;            /* errno of READER_HIDDEN, DENIED and FAILED */
	const char *why;      /* of READER_NO_CORE */
	struct corefile core; /* if the target is one */
	struct vmas vmas;     /* read even if the table cannot be */
	uint64_t address;     /* of the table in the process */
	struct table table;   /* its header; of READER_VERSION only `version` counts. Without
			       * one: no window, and the bounds of user space */
	bool consistent;      /* else: what two copies had in common; of a core file, the
			       * process died in the middle of a change */
	struct intervals intervals;
};

/* Copies `target`, but not its path. Call reader_free() in any state. */
void reader_read(const struct target *target, struct reading *reading);
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
