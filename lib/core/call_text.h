/* SPDX-License-Identifier: MIT */
/* A call in the form of strace(1), with sizes in K, M, G, T and P. */
#ifndef VALIMIT_CORE_CALL_TEXT_H
#define VALIMIT_CORE_CALL_TEXT_H

#include "call.h"
#include "fmt.h"

/* Prints "mmap(NULL, 256K, PROT_READ|PROT_WRITE, MAP_PRIVATE|MAP_ANONYMOUS, -1, 0) = 0xfffc0000
 * guest", without a newline. */
void call_print(struct fmt *fmt, const struct call *call);

#endif
