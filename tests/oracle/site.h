/* SPDX-License-Identifier: MIT */
/* The state of one of the two processes: its side, the beds, results of earlier calls,
 * objects to map. */
#ifndef TESTS_ORACLE_SITE_H
#define TESTS_ORACLE_SITE_H

#include "config.h"
#include "shared.h"

struct slot {
	uintptr_t address; /* 0: empty */
	size_t length;     /* whole pages */
};

struct site {
	enum side side;
	const struct config *config;
	struct shared *shared;
	struct slot slot[OP_SLOTS];
	int fd[FILES];
	int segment[SEGMENTS];
	bool grows; /* something was mapped with MAP_GROWSDOWN */
	bool huge;  /* something was mapped in huge pages */
	bool uncopied; /* something that a fork's child does not get */
	int filler; /* the file of VMAS_FILLER */
};

/* An address range that an operation may change at will. */
struct room {
	uintptr_t start, end;
};

/* The end of user space where it has 47 bits, less the page that is none. */
#define SITE_TOP ((1UL << 47) - 4096)

/* The room that holds the address; `edges`: with the addresses outside the window. Empty if
 * there is none. */
struct room site_room(const struct site *site, uintptr_t address, bool edges);

/* The bed that holds the address, its edges included; NULL: none. */
const struct bed *site_bed(const struct site *site, uintptr_t address);

#endif
