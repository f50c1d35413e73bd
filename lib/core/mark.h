/* SPDX-License-Identifier: MIT */
/*
 * The mark by which the launcher's own file is known: a byte of its ELF header's
 * e_flags that is 0 in all others, and that no kernel looks at. The library knows
 * by it that /proc/self/exe is not the program, and binfmt_misc that the launcher
 * is not to be launched. strip keeps e_flags, while it clears e_ident.
 */
#ifndef VALIMIT_CORE_MARK_H
#define VALIMIT_CORE_MARK_H

#include <elf.h>
#include <stddef.h>

#define MARK_AT    (offsetof(Elf64_Ehdr, e_flags) + 2)
#define MARK_VALUE 0x56

#endif
