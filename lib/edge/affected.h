/* SPDX-License-Identifier: MIT */
/* Calls about memory that map nothing, such as madvise(). Nearly all are passed to the kernel. */
#ifndef VALIMIT_EDGE_AFFECTED_H
#define VALIMIT_EDGE_AFFECTED_H

#include "place/op_affect.h"

/* Makes the call. On failure returns -1 and sets errno, as libc's function does. */
long affected(struct affect affect);

#endif
