/* SPDX-License-Identifier: MIT */
/*
 * Reads the published table of a live process without stopping it: finds the
 * region by its name in /proc/PID/maps, copies it, and makes sure that nothing
 * changed meanwhile. Or that of a core file, in which nothing changes.
 */
#ifndef VACTL_READER_H
#define VACTL_READER_H

#include "core/table.h"
#include "core.h"
#include "image.h"
#include "target.h"
#include "vmas.h"

enum reader_state {
	READER_GOOD,
	READER_GONE,       /* no such process, or it has ended */
	READER_HIDDEN,     /* /proc/PID/maps may not be read */
	READER_DENIED,     /* the list may be read, the memory may not */
	READER_UNCONFINED, /* no table */
	READER_VERSION,    /* a table of another layout version */
	READER_DAMAGED,    /* a region of that name without a believable table */
	READER_NO_CORE,    /* the core file cannot be read; `why` says why not */
	READER_CUT,        /* the core file is cut short, and the table not in it */
	READER_UNDUMPED,   /* the table was left out of the core file */
	READER_FAILED,     /* anything else; `error` says what */
};

struct reading {
	struct target target;
	char *subject;        /* what messages call it: "PID 12", "core file core" */
	enum reader_state state;
	int error;            /* errno of READER_HIDDEN, DENIED and FAILED */
	const char *why;      /* of READER_NO_CORE */
	struct core core;     /* where the target is one */
	struct vmas vmas;     /* read even where the table cannot be */
	uint64_t address;     /* of the table in the process */
	struct table table;   /* its header; of READER_VERSION only `version` counts */
	bool consistent;      /* else only what was the same in two copies; of a core:
			       * the process died in the middle of a change */
	struct intervals intervals;
};

/* `target` is copied, its path is not. Fine or not, reader_free() then. */
void reader_read(const struct target *target, struct reading *reading);
void reader_free(struct reading *reading);

/* Says on stderr what is to be said of a reading: why there is none, or in
 * which way it is incomplete; nothing of a perfect one. */
void reader_explain(const struct reading *reading);

#endif
