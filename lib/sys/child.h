/* SPDX-License-Identifier: MIT */
/* Detects a child that has run no fork handler, such as that of a raw clone(). The detector is
 * a word of memory with MADV_WIPEONFORK: it is nonzero in the process that sets it up, and 0 in
 * such a child. */
#ifndef VALIMIT_SYS_CHILD_H
#define VALIMIT_SYS_CHILD_H

#include <stdbool.h>
#include <stdint.h>

/* Whether this is the first call in such a child for this word. NULL: there is no word. */
static inline bool child_begins(uint32_t *word)
{
	uint32_t none = 0;

	return word && __atomic_compare_exchange_n(word, &none, 1, false, __ATOMIC_ACQ_REL,
						   __ATOMIC_RELAXED);
}

#endif
