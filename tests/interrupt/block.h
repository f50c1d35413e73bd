/* SPDX-License-Identifier: MIT */
/* Memory of a host or a guest, filled with a byte of its own. */
#ifndef TESTS_INTERRUPT_BLOCK_H
#define TESTS_INTERRUPT_BLOCK_H

#include "site.h"

struct block {
	char *at;
	size_t length;
	int byte;
	bool host;
};

/* New memory: dies unless it is where it belongs and zero. */
struct block block_map(bool host, size_t pages, const char *when);

/* Like block_map(), for memory that a call has just made. */
struct block block_take(void *at, size_t length, bool host, enum site_window window,
			const char *what);

/* Dies unless it has its byte everywhere. */
void block_check(const struct block *block, const char *when);

/* Checks and unmaps it. */
void block_unmap(struct block *block, const char *when);

#endif
