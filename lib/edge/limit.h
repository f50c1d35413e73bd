/* SPDX-License-Identifier: MIT */
/* prctl(PR_SET_VA_LIMITS) and prctl(PR_GET_VA_LIMITS): copy the window from and to the caller's
 * memory. */
#ifndef VALIMIT_EDGE_LIMIT_H
#define VALIMIT_EDGE_LIMIT_H

#include <stdint.h>

#include "valimit.h"

/* Return 0 or -errno; an invalid pointer is -EFAULT. */
long limit_set(const struct va_limit *limit, uintptr_t caller);
long limit_get(struct va_limit *limit, uintptr_t caller);

#endif
