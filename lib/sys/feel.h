/* SPDX-License-Identifier: MIT */
/*
 * What is mapped, without the kernel's list: the calls that map tell it by how they
 * fail. They need no descriptor, no /proc and no right that a program which maps has
 * not.
 */
#ifndef VALIMIT_SYS_FEEL_H
#define VALIMIT_SYS_FEEL_H

#include "core/window.h"
#include "sys.h"

/* What the kernel says of a mapping. */
struct vma_facts {
	struct span span;
	int prot;       /* of one that is felt for: all that there is, or nothing */
	bool anonymous; /* no file is behind it */
};

/* Whether it only keeps addresses, as fence does. */
static inline bool vma_reserves(const struct vma_facts *facts)
{
	return facts->prot == PROT_NONE && facts->anonymous;
}

/* What a look without the kernel's list has to know. */
struct vma_bounds {
	size_t page;        /* bytes */
	uintptr_t min, top; /* user space */
};

/* Whether one mapping covers [start, end), whose pages may not be read: a
 * reservation. */
bool feel_reserved(const struct vma_bounds *bounds, uintptr_t start, uintptr_t end);

/* Whether the address can be read; true as well where that cannot be told. */
bool feel_readable(uintptr_t address);

/* Whether one mapping covers [start, end). */
bool feel_one(const struct vma_bounds *bounds, uintptr_t start, uintptr_t end);

/* Where the mapping ends that covers [start, end). */
uintptr_t feel_end(const struct vma_bounds *bounds, uintptr_t start, uintptr_t end);

/* The next mapping that touches the range, whole, which leaves the range behind it: 1;
 * 0 where there is none; or -EIO, where the kernel's answers make no sense. Free parts
 * of the range are reserved for a moment. Takes a hundred system calls: the list is
 * better where there is one. */
int feel_next(const struct vma_bounds *bounds, struct span *range, struct vma_facts *found);

#endif
