/* SPDX-License-Identifier: MIT */
/*
 * What the commands that tell of one process, and are no listing, have in
 * common: their options, and the lines that say which process it is.
 */
#ifndef VACTL_BRIEF_H
#define VACTL_BRIEF_H

#include "command.h"
#include "json.h"
#include "listing.h"
#include "reader.h"

struct brief {
	bool bytes, json;
	bool over;   /* nothing is left to do */
};

extern const struct choice brief_choices[];

/* Takes such an option; false where it is another. */
bool brief_choose(struct brief *brief, const struct choice *choice);

/* Reads the options of a command that has only these; returns the status where
 * it is over. */
int brief_options(struct brief *brief, const struct command *command, int argc, char **argv);

/* A size as listings have it, or in bytes; at least LISTING_SIZE_MAX bytes. */
void brief_size(uint64_t bytes, bool plain, char *text);

/* Which process, its window, its fence and who places. The reading is good. */
void brief_print(const struct reading *reading);
void brief_json(struct json *json, const struct reading *reading);

#endif
