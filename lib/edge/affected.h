/* SPDX-License-Identifier: MIT */
/* The way of calls about memory that map nothing: nearly all are the kernel's. */
#ifndef VALIMIT_EDGE_AFFECTED_H
#define VALIMIT_EDGE_AFFECTED_H

#include "place/op_affect.h"

/* As libc's: -1 and errno. */
long affected(struct affect affect);

#endif
