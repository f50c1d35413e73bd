/* SPDX-License-Identifier: MIT */
/* Names of errors, without strerror(3), which may allocate. */
#ifndef VALIMIT_CORE_ERROR_H
#define VALIMIT_CORE_ERROR_H

#include "fmt.h"

/* Prints -errno as "ENOMEM (Cannot allocate memory)", or as "errno 95" where the table lacks
 * the number. */
void error_print(struct fmt *fmt, long error);

#endif
