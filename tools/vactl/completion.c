/* SPDX-License-Identifier: MIT */
#include "completion.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "cmdline.h"
#include "listing.h"
#include "message.h"
#include "names.h"
#include "processes.h"
#include "utf8.h"

#define TITLE_MAX 64 /* of a process's command line */

/* How a command line stands where its last word begins. */
struct position {
	const struct command *command;
	const struct choice *pending; /* whose value the word is; NULL: none */
	bool over;                    /* options are: "--" was there */
	int arguments;                /* that are no options, so far */
	int first;                    /* word that is one; -1: none yet */
};

/* An answer, `before` and `text` together, if the word begins so. */
static void offer(const char *word, const char *before, const char *text, const char *what)
{
	char *answer = memory_text("%s%s", before, text);

	if (strncmp(answer, word, strlen(word)) == 0)
		printf("%s\t%s\n", answer, what);
	free(answer);
}

/* --- values ----------------------------------------------------------------- */

static void offer_values(const char *word, const char *before, const struct choice *choice)
{
	char *values = memory_text("%s", choice->values), *rest = values, *value;

	while ((value = strsep(&rest, " ")))
		offer(word, before, value, choice->help);
	free(values);
}

/* Whether a list, ended by `end`, has a column already. */
static bool listed(const char *list, const char *end, const char *name)
{
	size_t length;

	for (list += *list == '+'; list < end; list += length + 1) {
		length = strcspn(list, ",");
		if (strlen(name) == length && strncasecmp(list, name, length) == 0)
			return true;
	}
	return false;
}

/* A list goes on behind a comma, and has each name once. */
struct list {
	char *before;     /* of the word, up to the name that is begun */
	const char *value, *begun;
};

static struct list list_start(const char *word, const char *value)
{
	const char *last = strrchr(value, ',');
	struct list list = { .value = value, .begun = last ? last + 1 : value + (*value == '+') };

	list.before = memory_text("%.*s", (int)(list.begun - word), word);
	puts(":nospace");
	return list;
}

static void list_offer(const struct list *list, const char *name, const char *what)
{
	if (!listed(list->value, list->begun, name) &&
	    strncasecmp(name, list->begun, strlen(list->begun)) == 0)
		printf("%s%s\t%s\n", list->before, name, what);
}

static void offer_columns(const char *word, const char *value, const struct column *column)
{
	struct list list = list_start(word, value);

	for (; column->name; column++)
		list_offer(&list, column->name, column->help);
	free(list.before);
}

static void offer_kinds(const char *word, const char *value)
{
	struct list list = list_start(word, value);

	for (unsigned int kind = KIND_GUEST; kind < KIND_NAMES; kind++)
		list_offer(&list, name_kind(kind), "a kind of mapping");
	free(list.before);
}

static bool is_argument(const struct choice *choice, const char *name)
{
	return choice->argument && strcmp(choice->argument, name) == 0;
}

/* `value` is the part of the word that is one: all of it, or behind "=". */
static void offer_value(const struct position *position, const struct choice *choice,
			const char *word, const char *value)
{
	char *before = memory_text("%.*s", (int)(value - word), word);

	if (choice->values)
		offer_values(word, before, choice);
	else if (is_argument(choice, "COLUMNS"))
		offer_columns(word, value, position->command->columns);
	else if (is_argument(choice, "COLUMN"))
		for (const struct column *c = position->command->columns; c->name; c++)
			offer(word, before, c->name, c->help);
	else if (is_argument(choice, "KINDS"))
		offer_kinds(word, value);
	else if (is_argument(choice, "FILE"))
		puts(":files");
	free(before);
}

/* --- options and arguments -------------------------------------------------- */

static const struct choice *find_choice(const struct command *command, const char *name,
					size_t length, int key)
{
	for (size_t table = 0; command->choices[table]; table++)
		for (const struct choice *c = command->choices[table]; c->name; c++)
			if (name ? strlen(c->name) == length && memcmp(c->name, name, length) == 0 :
				   c->key == key)
				return c;
	return NULL;
}

static bool needs_value(const struct choice *choice)
{
	return choice && choice->argument && choice->argument[0] != '[';
}

static void offer_options(const struct command *command, const char *word)
{
	for (size_t table = 0; command->choices[table]; table++)
		for (const struct choice *c = command->choices[table]; c->name; c++)
			offer(word, "--", c->name, c->help);
}

struct processes {
	const char *word;
	int count;
};

static void offer_process(void *context, int pid, const struct reading *reading)
{
	struct processes *processes = context;
	char number[16], title[TITLE_MAX];

	(void)reading;
	processes->count++;
	snprintf(number, sizeof(number), "%d", pid);
	title[cmdline_read(pid, title, sizeof(title) - 1)] = 0;
	utf8_plain(title);
	offer(processes->word, "", number, title);
}

/* By the names of arguments in the usage line. */
static void offer_argument(const struct position *position, const char *word, int number)
{
	const char *arguments = position->command->arguments;
	struct processes processes = { .word = word };

	if (position->command->stops) {
		printf(":command %d\n", number);
		return;
	}
	if (strstr(arguments, "PID"))
		processes_see(offer_process, &processes);
	/* All the files of a folder would hide the processes. */
	if (strstr(arguments, "CORE") && (*word || !processes.count))
		puts(":files");
}

static void offer_commands(const struct command *const *commands, const char *word)
{
	for (; *commands; commands++)
		offer(word, "", (*commands)->name, (*commands)->summary);
	if (*word != '-')
		return;
	offer(word, "", "--help", "print the commands");
	offer(word, "", "--version", "print the version");
}

/* --- the words before ------------------------------------------------------- */

/* Of letters after one dash, the last one's value may be the next word. */
static const struct choice *last_letter(const struct command *command, const char *letters)
{
	for (; *letters; letters++) {
		const struct choice *choice = find_choice(command, NULL, 0, *letters);

		if (choice && choice->argument)
			return letters[1] || !needs_value(choice) ? NULL : choice;
	}
	return NULL;
}

static void pass_word(struct position *position, const char *word, int number)
{
	if (position->pending) {
		position->pending = NULL;
	} else if (position->over || word[0] != '-' || !word[1]) {
		position->first = position->arguments++ ? position->first : number;
	} else if (strcmp(word, "--") == 0) {
		position->over = true;
	} else if (word[1] != '-') {
		position->pending = last_letter(position->command, word + 1);
	} else if (!strchr(word, '=')) {
		const struct choice *choice = find_choice(position->command, word + 2,
							  strlen(word + 2), 0);

		position->pending = needs_value(choice) ? choice : NULL;
	}
}

static void complete(struct position *position, const char *word, int number)
{
	const char *value = strchr(word, '=');
	bool option = !position->over && word[0] == '-';

	if (position->pending) {
		offer_value(position, position->pending, word, word);
	} else if (position->command->stops && position->arguments) {
		printf(":command %d\n", position->first);
	} else if (option && word[1] == '-' && value) {
		const struct choice *choice = find_choice(position->command, word + 2,
							  (size_t)(value - word - 2), 0);

		if (choice)
			offer_value(position, choice, word, value + 1);
	} else if (option) {
		offer_options(position->command, word);
	} else {
		offer_argument(position, word, number);
	}
}

int completion_print(const struct command *const *commands, int count, char **words)
{
	struct position position = { .first = -1 };

	if (count == 1)
		offer_commands(commands, words[0]);
	if (count < 2)
		return 0;
	while (*commands && strcmp((*commands)->name, words[0]) != 0)
		commands++;
	position.command = *commands;
	if (!position.command)
		return 0;
	for (int i = 1; i < count - 1; i++)
		pass_word(&position, words[i], i);
	complete(&position, words[count - 1], count - 1);
	return 0;
}
