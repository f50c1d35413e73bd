/* SPDX-License-Identifier: MIT */
/*
 * JSON on stdout, one object a command. Names of members are constants of this program;
 * texts may have any bytes and are printed as valid UTF-8. Sizes are numbers of bytes;
 * addresses are texts, "0x...", since many readers of JSON round large numbers.
 */
#ifndef VACTL_JSON_H
#define VACTL_JSON_H

#include "message.h"

struct json {
	int depth;
	bool line;   /* the document is one line, as deep members of other documents are */
	bool filled; /* the innermost object or array has a member */
};

/* Begins an object '{' or an array '['. Documents and elements have no name (NULL). */
void json_open(struct json *json, const char *name, char bracket);

/* Ends an object '}' or an array ']'. */
void json_close(struct json *json, char bracket);

/* Add a member. */
void json_text(struct json *json, const char *name, const char *text); /* NULL: null */
void json_number(struct json *json, const char *name, uint64_t number);
void json_address(struct json *json, const char *name, uint64_t address);
void json_place(struct json *json, const char *name, uint64_t address); /* 0: null */
void json_boolean(struct json *json, const char *name, bool value);

/* Adds a member whose value is printed as it is. */
void json_print(struct json *json, const char *name, const char *value);

#endif
