/* SPDX-License-Identifier: MIT */
/* The meanings of a statement's words: numbers, earlier results, flags. */
#ifndef TESTS_GUEST_WORDS_H
#define TESTS_GUEST_WORDS_H

#include "guest.h"

struct variable {
	char name[16];
	long value; /* -errno where the call failed */
};

struct flag {
	const char *name;
	int value;
};

static struct variable variables[64];
static size_t variable_count;

static inline void variable_set(const char *name, long value)
{
	size_t i;

	for (i = 0; i < variable_count && strcmp(variables[i].name, name) != 0; i++)
		;
	if (i == sizeof(variables) / sizeof(*variables))
		die("too many names");
	if (i == variable_count)
		variable_count++;
	snprintf(variables[i].name, sizeof(variables[i].name), "%s", name);
	variables[i].value = value;
}

static inline long term(const char *text)
{
	for (size_t i = 0; i < variable_count; i++)
		if (strcmp(variables[i].name, text) == 0)
			return variables[i].value;
	return (long)number(text);
}

/* A sum of terms: a+64K-page. */
static inline long value(const char *text)
{
	unsigned long sum = 0;
	bool minus = false;

	while (*text) {
		char word[32];
		size_t length = strcspn(text, "+-");
		unsigned long part;

		snprintf(word, sizeof(word), "%.*s", (int)length, text);
		part = (unsigned long)term(word);
		sum = minus ? sum - part : sum + part;
		text += length;
		minus = *text == '-';
		text += *text != '\0';
	}
	return (long)sum;
}

static inline long argument(char **word, int i)
{
	return word[i] ? value(word[i]) : 0;
}

/* Comma-separated names to bits. */
static inline int flags_parse(const char *text, const struct flag *known)
{
	char copy[128];
	char *rest;
	int bits = 0;

	snprintf(copy, sizeof(copy), "%s", text ? text : "");
	for (char *name = strtok_r(copy, ",", &rest); name; name = strtok_r(NULL, ",", &rest)) {
		const struct flag *flag = known;

		while (flag->name && strcmp(flag->name, name) != 0)
			flag++;
		if (!flag->name)
			die("unknown flag: %s", name);
		bits |= flag->value;
	}
	return bits;
}

static inline int prot_parse(const char *text)
{
	int prot = PROT_NONE;

	for (; text && *text; text++)
		prot |= *text == 'r' ? PROT_READ : *text == 'w' ? PROT_WRITE :
			*text == 'x' ? PROT_EXEC : PROT_NONE;
	return prot;
}

#endif
