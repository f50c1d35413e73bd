/* SPDX-License-Identifier: MIT */
/*
 * Binding: host modules call the library through entries of their own.
 *
 * The return address does not tell which module calls: a function that ends in mmap() is
 * compiled to a jump, and that call returns to the function's caller. The slot that the call or
 * jump goes through tells it, since each module has its own slots. So the slots of host modules
 * are overwritten once, and lead to exports of their own (export.h). All other modules keep the
 * library's exported functions, whose calls are guests' without a check. Hence guests pay
 * nothing, and a miss - a module loaded since, a slot that cannot be written, a pointer from
 * elsewhere - makes a host's call a guest's, never the reverse.
 *
 * A slot of the procedure linkage table is only called and jumped through, so it leads to an
 * entry that checks nothing (`host`). Other slots and words may be read as pointers and handed
 * to a guest, so they lead to an entry that checks the call site (`pointer`). A module that
 * takes a function's address has only such slots, and calls through them too.
 *
 * The alternative was to prove each call at its return address, without slots. It has to check
 * guests' calls too: with rules, an mmap() and its munmap() took 714 instructions, and take 231
 * now, with and without rules. And a call through a register proves nothing there, since a
 * host's own pointer and a thunk that jumps to one look alike; on AArch64 so do all calls with
 * -fno-plt. Binding costs at the start: some 20,000 of the 270,000 instructions of /bin/true,
 * and 3 million with VA_LIMIT_GUEST and all of LLVM's relocations.
 *
 * Lazy binding does not undo this: ld.so writes only slots that still lead to its resolver. A
 * thread that is inside the resolver during the binding does; its module's calls through that
 * slot are then guests'.
 */
#ifndef VALIMIT_EDGE_BIND_H
#define VALIMIT_EDGE_BIND_H

#include <link.h>
#include <stdbool.h>
#include <stdint.h>

#include "roster.h"

/* Whether modules can be bound: true in the shared library. A program with the library linked
 * in statically calls it without a slot. */
extern const bool bind_possible;

/* If modules cannot be bound: the program's functions that lead to the library, up to a 0. */
extern const uintptr_t bind_functions[];

/* Learns the exported functions' addresses at the first call; false while that is under way. */
bool bind_prepare(void);

/* Binds a host module, under ld.so's lock; does nothing with a guest. False if ld.so has not
 * relocated the module yet. */
bool bind_module(const struct dl_phdr_info *info, const struct module *module);

#endif
