/* SPDX-License-Identifier: MIT */
#include "json.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "message.h"
#include "utf8.h"

#define INDENT 3 /* as libsmartcols has it */

static void begin(struct json *json, const char *name)
{
	if (json->depth)
		printf("%s\n%*s", json->filled ? "," : "", json->depth * INDENT, "");
	if (name)
		printf("\"%s\": ", name);
	json->filled = true;
}

static void open_bracket(struct json *json, const char *name, char bracket)
{
	begin(json, name);
	putchar(bracket);
	json->depth++;
	json->filled = false;
}

static void close_bracket(struct json *json, char bracket)
{
	json->depth--;
	if (json->filled)
		printf("\n%*s", json->depth * INDENT, "");
	putchar(bracket);
	json->filled = true;
	if (!json->depth)
		putchar('\n');
}

void json_object(struct json *json, const char *name)
{
	open_bracket(json, name, '{');
}

void json_array(struct json *json, const char *name)
{
	open_bracket(json, name, '[');
}

void json_object_end(struct json *json)
{
	close_bracket(json, '}');
}

void json_array_end(struct json *json)
{
	close_bracket(json, ']');
}

static void print_quoted(const char *text)
{
	putchar('"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\')
			printf("\\%c", c);
		else if (c < ' ' || c == 0x7f)
			printf("\\u%04x", c);
		else
			putchar(c);
	}
	putchar('"');
}

void json_text(struct json *json, const char *name, const char *text)
{
	char *copy;

	begin(json, name);
	if (!text) {
		fputs("null", stdout);
		return;
	}
	copy = memory_text("%s", text);
	utf8_repair(copy);
	print_quoted(copy);
	free(copy);
}

void json_number(struct json *json, const char *name, uint64_t number)
{
	begin(json, name);
	printf("%" PRIu64, number);
}

void json_address(struct json *json, const char *name, uint64_t address)
{
	begin(json, name);
	printf("\"0x%012" PRIx64 "\"", address);
}

void json_thousandths(struct json *json, const char *name, unsigned int share)
{
	begin(json, name);
	printf("%u.%03u", share / 1000, share % 1000);
}

void json_boolean(struct json *json, const char *name, bool value)
{
	begin(json, name);
	fputs(value ? "true" : "false", stdout);
}
