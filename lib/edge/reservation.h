/* SPDX-License-Identifier: MIT */
/* valimit_reserve() and valimit_release(). */
#ifndef VALIMIT_EDGE_RESERVATION_H
#define VALIMIT_EDGE_RESERVATION_H

#include <stdint.h>

/* Make and end a reservation, as documented in <valimit.h>. Return 0 or -errno. */
long reservation_make(uintptr_t begin, uintptr_t end, uintptr_t caller);
long reservation_end(uintptr_t begin, uintptr_t end, uintptr_t caller);

#endif
