/* SPDX-License-Identifier: MIT */
/* The words for what the table holds: used by every command that shows it. */
#ifndef VACTL_NAMES_H
#define VACTL_NAMES_H

#include <stdint.h>

#include "core/table.h"

/* One more than the table's kinds: mapped, and not known to the table. */
#define KIND_UNKNOWN KIND_COUNT
#define KIND_NAMES (KIND_COUNT + 1)

const char *name_kind(unsigned int kind);
const char *name_reach(uint32_t reach);
const char *name_fence(uint32_t fence);

/* "0x10000-0x100000000", or "none"; at least NAME_WINDOW_MAX bytes. */
#define NAME_WINDOW_MAX 48
void name_window(const struct table *table, char *text);

/* ENTRY_* as words with commas between them; at least NAME_FLAGS_MAX bytes. */
#define NAME_FLAGS_MAX 64
void name_flags(uint8_t flags, char *text);

#endif
