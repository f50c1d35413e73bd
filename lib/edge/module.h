/* SPDX-License-Identifier: MIT */
/* Which module a call comes from, and whether it is host. */
#ifndef VALIMIT_EDGE_MODULE_H
#define VALIMIT_EDGE_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/fmt.h"
#include "core/table.h"

/* Takes over VA_LIMIT_HOST and VA_LIMIT_GUEST (NULL: unset), by copy. 0;
 * -E2BIG where one is too long, -ENOSYS where this libc cannot tell the module
 * of an address. Before there are other threads. */
long module_rules(const char *host, const char *guest);

/* KIND_HOST or KIND_GUEST, by the module that holds the address. Knows what was
 * loaded and unloaded since. Async-signal-safe. */
enum kind module_kind(uintptr_t caller);

/* Finds out the program's own name, for what follows. Before there are other
 * threads. */
void module_learn_program(void);

/* An address as "libGL.so.1+0x1234", the offset as addr2line(1) takes it; in no
 * module, or where libc cannot tell, as a number. And the program's path. Both
 * async-signal-safe. */
void module_print(struct fmt *fmt, uintptr_t address);
void module_print_program(struct fmt *fmt);

/* Whether there are any rules. */
bool module_ruled(void);

#endif
