/* SPDX-License-Identifier: MIT */
/* The modules that are known, and whose each is; loaded.h fills it. Calls read it
 * without a lock. */
#ifndef VALIMIT_EDGE_ROSTER_H
#define VALIMIT_EDGE_ROSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/table.h"
#include "core/window.h"

#define ROSTER_MAX 512
#define ROSTER_NAME 64

/* A module. `text` may be read as its instructions, `data` as its variables and
 * slots; each may be empty. */
struct module {
	uintptr_t base;
	struct span range, text, data[2];
	enum kind kind;
	bool bound; /* its slots lead where `kind` says */
};

/* The list as it is read. */
struct roster {
	uint32_t count;
	struct listed {
		struct module module;
		char name[ROSTER_NAME]; /* the last part of its path, cut off */
	} listed[ROSTER_MAX];
};

/* The module that holds the address, and its name, where `name` is not NULL; false where
 * none is known. Fails for an instant where other threads publish two lists meanwhile.
 * Async-signal-safe. */
bool roster_find(uintptr_t address, struct module *found, char name[ROSTER_NAME]);

/* Whether a module is known that holds the address, as roster_find() has it. */
bool roster_holds(uintptr_t address);

/* The list in force; for its writer. */
const struct roster *roster_now(void);

/* An empty list to be filled, with ascending ranges, and put in force. One
 * thread at a time. */
struct roster *roster_begin(void);
void roster_publish(void);

/* In a fork's child, whose parent's writer may not have come along. */
void roster_fork_child(void);

static inline bool span_holds(struct span span, uintptr_t address)
{
	return address - span.start < span.end - span.start;
}

/* Whether a word at the address is one of the module's variables or slots. */
static inline bool module_has_data(const struct module *module, uintptr_t address)
{
	return address % sizeof(uintptr_t) == 0 &&
	       (span_holds(module->data[0], address) || span_holds(module->data[1], address));
}

#endif
