/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <getopt.h>
#include <strings.h>

#include "core/utf8.h"
#include "listing.h"
#include "process.h"

#define SHORT_TITLE 64 /* bytes of a process's command line */

/* Prints `before` and `text` together as an answer if the word begins it. */
static void offer(const char *word, const char *before, const char *text, const char *what)
{
	SCOPED char *answer = memory_text("%s%s", before, text);

	if (strncmp(answer, word, strlen(word)) == 0)
		printf("%s\t%s\n", answer, what);
}

/* --- values ----------------------------------------------------------------- */

/* Prints a name of a comma-separated list, unless the list has it already. `list`
 * and the name `begun` at its end are parts of the word. */
static void offer_listed(const char *word, const char *list, const char *begun, const char *name,
			 const char *what)
{
	size_t length;

	for (list += *list == '+'; list < begun; list += length + 1) {
		length = strcspn(list, ",");
		if (strlen(name) == length && strncasecmp(list, name, length) == 0)
			return;
	}
	if (strncasecmp(name, begun, strlen(begun)) == 0)
		printf("%.*s%s\t%s\n", (int)(begun - word), word, name, what);
}

/* Offers names for a list of columns, or of kinds without a column. The word may go on. */
static void offer_list(const struct column *column, const char *word, const char *value)
{
	const char *comma = strrchr(value, ',');
	const char *begun = comma ? comma + 1 : value + (*value == '+');

	puts(":nospace");
	for (; column && column->name; column++)
		offer_listed(word, value, begun, column->name, column->help);
	for (unsigned int kind = KIND_GUEST; !column && kind < KIND_NAMES; kind++)
		offer_listed(word, value, begun, kind_names[kind], "a kind of mapping");
}

/* Offers values of an option. `value` is the part of the word that is one: all of it, or
 * the part behind "=". */
static void offer_value(const struct command *command, const struct choice *choice,
			const char *word, const char *value)
{
	SCOPED char *before = memory_text("%.*s", (int)(value - word), word);
	SCOPED char *values = memory_text("%s", choice->values ? choice->values : "");
	const char *argument = choice->argument ? choice->argument : "";
	const struct column *column = command->columns;
	char *rest;

	for (char *one = strtok_r(values, ", ", &rest); one; one = strtok_r(NULL, ", ", &rest))
		offer(word, before, one, choice->help);
	if (strcmp(argument, "COLUMNS") == 0)
		offer_list(column, word, value);
	else if (strcmp(argument, "KINDS") == 0)
		offer_list(NULL, word, value);
	else if (strcmp(argument, "FILE") == 0)
		puts(":files");
	for (; strcmp(argument, "COLUMN") == 0 && column->name; column++)
		offer(word, before, column->name, column->help);
}

/* --- options and arguments -------------------------------------------------- */

static void offer_options(const struct command *command, const char *word)
{
	for (const struct choice *c = command->choices; c->name; c++)
		offer(word, "--", c->name, c->help);
}

struct processes {
	const char *word;
	int count;
};

static void offer_process(void *context, const struct reading *reading)
{
	struct processes *processes = context;
	struct title title = title_of(reading);

	processes->count++;
	title.text[SHORT_TITLE - 1] = 0;
	utf8_plain(title.text);
	offer(processes->word, "", word_number((uint64_t)reading->pid).text, title.text);
}

/* Offers arguments that the usage line names: processes, files, or a program to run. */
static void offer_argument(const struct command *command, const char *word, int number)
{
	const char *arguments = command->arguments;
	struct processes processes = { .word = word };

	if (command->stops) {
		printf(":command %d\n", number);
		return;
	}
	if (strstr(arguments, "PID"))
		process_each(NULL, offer_process, &processes);
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

/* Completes the last of the words, of which the command's name is the first. */
static void complete_word(const struct command *command, int count, char **words)
{
	const char *word = words[count - 1], *value = strchr(word, '=');
	const struct choice *choice = NULL; /* whose value the word is */
	bool over;                          /* "--" has ended the options */
	int key;

	while ((key = command_getopt(command, count - 1, words)) != -1)
		choice = key == ':' ? command_choice(command, NULL, 0, optopt) : NULL;
	over = strcmp(words[optind - 1], "--") == 0;
	if (choice) {
		offer_value(command, choice, word, word);
	} else if (command->stops && optind < count - 1) {
		printf(":command %d\n", optind);
	} else if (over || word[0] != '-') {
		offer_argument(command, word, count - 1);
	} else if (word[1] == '-' && value) {
		choice = command_choice(command, word + 2, (size_t)(value - word - 2), 0);
		if (choice)
			offer_value(command, choice, word, value + 1);
	} else {
		offer_options(command, word);
	}
}

int completion_print(const struct command *const *commands, int count, char **words)
{
	if (count == 1)
		offer_commands(commands, words[0]);
	if (count < 2)
		return 0;
	if (count == 2 && strcmp(words[0], "help") == 0)
		offer_commands(commands, words[1]);
	while (*commands && strcmp((*commands)->name, words[0]) != 0)
		commands++;
	if (*commands)
		complete_word(*commands, count, words);
	return 0;
}
