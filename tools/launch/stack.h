/* SPDX-License-Identifier: MIT */
/* The program's stack, as a kernel leaves it at exec: words and vector. */
#ifndef LAUNCH_STACK_H
#define LAUNCH_STACK_H

#include "core/handoff.h"
#include "origin.h"
#include "plan.h"

struct stack {
	uintptr_t pointer;         /* where the count of arguments is */
	uintptr_t run_path;        /* a copy of origin->text */
	struct span words;         /* the arguments' characters */
	struct span environment;   /* the variables' */
	uintptr_t auxv;            /* the auxiliary vector, */
	size_t auxv_size;          /* bytes of it, as far as the kernel knows it */
};

/* The largest size of the stack's contents, in bytes. */
size_t stack_needs(const struct initial_stack *initial, const struct program *program);

/* Writes the contents at the end of plan->stack, which is mapped. `vdso` is the vDSO's ELF
 * header; 0: there is none. `handoff` is for the library; NULL: nothing. The run path is for
 * the dynamic linker. */
void stack_build(struct stack *stack, const struct initial_stack *initial,
		 const struct program *program, const struct plan *plan, uintptr_t vdso,
		 const struct handoff *handoff, const struct origin *origin);

#endif
