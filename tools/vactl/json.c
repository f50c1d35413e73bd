/* SPDX-License-Identifier: MIT */
#include "json.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "core/utf8.h"
#include "message.h"

#define INDENT 3

static void begin_member(struct json *json, const char *name)
{
	if (json->depth)
		printf("%s\n%*s", json->filled ? "," : "", json->depth * INDENT, "");
	if (name)
		printf("\"%s\": ", name);
	json->filled = true;
}

void json_open(struct json *json, const char *name, char bracket)
{
	begin_member(json, name);
	putchar(bracket);
	json->depth++;
	json->filled = false;
}

void json_close(struct json *json, char bracket)
{
	json->depth--;
	if (json->filled)
		printf("\n%*s", json->depth * INDENT, "");
	putchar(bracket);
	json->filled = true;
	if (!json->depth)
		putchar('\n');
}

void json_print(struct json *json, const char *name, const char *format, ...)
{
	va_list args;

	begin_member(json, name);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
}

void json_text(struct json *json, const char *name, const char *text)
{
	char *copy;

	if (!text) {
		json_print(json, name, "null");
		return;
	}
	copy = memory_text("%s", text);
	utf8_repair(copy);
	json_print(json, name, "\"");
	for (const char *at = copy; *at; at++) {
		unsigned char c = (unsigned char)*at;

		if (c < ' ' || c == 0x7f)
			printf("\\u%04x", c);
		else
			printf(c == '"' || c == '\\' ? "\\%c" : "%c", c);
	}
	putchar('"');
	free(copy);
}

void json_number(struct json *json, const char *name, uint64_t number)
{
	json_print(json, name, "%" PRIu64, number);
}

void json_address(struct json *json, const char *name, uint64_t address)
{
	json_print(json, name, "\"0x%012" PRIx64 "\"", address);
}

void json_boolean(struct json *json, const char *name, bool value)
{
	json_print(json, name, value ? "true" : "false");
}
