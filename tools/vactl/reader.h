/* SPDX-License-Identifier: MIT */
/*
 * Reads the published table of a live process without stopping it: finds the
 * region by its name in /proc/PID/maps, copies it, and makes sure that nothing
 * changed meanwhile.
 */
#ifndef VACTL_READER_H
#define VACTL_READER_H

#include "core/table.h"
#include "image.h"
#include "vmas.h"

enum reader_state {
	READER_GOOD,
	READER_GONE,       /* no such process, or it has ended */
	READER_HIDDEN,     /* /proc/PID/maps may not be read */
	READER_DENIED,     /* the list may be read, the memory may not */
	READER_UNCONFINED, /* no table */
	READER_VERSION,    /* a table of another layout version */
	READER_DAMAGED,    /* a region of that name without a believable table */
	READER_FAILED,     /* anything else; `error` says what */
};

struct reading {
	enum reader_state state;
	int error;            /* errno of READER_HIDDEN, DENIED and FAILED */
	struct vmas vmas;     /* read even where the table cannot be */
	uint64_t address;     /* of the table in the process */
	struct table table;   /* its header; of READER_VERSION only `version` counts */
	bool consistent;      /* else only what was the same in two copies */
	struct intervals intervals;
};

void reader_read(int pid, struct reading *reading);
void reader_free(struct reading *reading);

/* Says on stderr what is to be said of a reading: why there is none, or in
 * which way it is incomplete; nothing of a perfect one. */
void reader_explain(int pid, const struct reading *reading);

#endif
