/* SPDX-License-Identifier: MIT */
/*
 * The mark by which the launcher's own file is known: a byte of its ELF
 * identification that is 0 in all others, and that no kernel looks at. The
 * library knows by it that /proc/self/exe is not the program, and binfmt_misc
 * that the launcher is not to be launched.
 */
#ifndef VALIMIT_CORE_MARK_H
#define VALIMIT_CORE_MARK_H

#include <elf.h>

#define MARK_AT    EI_PAD
#define MARK_VALUE 0x56

#endif
