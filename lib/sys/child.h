/* SPDX-License-Identifier: MIT */
/* A child that nothing was told of, as by a raw clone(): a word of memory with
 * MADV_WIPEONFORK, which is not 0 from the start, reads 0 there. */
#ifndef VALIMIT_SYS_CHILD_H
#define VALIMIT_SYS_CHILD_H

#include <stdbool.h>
#include <stdint.h>

/* Whether this is the first call in such a child, for what the word is about; NULL: there
 * is no such word. */
static inline bool child_begins(uint32_t *word)
{
	uint32_t none = 0;

	return word && __atomic_compare_exchange_n(word, &none, 1, false, __ATOMIC_ACQ_REL,
						   __ATOMIC_RELAXED);
}

#endif
