/* SPDX-License-Identifier: MIT */
/* A mapping with all that can be said of its place: struct valimit_request. */
#ifndef VALIMIT_EDGE_REQUEST_CALL_H
#define VALIMIT_EDGE_REQUEST_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "valimit.h"

/* What valimit_place() does. `host`: the caller is known to be a host module. The
 * address or -errno. */
long request_call(const struct valimit_request *request, size_t size, bool host, uintptr_t caller);

#endif
