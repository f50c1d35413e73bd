/* SPDX-License-Identifier: MIT */
/*
 * Classifies a call of an exported function as a host's or a guest's. In the shared library
 * bound host modules do not call there (bind.h), so in doubt the call is a guest's.
 */
#ifndef VALIMIT_EDGE_OWNER_H
#define VALIMIT_EDGE_OWNER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/table.h"

/* KIND_HOST or KIND_GUEST, by the return address. With VA_LIMIT_GUEST, code outside all modules
 * is a host's. In a program with the library linked in statically, a call is a host's if that
 * is proven (site.h). Async-signal-safe. */
enum kind owner_kind(uintptr_t returns);

/* Whether a call of an exported function returns to a host module. Then another module's
 * function has jumped to the library, or the call went through a pointer of unknown origin. */
bool owner_is_doubted(uintptr_t returns);

/* Whether owner_kind() always answers KIND_GUEST. */
bool owner_all_guest(void);

#endif
