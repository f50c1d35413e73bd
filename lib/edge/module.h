/* SPDX-License-Identifier: MIT */
/* Which modules are host, by VA_LIMIT_HOST and VA_LIMIT_GUEST, and their names. */
#ifndef VALIMIT_EDGE_MODULE_H
#define VALIMIT_EDGE_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/fmt.h"
#include "core/table.h"

/* Takes over VA_LIMIT_HOST and VA_LIMIT_GUEST (NULL: unset), by copy. 0; or
 * -E2BIG where one is too long. Before there are other threads. */
long module_rules(const char *host, const char *guest);

/* Whether there are any rules; and whether VA_LIMIT_GUEST is one of them, which
 * makes code of no module a host's. */
extern bool module_is_ruled;
bool module_guests_named(void);
static inline bool module_ruled(void)
{
	return module_is_ruled;
}

/* KIND_HOST or KIND_GUEST, by a module's path, as module_path() has it, and its
 * soname. */
enum kind module_judge(const char *path, const char *soname);

/* A module's path by what ld.so calls it: the program is "". */
const char *module_path(const char *name);

/* Finds out the program's own name, for what follows. Before there are other
 * threads. */
void module_learn_program(void);

/* An address as "libGL.so.1+0x1234", the offset as addr2line(1) takes it; in no
 * module, or where libc cannot tell, as a number. And the program's path. Both
 * async-signal-safe. */
void module_print(struct fmt *fmt, uintptr_t address);
void module_print_program(struct fmt *fmt);

#endif
