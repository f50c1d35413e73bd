/* SPDX-License-Identifier: MIT */
/* Why a call was held to be a guest's or a host's, as far as can be told. */
#ifndef VACTL_RULES_H
#define VACTL_RULES_H

#include "reader.h"

/* A sentence from malloc. The globs are those of the environment that the
 * process was started with; a core has none. */
char *rules_why(const struct reading *reading, const struct detail *detail);

#endif
