/* SPDX-License-Identifier: MIT */
/*
 * The mark of the launcher's own file: a byte of the ELF header's e_flags that other files have
 * as 0 and kernels ignore. By it the library knows that /proc/self/exe is not the program, and
 * binfmt_misc that the launcher must not be launched. The mark is in e_flags, since strip
 * clears e_ident and keeps e_flags.
 */
#ifndef VALIMIT_CORE_MARK_H
#define VALIMIT_CORE_MARK_H

#include <elf.h>
#include <stddef.h>

#define MARK_AT    (offsetof(Elf64_Ehdr, e_flags) + 2)
#define MARK_VALUE 0x56

#endif
