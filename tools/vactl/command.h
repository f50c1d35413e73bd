/* SPDX-License-Identifier: MIT */
/*
 * A command of vactl and its options. One table of options for each command
 * gives its parsing and its help.
 */
#ifndef VACTL_COMMAND_H
#define VACTL_COMMAND_H

#include <getopt.h>
#include <stdbool.h>
#include <stddef.h>

#include "target.h"

struct column;

/* Exit status of vactl run's own failures, as env(1) and timeout(1) have it. */
#define STATUS_OWN 125
#define STATUS_CANNOT_RUN 126
#define STATUS_NOT_FOUND 127

struct choice {
	const char *name;     /* the long option; NULL ends a table */
	int key;              /* the short option's letter, or a number above 255 */
	const char *argument; /* its name; NULL: takes none; "[...]": may be left out */
	const char *help;
	const char *values;   /* that a shell offers, with spaces between; NULL: any */
	const char *variable; /* environment variable that it sets; NULL: none */
};

struct command {
	const char *name;
	const char *arguments;  /* after the options, for the usage line */
	const char *summary;    /* one line */
	const char *notes;      /* end of the help, with the exit statuses */
	const struct choice *const *choices; /* tables of options, NULL-terminated */
	const struct column *columns;        /* of its listing; NULL: has none */
	int failure;            /* exit status of its own failures */
	bool stops;             /* options end at the first argument */
	int (*run)(const struct command *command, int argc, char **argv);
};

extern const struct command command_run, command_ps, command_maps, command_stat, command_check,
	command_explain, command_plot, command_watch;

/* Ends every command's tables: --help. */
extern const struct choice command_choices[];

#define COMMAND_CHOICES_MAX 40

/* Options being read from a command's arguments. */
struct arguments {
	const struct command *command;
	int argc;
	char **argv;
	const struct choice *choice[COMMAND_CHOICES_MAX];
	struct option option[COMMAND_CHOICES_MAX];
	char letters[2 + 3 * COMMAND_CHOICES_MAX];
	bool over;   /* nothing is left to do: help was printed, or a message */
	int status;  /* the exit status then */
};

void arguments_start(struct arguments *arguments, const struct command *command,
		     int argc, char **argv);

/* The next option, its value in *value (NULL: it has none); NULL at the end:
 * then optind is the first argument, and `over` tells whether to return
 * `status` at once. Says itself what is wrong with an option. */
const struct choice *arguments_next(struct arguments *arguments, const char **value);

/* Says why the arguments are wrong and names --help; returns the status. */
int command_misused(const struct command *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* The one argument PID. Returns 0, or the exit status after a message. */
int command_pid(const struct command *command, int argc, char **argv, int *pid);

/* PID or CORE, the first of `count` arguments: digits are a PID, anything else
 * the path of a core file. Returns 0, or the exit status after a message. */
int command_target(const struct command *command, int argc, char **argv, int count,
		   struct target *target);

void command_help(const struct command *command);

/* What main() returns: of the command, or of what is done without one. argv[0] is
 * vactl's name, argv[1] the command's. */
int command_main(const struct command *command, int argc, char **argv,
		 int (*otherwise)(int argc, char **argv));

#endif
