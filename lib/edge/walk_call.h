/* SPDX-License-Identifier: MIT */
/* valimit_walk(), valimit_gap() and valimit_bounds(). */
#ifndef VALIMIT_EDGE_WALK_CALL_H
#define VALIMIT_EDGE_WALK_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "valimit.h"

/* List mappings, gaps and user space's bounds, as documented in <valimit.h>. Return -errno on
 * failure. */
long walk_call(uintptr_t from, struct valimit_mapping *mappings, size_t count, size_t size);
long walk_gap(uintptr_t begin, uintptr_t end, bool largest, struct va_limit *gap);
long walk_bounds(struct va_limit *bounds);

#endif
