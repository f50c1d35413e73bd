/* SPDX-License-Identifier: MIT */
/* What an errno is called, without strerror(3), which may allocate. */
#ifndef VALIMIT_CORE_ERROR_H
#define VALIMIT_CORE_ERROR_H

#include "fmt.h"

/* -errno as "ENOMEM (Cannot allocate memory)"; one that no call of ours has as
 * "errno 95". */
void error_print(struct fmt *fmt, long error);

#endif
