/* SPDX-License-Identifier: MIT */
/* How the window is used, by the kernel's own list. */
#ifndef VALIMIT_KERNEL_SURVEY_H
#define VALIMIT_KERNEL_SURVEY_H

#include "space.h"

struct survey {
	uint64_t mapped;      /* bytes mapped in the window */
	uint64_t largest_gap; /* bytes */
};

/* 0, or -errno where the list cannot be read. */
long survey_window(const struct space *space, struct survey *survey);

#endif
