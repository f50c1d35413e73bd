/* SPDX-License-Identifier: MIT */
/*
 * The library's state over the model's kernel, set up before each run and judged
 * after it; and what the program, which has a few threads, believes to own.
 */
#ifndef VALIMIT_TESTS_MODEL_BED_H
#define VALIMIT_TESTS_MODEL_BED_H

#include "kernel.h"
#include "library.h"

#define BED_LOWER (KERNEL_MIN + 8 * KERNEL_PAGE)
#define BED_UPPER (KERNEL_MIN + 28 * KERNEL_PAGE)

/* Another window for the calls that change it: it loses two pages at the bottom, and
 * gains two at the top. */
#define BED_OTHER_LOWER (BED_LOWER + 2 * KERNEL_PAGE)
#define BED_OTHER_UPPER (BED_UPPER + 2 * KERNEL_PAGE)

/* A reservation, of what is below the window and in it; and what calls in it name: a range,
 * and a page of each of two threads. */
#define BED_RESERVED (KERNEL_MIN + 3 * KERNEL_PAGE)
#define BED_RESERVED_END (KERNEL_MIN + 12 * KERNEL_PAGE)
#define BED_RANGE (KERNEL_MIN + 6 * KERNEL_PAGE)
#define BED_OWN(who) (BED_RESERVED + 2 * KERNEL_PAGE * (uintptr_t)(who))
#define BED_OWNERS 2

#define BED_REGIONS 6 /* of one thread or handler, at most */

/* Memory of the program. */
struct region {
	uintptr_t start;
	size_t length;  /* 0: none */
	enum kind kind;
	int content;    /* what it has written there */
};

struct bed {
	struct space space;
	struct region region[KERNEL_MAKERS][BED_REGIONS];
	int written;    /* the latest content */
	bool in_doubt;  /* a call was interrupted, or did without the table */
	bool in_child;  /* as fork leaves it */
	bool held;      /* there is a reservation */
	bool shifting;  /* one thread changes the limits */
	bool contended; /* other things may have been mapped where the reservation was */
	bool releases;  /* some thread of the plan does RELEASE */
};

extern struct bed bed;

enum bed_sort {
	BED_DIRECT,  /* the kernel places guests */
	BED_PLACING, /* the library does */
	BED_EDGE,    /* the kernel does, and a part of the window is kept back; the hosts'
		      * memory leaves no fence at the end of user space */
	BED_HELD,    /* the kernel does, and there is a reservation */
	BED_HELD_PLACING, /* the library does, and there is one */
	BED_SORTS
};

/* Raises the fence, and gives each of the threads two pages outside as a host's, most
 * often with fence above, and one inside as a guest's; with a reservation, a page of it as
 * well. What bed_begin() brings back later. */
void bed_make(enum bed_sort sort, int threads);
void bed_begin(void);

/* After a run. */
void bed_judge(void);

/* The thread's first region of a kind; of no length where it has none. */
struct region *bed_region(int who, enum kind kind);

/* The thread's first region in BED_RANGE's part of the reservation, or at its own page. */
struct region *bed_reserved(int who);

/* New memory of `who`, after the call that has made it: it is where it has to be,
 * and new. Writes to it. */
void bed_add(int who, enum kind kind, uintptr_t start, size_t length);
void bed_write(struct region *region, int who);

/* As bed_add(), for a call that has named the place. */
struct region *bed_put(int who, enum kind kind, uintptr_t start, size_t length);

/* All that was written is there. */
void bed_visit(const struct region *region);

#endif
