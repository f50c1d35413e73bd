/* SPDX-License-Identifier: MIT */
/* prctl's two operations: limits from and to the caller's memory. */
#ifndef VALIMIT_EDGE_LIMIT_H
#define VALIMIT_EDGE_LIMIT_H

#include <stdint.h>

#include "valimit.h"

/* 0 or -errno; a pointer that is none is -EFAULT. */
long limit_set(const struct va_limit *limit, uintptr_t caller);
long limit_get(struct va_limit *limit, uintptr_t caller);

#endif
