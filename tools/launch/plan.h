/* SPDX-License-Identifier: MIT */
/* Where everything will lie, decided before anything is moved. */
#ifndef LAUNCH_PLAN_H
#define LAUNCH_PLAN_H

#include "layout.h"
#include "personality.h"
#include "program.h"
#include "self.h"

/* What lies outside the window and has to: a program's and its dynamic linker's
 * fixed image, and a vDSO that cannot be moved. */
#define PLAN_ISLANDS 3

/* The stack's words and the pointers to them are less than so many bytes apart, as by the
 * kernel's arch_align_stack(): the stack pointer's lowest bits are random. */
#define PLAN_APART 8192

struct plan {
	struct layout layout;
	struct native native;     /* these places are taken where the window holds them */
	size_t apart;             /* the stack's words from the pointers to them */
	struct span stack;        /* the guard below it not counted */
	struct span stack_guard;
	struct span vdso;         /* where it is to be; empty: there is none */
	struct span interpreter;  /* where the dynamic linker's image goes */
	struct span image;        /* where the program's goes */
	struct span trampoline;         /* for the code that outlives the launcher */
	uintptr_t brk;            /* where the heap of brk(2) starts */
	struct span edge;         /* fenced part of the window's top; empty: none */
	struct span room;         /* fenced, for the library; empty: none */
	int islands;
	struct span island[PLAN_ISLANDS]; /* ascending */
};

/* Decides. `stack_needs` is what arguments and environment take, `trampoline_size`
 * what the trampoline does. Ends the process where the window has no room. */
void plan_make(struct plan *plan, struct settings *settings,
	       const struct personality *personality,
	       const struct program *program, const struct self *self, size_t stack_needs,
	       size_t trampoline_size);

/* Adds an island, and prints a line with its name, the reason and its place. */
void plan_island(struct plan *plan, struct span island, const char *name, const char *why);

#endif
