/* SPDX-License-Identifier: MIT */
/*
 * Whose a call is that has come to an exported function. In the shared library
 * host modules do not come there (bind.h), so the answer is guest in doubt.
 */
#ifndef VALIMIT_EDGE_OWNER_H
#define VALIMIT_EDGE_OWNER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/table.h"

/* KIND_HOST or KIND_GUEST, by where the call returns to: host is code of no
 * module where VA_LIMIT_GUEST is set, and in a program that has the library
 * linked in statically what is proven to be (site.h). Async-signal-safe. */
enum kind owner_kind(uintptr_t returns);

/* Whether a call by an exported function returns to a host module: another one
 * has jumped, or it went by a pointer whose way is not to be seen. */
bool owner_is_doubted(uintptr_t returns);

/* Whether owner_kind() answers KIND_GUEST to everything. */
bool owner_all_guest(void);

#endif
