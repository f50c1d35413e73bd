/* SPDX-License-Identifier: MIT */
/* Classifies modules as host or guest by VA_LIMIT_HOST and VA_LIMIT_GUEST, and names them. */
#ifndef VALIMIT_EDGE_MODULE_H
#define VALIMIT_EDGE_MODULE_H

#include <stdbool.h>
#include <stdint.h>

#include "core/fmt.h"
#include "core/table.h"

/* Copies the values of VA_LIMIT_HOST and VA_LIMIT_GUEST (NULL: unset). Returns 0; -E2BIG: one
 * is too long. Called while there is one thread. */
long module_rules(const char *host, const char *guest);

/* module_ruled(): whether there are any rules. module_guests_named(): whether VA_LIMIT_GUEST is
 * set, which makes code outside all modules a host's. */
extern bool module_is_ruled;
bool module_guests_named(void);
static inline bool module_ruled(void)
{
	return module_is_ruled;
}

/* KIND_HOST or KIND_GUEST, by the module's path (module_path()) and its soname. */
enum kind module_judge(const char *path, const char *soname);

/* A module's path, by ld.so's name for it. The program's name is "". */
const char *module_path(const char *name);

/* Learns the program's path, for module_path() and module_print_program(). Called while there
 * is one thread. */
void module_learn_program(void);

/* module_print() prints an address as "libGL.so.1+0x1234", with the offset that addr2line(1)
 * takes, or as a number if no known module contains it. module_print_program() prints the
 * program's path. Both are async-signal-safe. */
void module_print(struct fmt *fmt, uintptr_t address);
void module_print_program(struct fmt *fmt);

#endif
