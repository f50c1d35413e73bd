/* SPDX-License-Identifier: MIT */
/* System V shared memory: shmat(), shmdt(). */
#ifndef VALIMIT_PLACE_OP_SYSVSHM_H
#define VALIMIT_PLACE_OP_SYSVSHM_H

#include "area.h"
#include "table/space.h"

/* shmat()'s arguments as the caller gave them, and whose they are. */
struct attach {
	enum kind kind;   /* KIND_GUEST or KIND_HOST */
	struct area area; /* for an attach with address 0 */
	int id, flags;
	uintptr_t address;
	uintptr_t caller;
};

/* shmat(2); with address 0 the segment lies inside the area. The address or -errno. */
long sysvshm_attach(struct space *space, const struct attach *attach);

/* shmdt(2). 0 or -errno. */
long sysvshm_detach(struct space *space, uintptr_t address);

#endif
