/* SPDX-License-Identifier: MIT */
/* The list of known modules and their kinds, filled by loaded.c. Calls read it without a lock. */
#ifndef VALIMIT_EDGE_ROSTER_H
#define VALIMIT_EDGE_ROSTER_H

#include <stdbool.h>
#include <stdint.h>

#include "core/table.h"
#include "core/window.h"

#define ROSTER_MAX 512
#define ROSTER_NAME 64

/* A module. Its instructions may be read in `text`, its variables and slots in `data`; each may
 * be empty. */
struct module {
	uintptr_t base;
	struct span range, text, data[2];
	enum kind kind;
	bool bound; /* the module's slots lead where `kind` says */
};

/* One version of the list, in ascending order. */
struct roster {
	uint32_t count;
	struct listed {
		struct module module;
		char name[ROSTER_NAME]; /* the last part of the path, cut off */
	} listed[ROSTER_MAX];
};

/* Finds the module that contains the address, and its name if `name` is not NULL. False: no
 * known module does. May fail while other threads publish two lists. Async-signal-safe. */
bool roster_find(uintptr_t address, struct module *found, char name[ROSTER_NAME]);

/* Whether roster_find() finds a module for the address. */
bool roster_holds(uintptr_t address);

/* The list in force. Only its writer may call this. */
const struct roster *roster_now(void);

/* roster_begin() returns an empty list to be filled in ascending order; roster_publish() puts
 * it in force. One thread at a time. */
struct roster *roster_begin(void);
void roster_publish(void);

/* Resets the list in a fork's child: the thread that was writing it may not exist there. */
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
