/* SPDX-License-Identifier: MIT */
/*
 * Host modules' own ways to the library.
 *
 * The return address does not tell whose a call is: a function that ends in
 * mmap() is compiled to a jump, and the call then returns to its caller's
 * module. What tells is the slot that the call or jump goes through: each
 * module has its own. So the slots of host modules are written over once, and
 * lead to exports of their own (export.h); all other modules keep the library's
 * exported functions, whose calls are guest without a look. Hence guests cost
 * nothing, and whatever is missed here - a module that ld.so has loaded since,
 * a slot that cannot be written, a pointer by another way - makes a host's call
 * a guest's, and never the reverse.
 *
 * A slot of the procedure linkage table is only ever called and jumped through,
 * so it leads to an entry that asks nothing (`host`). Other slots and words may
 * be read as pointers and handed to a guest; these lead to an entry that looks
 * at the place of the call (`pointer`). Linkers give a module that takes a
 * function's address the latter sort alone, for its calls too.
 *
 * The other way would have been to prove each call at its return address, without
 * slots. It has to look at guests' calls too: by the module alone an mmap() and its
 * munmap() took 714 instructions where rules were set, and 231 take it now, with
 * rules and without. And a call through a register tells nothing there, as a host's
 * own pointer and a thunk that jumps to one look alike; so do, on AArch64, all calls
 * by -fno-plt. What binding costs is paid at the start: some 20,000 instructions of
 * the 270,000 that /bin/true takes, and 3 million with VA_LIMIT_GUEST and all of
 * LLVM's relocations.
 *
 * Lazy binding does not overwrite a slot: ld.so writes only those that still
 * lead to its resolver. Another thread that is in that resolver at the moment
 * can; its module's calls through the slot are guest then.
 */
#ifndef VALIMIT_EDGE_BIND_H
#define VALIMIT_EDGE_BIND_H

#include <link.h>
#include <stdbool.h>
#include <stdint.h>

#include "roster.h"

/* Whether modules can be bound: in the shared library. A program that has the
 * library linked in statically reaches it by no slot. */
extern const bool bind_possible;

/* Where they cannot: the functions of the program that come to the library, up to
 * a 0. */
extern const uintptr_t bind_functions[];

/* Finds out what the binding needs to know, at the first time; false while that
 * is under way. */
bool bind_prepare(void);

/* The next library's function of a name, libc's: a sanitizer in the program may have one
 * by that name too, which does not work yet when this library starts. NULL: there is none
 * to be told from the name's own. Not async-signal-safe. */
void *bind_next(const char *name);

/* Binds a host module, with ld.so's lock in hand; does nothing with a guest.
 * False where ld.so has not relocated it yet. */
bool bind_module(const struct dl_phdr_info *info, const struct module *module);

#endif
