/* SPDX-License-Identifier: MIT */
/*
 * A small kernel: an address space of a few pages, each with its maker and with
 * what a program has written to it. It judges each call: memory of one maker may
 * not be taken away by another, nor by its own where its program did not name it;
 * and fence goes only where a claim is.
 */
#ifndef VALIMIT_TESTS_MODEL_KERNEL_H
#define VALIMIT_TESTS_MODEL_KERNEL_H

#include <stdbool.h>
#include <stdint.h>

#include "explore.h"
#include "library.h"

#define KERNEL_PAGE  4096UL
#define KERNEL_MIN   0x10000UL
#define KERNEL_PAGES 52
#define KERNEL_TOP   (KERNEL_MIN + KERNEL_PAGES * KERNEL_PAGE)

#define KERNEL_MAKERS (2 * EXPLORE_THREADS)
#define MAKER_FENCE   (-1)

struct kernel_page {
	bool mapped, fence; /* fence: of no maker */
	int prot;
	int maker;
	int content; /* what its program has written; 0: nothing yet */
};

/* Fence, or as good as that outside the window: programs of the model have no memory
 * that they cannot read. */
static inline bool kernel_reserves(const struct kernel_page *page)
{
	return page->mapped && page->prot == PROT_NONE;
}

/* Whether any of it is reserved, as valimit_reserve() does it. */
bool kernel_keeps(const struct space *space, uintptr_t at, size_t length);

/* All that there is of it. */
struct kernel {
	struct kernel_page page[KERNEL_PAGES];
	struct span named[KERNEL_MAKERS][2]; /* by the call that each maker is in */
	uintptr_t list[8]; /* of open files: where the next reading begins; 0: closed */
	const struct space *space; /* whose claims are asked for; NULL: none */
};

extern struct kernel kernel;

struct kernel_page *kernel_at(uintptr_t address);

/* The mapping at or above the address, as the kernel's list has it: neighbours that
 * are alike are one. False where there is none. */
bool kernel_vma(uintptr_t address, struct span *span, int *prot);

/* Whether each page is mapped. */
bool kernel_has(uintptr_t address, size_t length);

long kernel_mmap(uintptr_t address, size_t length, int prot, int flags);
long kernel_munmap(uintptr_t address, size_t length);
long kernel_mremap(uintptr_t old, size_t old_size, size_t new_size, int flags, uintptr_t new);

/* MADV_DONTDUMP, which tells fence from a placeholder. */
void kernel_dress(uintptr_t address, size_t length);

#endif
