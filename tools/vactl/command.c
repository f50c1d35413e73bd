/* SPDX-License-Identifier: MIT */
#include "command.h"

#include <errno.h>
#include <limits.h>
#include <locale.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "listing.h"
#include "message.h"

const struct choice command_choices[] = {
	{ .name = "help", .key = 'h', .help = "print this text" },
	{ .name = NULL },
};

/* getopt's notation for an option's argument. */
static int argument_mode(const struct choice *choice)
{
	if (!choice->argument)
		return no_argument;
	return choice->argument[0] == '[' ? optional_argument : required_argument;
}

static void add_choice(struct arguments *arguments, size_t at, const struct choice *choice)
{
	size_t length = strlen(arguments->letters);
	int mode = argument_mode(choice);

	arguments->choice[at] = choice;
	arguments->option[at] = (struct option){
		.name = choice->name, .has_arg = mode, .val = choice->key,
	};
	if (choice->key <= UCHAR_MAX)
		snprintf(arguments->letters + length, sizeof(arguments->letters) - length,
			 "%c%.*s", choice->key, mode, "::");
}

void arguments_start(struct arguments *arguments, const struct command *command,
		     int argc, char **argv)
{
	size_t count = 0;

	*arguments = (struct arguments){ .command = command, .argc = argc, .argv = argv };
	strcpy(arguments->letters, command->stops ? "+:" : ":");
	for (size_t table = 0; command->choices[table]; table++)
		for (const struct choice *c = command->choices[table]; c->name; c++)
			if (count < COMMAND_CHOICES_MAX - 1)
				add_choice(arguments, count++, c);
	opterr = 0;
	optind = 0; /* glibc: start anew, "+" may differ from the last time */
}

static const struct choice *find_choice(const struct arguments *arguments, int key)
{
	for (size_t i = 0; arguments->choice[i]; i++)
		if (arguments->choice[i]->key == key)
			return arguments->choice[i];
	return NULL;
}

/* getopt_long leaves in optopt which option is misused, and 0 where a long one
 * is unknown: that is the word just passed. */
static void say_bad_option(struct arguments *arguments, int answer)
{
	const struct choice *choice = optopt ? find_choice(arguments, optopt) : NULL;
	const struct command *command = arguments->command;

	if (choice)
		arguments->status = command_misused(command, "--%s %s", choice->name,
						    answer == ':' ? "needs a value" :
								    "takes no value");
	else if (optopt)
		arguments->status = command_misused(command, "-%c is no option", optopt);
	else
		arguments->status = command_misused(command, "%s is no option",
						    arguments->argv[optind - 1]);
	arguments->over = true;
}

const struct choice *arguments_next(struct arguments *arguments, const char **value)
{
	int key = getopt_long(arguments->argc, arguments->argv, arguments->letters,
			      arguments->option, NULL);

	*value = optarg;
	if (key == -1)
		return NULL;
	if (key == '?' || key == ':') {
		say_bad_option(arguments, key);
		return NULL;
	}
	if (key == 'h') {
		command_help(arguments->command);
		arguments->over = true;
		return NULL;
	}
	return find_choice(arguments, key);
}

int command_misused(const struct command *command, const char *format, ...)
{
	char *text;
	va_list args;

	va_start(args, format);
	text = memory_text_of(format, args);
	va_end(args);
	message_print("%s: %s; see 'vactl %s --help'", command->name, text, command->name);
	free(text);
	return command->failure;
}

/* strtol() would take " 1" and "+1" too. 0: it is none. */
static int read_pid(const char *word)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(word, &end, 10);
	if (word[0] < '0' || word[0] > '9' || *end || errno || number > INT_MAX)
		return 0;
	return (int)number;
}

int command_pid(const struct command *command, int argc, char **argv, int *pid)
{
	if (optind + 1 != argc)
		return command_misused(command, optind == argc ? "needs a process ID" :
								 "takes one process ID");
	*pid = read_pid(argv[optind]);
	if (*pid == 0)
		return command_misused(command, "'%s' is not a process ID", argv[optind]);
	return 0;
}

int command_target(const struct command *command, int argc, char **argv, int count,
		   struct target *target)
{
	const char *word = argv[optind];

	if (optind + count != argc)
		return command_misused(command, "%s %s", argc < optind + count ? "needs" : "takes only",
				       command->arguments);
	*target = target_process(read_pid(word));
	if (target->pid)
		return 0;
	if (word[strspn(word, "0123456789")] == 0 || access(word, F_OK))
		return command_misused(command, "'%s' is not a process ID and no core file", word);
	target->path = word;
	return 0;
}

static void print_choice(const struct choice *choice)
{
	bool optional = argument_mode(choice) == optional_argument;
	char left[64];

	snprintf(left, sizeof(left), "%c%c%c --%s%s%.*s%s",
		 choice->key <= UCHAR_MAX ? '-' : ' ',
		 choice->key <= UCHAR_MAX ? choice->key : ' ',
		 choice->key <= UCHAR_MAX ? ',' : ' ', choice->name,
		 !choice->argument ? "" : optional ? "[=" : " ",
		 choice->argument ? (int)strcspn(choice->argument + optional, "]") : 0,
		 choice->argument ? choice->argument + optional : "", optional ? "]" : "");
	printf(" %-32s %s\n", left, choice->help);
}

static void print_columns(const struct column *column)
{
	puts("\nColumns (those with * are printed without --output):");
	for (; column->name; column++)
		printf(" %-12s%c %s\n", column->name, column->shown ? '*' : ' ', column->help);
}

void command_help(const struct command *command)
{
	printf("Usage:\n vactl %s [options] %s\n\n%s\n\nOptions:\n", command->name,
	       command->arguments, command->summary);
	for (size_t table = 0; command->choices[table]; table++)
		for (const struct choice *c = command->choices[table]; c->name; c++)
			print_choice(c);
	if (command->columns)
		print_columns(command->columns);
	printf("\n%s", command->notes);
}

int command_main(const struct command *command, int argc, char **argv,
		 int (*otherwise)(int argc, char **argv))
{
	int status, failure = command ? command->failure : EXIT_FAILURE;

	setlocale(LC_ALL, "");
	memory_failure(failure);
	status = command ? command->run(command, argc - 1, argv + 1) : otherwise(argc, argv);
	/* A full disk must not look like a short table. */
	if (fflush(stdout) || ferror(stdout)) {
		message_print("cannot write the output: %s", strerror(errno));
		return failure;
	}
	return status;
}
