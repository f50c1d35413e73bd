/* SPDX-License-Identifier: MIT */
#include "json.h"

#include "core/utf8.h"
#include "names.h"

#define INDENT 3
#define LINE_DEPTH 3 /* of rows: the document has depth 1, their array 2 */

/* Whether members of the present depth stand in one line. */
static bool is_line(const struct json *json)
{
	return json->line || json->depth >= LINE_DEPTH;
}

static void break_line(const struct json *json)
{
	putchar_unlocked('\n');
	for (int i = 0; i < json->depth * INDENT; i++)
		putchar_unlocked(' ');
}

static void begin_member(struct json *json, const char *name)
{
	if (json->filled)
		putchar_unlocked(',');
	if (is_line(json))
		fputs_unlocked(json->filled ? " " : "", stdout);
	else if (json->depth)
		break_line(json);
	if (name) {
		putchar_unlocked('"');
		fputs_unlocked(name, stdout);
		fputs_unlocked("\": ", stdout);
	}
	json->filled = true;
}

void json_open(struct json *json, const char *name, char bracket)
{
	begin_member(json, name);
	putchar_unlocked(bracket);
	json->depth++;
	json->filled = false;
}

void json_close(struct json *json, char bracket)
{
	bool broken = json->filled && !is_line(json);

	json->depth--;
	if (broken)
		break_line(json);
	putchar_unlocked(bracket);
	json->filled = true;
	if (!json->depth)
		putchar_unlocked('\n');
}

void json_print(struct json *json, const char *name, const char *value)
{
	begin_member(json, name);
	fputs_unlocked(value, stdout);
}

/* Whether a text needs no escapes, as most do. */
static bool is_plain(const char *text)
{
	while (*text >= ' ' && *text < 0x7f && *text != '"' && *text != '\\')
		text++;
	return !*text;
}

static void put_escaped(const char *text)
{
	SCOPED char *copy = memory_text("%s", text);

	utf8_repair(copy);
	for (const char *at = copy; *at; at++) {
		unsigned char c = (unsigned char)*at;

		if (c < ' ' || c == 0x7f)
			printf("\\u%04x", c);
		else
			printf(c == '"' || c == '\\' ? "\\%c" : "%c", c);
	}
}

void json_text(struct json *json, const char *name, const char *text)
{
	if (!text) {
		json_print(json, name, "null");
		return;
	}
	json_print(json, name, "\"");
	if (is_plain(text))
		fputs_unlocked(text, stdout);
	else
		put_escaped(text);
	putchar_unlocked('"');
}

void json_number(struct json *json, const char *name, uint64_t number)
{
	json_print(json, name, word_number(number).text);
}

void json_address(struct json *json, const char *name, uint64_t address)
{
	json_text(json, name, word_address(address).text);
}

void json_place(struct json *json, const char *name, uint64_t address)
{
	if (address)
		json_address(json, name, address);
	else
		json_text(json, name, NULL);
}

void json_boolean(struct json *json, const char *name, bool value)
{
	json_print(json, name, value ? "true" : "false");
}
