/* SPDX-License-Identifier: MIT */
/* Words for the table's values, common to all commands. */
#ifndef VACTL_NAMES_H
#define VACTL_NAMES_H

#include "core/procmaps.h"
#include "core/table.h"
#include "message.h"

/* A kind that the table lacks: only the kernel has the mapping. */
#define KIND_UNKNOWN KIND_COUNT
#define KIND_NAMES (KIND_COUNT + 1)

/* Names by enum kind and KIND_UNKNOWN, by the table's reach, and by its fence. */
extern const char *const kind_names[KIND_NAMES], *const reach_names[], *const fence_names[];

/* A text by value: word_size(bytes, false).text lasts to the end of the statement. */
struct word {
	char text[64];
};

/* A word by printf(). */
struct word word_of(const char *format, ...) __attribute__((format(printf, 1, 2)));

struct word word_window(const struct table *table);                /* 0x1000-0x2000, none */
struct word word_flags(uint8_t flags);                             /* shm,start */
struct word word_permissions(const struct procmaps_line *vma);     /* rw-p; ? for unknown */
struct word word_size(uint64_t bytes, bool plain);                 /* 937.5M; plain: bytes */
struct word word_number(uint64_t number);                          /* 12 */
struct word word_address(uint64_t address);                        /* 0x000000400000 */
struct word counted(unsigned long count, const char *one, const char *many); /* 1 gap, 2 gaps */

static inline struct word human(uint64_t bytes)
{
	return word_size(bytes, false);
}

#endif
