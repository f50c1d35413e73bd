/* SPDX-License-Identifier: MIT */
/*
 * JSON on stdout, one object a command. Names are ours; texts can be anybody's
 * and come out as valid UTF-8. Sizes and addresses: bytes as numbers, addresses
 * as "0x..." texts, since many readers of JSON round large numbers.
 */
#ifndef VACTL_JSON_H
#define VACTL_JSON_H

#include <stdbool.h>
#include <stdint.h>

struct json {
	int depth;
	bool filled; /* the innermost object or array has a member */
};

/* Begins an object or an array; without a name as the document or a row. */
void json_object(struct json *json, const char *name);
void json_array(struct json *json, const char *name);

/* Ends the innermost, which was one of these. */
void json_object_end(struct json *json);
void json_array_end(struct json *json);

/* Members; a NULL text is null. */
void json_text(struct json *json, const char *name, const char *text);
void json_number(struct json *json, const char *name, uint64_t number);
void json_address(struct json *json, const char *name, uint64_t address);
void json_thousandths(struct json *json, const char *name, unsigned int share); /* 25: 0.025 */
void json_boolean(struct json *json, const char *name, bool value);

#endif
