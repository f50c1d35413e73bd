/* SPDX-License-Identifier: MIT */
/*
 * Probes of the address space, for when the kernel's list is not available. The errors of
 * mapping calls tell what is mapped. The probes need no descriptor, no /proc, and no right
 * beyond those of a program that maps.
 */
#ifndef VALIMIT_SYS_FEEL_H
#define VALIMIT_SYS_FEEL_H

#include "core/window.h"
#include "sys.h"

/* The properties of one mapping (VMA). */
struct vma_facts {
	struct span span;
	int prot;       /* from a probe: all protections, or PROT_NONE */
	bool anonymous; /* the mapping has no file */
};

/* Whether the mapping only reserves addresses, as the fence does. */
static inline bool vma_reserves(const struct vma_facts *facts)
{
	return facts->prot == PROT_NONE && facts->anonymous;
}

/* The address space's constants, for probes. */
struct vma_bounds {
	size_t page;        /* bytes */
	uintptr_t min, top; /* user space is [min, top) */
};

/* Whether one mapping without read access, a reservation, covers [start, end). */
bool feel_reserved(const struct vma_bounds *bounds, uintptr_t start, uintptr_t end);

/* Whether the address is readable; also true if the kernel does not tell. */
bool feel_readable(uintptr_t address);

/* Whether one mapping covers [start, end). */
bool feel_one(const struct vma_bounds *bounds, uintptr_t start, uintptr_t end);

/* The end of the mapping that covers [start, end). */
uintptr_t feel_end(const struct vma_bounds *bounds, uintptr_t start, uintptr_t end);

/* Finds the whole extent of the next mapping that touches the range, and moves the range behind
 * it. Returns 1; 0: there is none; -EIO: the kernel's answers are inconsistent. Free parts of
 * the range are reserved for a moment. It takes about a hundred system calls, so the kernel's
 * list is the better source. */
int feel_next(const struct vma_bounds *bounds, struct span *range, struct vma_facts *found);

#endif
