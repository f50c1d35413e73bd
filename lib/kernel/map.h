/* SPDX-License-Identifier: MIT */
/* mmap. */
#ifndef VALIMIT_KERNEL_MAP_H
#define VALIMIT_KERNEL_MAP_H

#include "area.h"
#include "space.h"

/* mmap's arguments as the caller gave them, and whose they are. */
struct request {
	enum kind kind;   /* KIND_GUEST or KIND_HOST */
	struct area area; /* where it may go, but for MAP_FIXED */
	uintptr_t address;
	size_t length;
	int prot, flags, fd;
	long offset;
	uintptr_t caller;
};

/* x86's MAP_32BIT, which a guest may give to any kernel. */
#define MAP_LOW 0x40

/* What mmap(2) does, at an address inside the area unless the caller demands
 * another. The address or -errno. */
long map_request(struct space *space, const struct request *request);

#endif
