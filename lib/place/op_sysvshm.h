/* SPDX-License-Identifier: MIT */
/* System V shared memory: shmat, shmdt. */
#ifndef VALIMIT_PLACE_OP_SYSVSHM_H
#define VALIMIT_PLACE_OP_SYSVSHM_H

#include "area.h"
#include "table/space.h"

/* shmat's arguments as the caller gave them, and whose they are. */
struct attach {
	enum kind kind;   /* KIND_GUEST or KIND_HOST */
	struct area area; /* where the segment may go, with address 0 */
	int id, flags;
	uintptr_t address;
	uintptr_t caller;
};

/* What shmat(2) does; with address 0 the segment lies inside the area. The
 * address or -errno. */
long sysvshm_attach(struct space *space, const struct attach *attach);

/* What shmdt(2) does. 0 or -errno. */
long sysvshm_detach(struct space *space, uintptr_t address);

#endif
