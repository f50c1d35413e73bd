/* SPDX-License-Identifier: MIT */
/* The plan of all places, made before the first mapping moves. */
#ifndef LAUNCH_PLAN_H
#define LAUNCH_PLAN_H

#include "layout.h"
#include "personality.h"
#include "program.h"
#include "self.h"

/* The mappings that stay outside the window: the fixed images of a program and its dynamic
 * linker, and a vDSO that cannot be moved. */
#define PLAN_ISLANDS 3

/* The largest distance between the stack's words and the pointers to them, as in the
 * kernel's arch_align_stack(): the stack pointer's lowest bits are random. */
#define PLAN_APART 8192

struct plan {
	struct layout layout;
	struct native native;     /* the kernel's places, used if the window holds them */
	size_t apart;             /* distance of the stack's words from the pointers to them */
	struct span stack;        /* the guard below it not counted */
	struct span stack_guard;
	struct span vdso;         /* its new place; empty: there is none */
	struct span interpreter;  /* place of the dynamic linker's image */
	struct span image;        /* place of the program's image */
	struct span trampoline;         /* for the code that outlives the launcher */
	uintptr_t brk;            /* where the heap of brk(2) starts */
	struct span edge;         /* fenced part of the window's top; empty: none */
	struct span room;         /* fenced, for the library; empty: none */
	int islands;
	struct span island[PLAN_ISLANDS]; /* ascending */
};

/* Makes the plan. `stack_needs` is the size of arguments and environment, `trampoline_size`
 * the trampoline's, in bytes. Ends the process if the window has no room. */
void plan_make(struct plan *plan, struct settings *settings,
	       const struct personality *personality,
	       const struct program *program, const struct self *self, size_t stack_needs,
	       size_t trampoline_size);

/* Adds an island, and prints a line with its name, the reason and its place. */
void plan_island(struct plan *plan, struct span island, const char *name, const char *why);

#endif
