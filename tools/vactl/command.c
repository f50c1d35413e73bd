/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <getopt.h>
#include <locale.h>

#include "listing.h"

#define CHOICES_MAX 40
#define HELP_WIDTH 80

/* The value by which getopt_long() returns an option of the command. */
static int key_of(const struct command *command, const struct choice *choice)
{
	return choice->letter ? choice->letter : UCHAR_MAX + 1 + (int)(choice - command->choices);
}

const struct choice *command_choice(const struct command *command, const char *name,
				    size_t length, int key)
{
	for (const struct choice *c = command->choices; c->name; c++)
		if (name ? strlen(c->name) == length && memcmp(c->name, name, length) == 0 :
			   key_of(command, c) == key)
			return c;
	return NULL;
}

/* The notation of getopt_long() for an option's argument. */
static int argument_mode(const struct choice *choice)
{
	if (!choice->argument)
		return no_argument;
	return choice->argument[0] == '[' ? optional_argument : required_argument;
}

int command_getopt(const struct command *command, int argc, char **argv)
{
	struct option option[CHOICES_MAX] = { { .name = NULL } }, *at = option;
	char letters[2 + 3 * CHOICES_MAX];

	strcpy(letters, command->stops ? "+:" : ":");
	for (const struct choice *c = command->choices; c->name; c++) {
		int mode = argument_mode(c);

		*at++ = (struct option){ c->name, mode, NULL, key_of(command, c) };
		if (c->letter)
			sprintf(letters + strlen(letters), "%c%.*s", c->letter, mode, "::");
	}
	opterr = 0;
	return getopt_long(argc, argv, letters, option, NULL);
}

/* Tells of a misused option. getopt_long() leaves its key in optopt, or 0 for an unknown
 * long one, which is the word just passed. */
static int say_bad_option(const struct command *command, char **argv, int answer)
{
	const struct choice *choice = optopt ? command_choice(command, NULL, 0, optopt) : NULL;

	if (choice)
		return command_misused(command, "--%s %s", choice->name,
				       answer == ':' ? "needs a value" : "takes no value");
	if (optopt)
		return command_misused(command, "-%c is no option", optopt);
	return command_misused(command, "%s is no option", argv[optind - 1]);
}

/* Prints words from a column on, and continues at the indentation of the next line. A
 * newline in the text ends a line. */
static void print_words(int column, int indent, const char *text)
{
	while (*text) {
		int length = (int)strcspn(text, " \n");

		if (column > indent && column + 1 + length > HELP_WIDTH) {
			printf("\n%*s", indent, "");
			column = indent;
		}
		column += printf("%s%.*s", column > indent ? " " : "", length, text);
		text += length;
		if (*text == '\n') {
			putchar('\n');
			column = 0;
		}
		text += *text != 0;
	}
	if (column)
		putchar('\n');
}

static void print_choice(const struct choice *choice)
{
	bool optional = argument_mode(choice) == optional_argument;
	const char *argument = choice->argument ? choice->argument + optional : "";
	char letter[5] = "    ", left[64];

	if (choice->letter)
		snprintf(letter, sizeof(letter), "-%c, ", choice->letter);
	snprintf(left, sizeof(left), "%s--%s%s%.*s%s", letter, choice->name,
		 !choice->argument ? "" : optional ? "[=" : " ", (int)strcspn(argument, "]"),
		 argument, optional ? "]" : "");
	print_words(printf(" %-32s ", left), 34, choice->help);
}

static void print_columns(const struct command *command)
{
	puts("\nColumns (those with * are printed without --output):");
	for (const struct column *column = command->columns; column->name; column++)
		print_words(printf(" %-12s%c ", column->name,
				   column->shown & command->shown ? '*' : ' '), 15, column->help);
}

static void print_help(const struct command *command)
{
	printf("Usage:\n vactl %s [options]%s%s\n\n%s\n\nOptions:\n", command->name,
	       *command->arguments ? " " : "", command->arguments, command->summary);
	for (const struct choice *c = command->choices; c->name; c++)
		print_choice(c);
	if (command->columns)
		print_columns(command);
	putchar('\n');
	print_words(0, 0, command->notes);
}

/* Stores an option. Returns NULL, or a phrase that follows "--NAME ". */
static const char *store_choice(const struct choice *choice, const char *value,
				struct arguments *arguments)
{
	char *at = (char *)arguments + choice->at;
	const char *end;
	uint64_t number;

	if (!choice->argument) {
		*(bool *)at = true;
	} else if (!choice->most) {
		*(const char **)at = value ? value : "";
	} else {
		if (window_digits(value, &end, &number) || *end || number < choice->least ||
		    number > choice->most)
			return memory_text("is not from %" PRIu64 " to %" PRIu64, choice->least,
					   choice->most);
		*(uint64_t *)at = number;
	}
	return NULL;
}

int command_misused(const struct command *command, const char *format, ...)
{
	SCOPED char *text = NULL;
	va_list args;

	va_start(args, format);
	text = memory_text_of(format, args);
	va_end(args);
	message_print("%s: %s; see 'vactl %s --help'", command->name, text, command->name);
	return command->failure;
}

static int start(const struct command *command, int argc, char **argv, command_runner *run)
{
	struct arguments arguments = command->defaults;
	const struct choice *choice;
	const char *why;
	int key;

	while ((key = command_getopt(command, argc, argv)) != -1) {
		if (key == 'h') {
			print_help(command);
			return 0;
		}
		if (key == '?' || key == ':')
			return say_bad_option(command, argv, key);
		choice = command_choice(command, NULL, 0, key);
		why = command->choose ? command->choose(&arguments, choice, optarg) : NULL;
		if (!why)
			why = store_choice(choice, optarg, &arguments);
		if (why)
			return command_misused(command, "--%s %s", choice->name, why);
	}
	arguments.words = argv + optind;
	arguments.words_count = argc - optind;
	return run(command, &arguments);
}

int command_main(const struct command *command, int argc, char **argv, command_runner *run,
		 int (*otherwise)(int argc, char **argv))
{
	int status, failure = command ? command->failure : EXIT_FAILURE;

	setlocale(LC_ALL, "");
	memory_failure(failure);
	status = command ? start(command, argc - 1, argv + 1, run) : otherwise(argc, argv);
	/* Output cut short by a full disk must not pass for whole. */
	if (fflush(stdout) || ferror(stdout)) {
		message_print("cannot write the output: %s", strerror(errno));
		return failure;
	}
	return status;
}
