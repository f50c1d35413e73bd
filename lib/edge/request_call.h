/* SPDX-License-Identifier: MIT */
/* valimit_place(): a mapping with all options of placement, in struct valimit_request. */
#ifndef VALIMIT_EDGE_REQUEST_CALL_H
#define VALIMIT_EDGE_REQUEST_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "valimit.h"

/* Maps by a request of `size` bytes. `host`: the caller is known to be a host module. Returns
 * the address or -errno. */
long request_call(const struct valimit_request *request, size_t size, bool host, uintptr_t caller);

#endif
