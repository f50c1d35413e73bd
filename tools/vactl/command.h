/* SPDX-License-Identifier: MIT */
/*
 * A command of vactl and its options. A command's one table of options gives its parsing,
 * its help and its completion.
 */
#ifndef VACTL_COMMAND_H
#define VACTL_COMMAND_H

#include "reader.h"

struct column;

/* Exit statuses of vactl run, which are those of env(1) and timeout(1). */
#define STATUS_OWN 125
#define STATUS_CANNOT_RUN 126
#define STATUS_NOT_FOUND 127

/* Options and words of a command line. An option that was not given is NULL, false, or the
 * command's default. */
struct arguments {
	const char *none; /* of options that have an effect of their own */
	/* listings */
	bool bytes, json, noheadings, raw, output_all;
	const char *output, *sort, *color;
	/* maps */
	const char *kinds, *range, *owner;
	/* check, ps, plot, watch */
	bool escapes_only, verbose, compare, plain;
	const char *file, *save, *interval;
	uint64_t width, lines, count;
	/* run */
	bool children;
	const char *reach, *fence, *host, *guest;
	/* behind the options */
	char **words;
	int words_count;
	struct reading reading[2]; /* of the first words, if the command takes them */
};

/* The member that stores an option: a flag, its value as text, or a number. */
#define STORED(member) .at = offsetof(struct arguments, member)

struct choice {
	const char *name;     /* the long option; NULL ends a table */
	char letter;          /* of the short option; 0: none */
	size_t at;            /* STORED() */
	const char *argument; /* its name; NULL: takes none, "[...]": may be left out */
	uint64_t least, most; /* if it is a number */
	const char *help;
	const char *values;   /* offered by a shell, between commas or spaces; NULL: any */
	const char *variable; /* environment variable that it sets; NULL: none */
	bool list, file;      /* each option adds a glob; a path, or a word for stderr */
};

struct command {
	const char *name;
	const char *arguments;  /* after the options, for the usage line */
	const char *summary;    /* one line */
	const char *notes;      /* end of the help, with the exit statuses */
	const struct choice *choices; /* its options; HELP_CHOICE ends them */
	const struct column *columns; /* of its listing; NULL: has none */
	unsigned int shown;     /* bit of columns that are shown without --output */
	int failure;            /* exit status of its own failures */
	bool stops;             /* options end at the first argument */
	int targets;            /* words that are PIDs or core files; one more to compare */
	int more;               /* words behind the targets; without targets any number */
	bool partial;           /* kernel's lists will do if tables may not be read */
	struct arguments defaults;
	/* Gives an option its effect before it is stored; NULL: no option has any. Returns
	 * NULL, or a phrase that follows "--NAME ". */
	const char *(*choose)(const struct arguments *arguments, const struct choice *choice,
			      const char *value);
	/* Returns the exit status. */
	int (*run)(const struct command *command, struct arguments *arguments);
};

extern const struct command command_run, command_ps, command_maps, command_stat, command_check,
	command_explain, command_plot, command_watch;

/* Options that several commands have. */
#define JSON_CHOICE { .name = "json", STORED(json), .letter = 'J', .help = "print JSON" }
#define OUTPUT_CHOICES \
	{ .name = "bytes", STORED(bytes), .letter = 'b', .help = "print sizes in bytes" }, \
	JSON_CHOICE
#define HELP_CHOICE { .name = "help", .letter = 'h', .help = "print this text" }, { .name = NULL }

/* Says why the arguments are wrong and names --help. Returns the exit status. */
int command_misused(const struct command *command, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* Calls getopt_long() with the command's options. The key of an option is its letter, or
 * for want of one a number behind all characters. */
int command_getopt(const struct command *command, int argc, char **argv);

/* Finds an option by its name of `length` bytes, or by its key if `name` is NULL. NULL: the
 * command has none. */
const struct choice *command_choice(const struct command *command, const char *name,
				    size_t length, int key);

/* Runs the command by the options that were given. Returns the exit status. */
typedef int command_runner(const struct command *command, struct arguments *arguments);

/* Reads the command's options and has `run` run it, or calls `otherwise` without a
 * command. Returns the exit status. argv[0] is vactl's name, argv[1] the command's. */
int command_main(const struct command *command, int argc, char **argv, command_runner *run,
		 int (*otherwise)(int argc, char **argv));

/* --- the processes and core files that a command looks into (targets.c) --------- */

/* Takes the first `count` words as sources of the readings, with `more` words of the
 * command behind them. Digits are a PID; any other word is the path of a core file, if the
 * command takes CORE. Returns 0, or the exit status after a message. */
int targets_take(const struct command *command, struct arguments *arguments, int count);

/* Reads the targets. Returns 0, or the exit status after a message if the command cannot
 * do with one of them. */
int targets_read(const struct command *command, struct arguments *arguments);

/* Takes the targets from the words behind the options and runs the command. Returns its
 * exit status, or that of a failure if a target's table could not be read. */
int targets_run(const struct command *command, struct arguments *arguments);

/* --- completion of a command line in a shell (completion.c) --------------------- */

/* Answers a shell's script from the tables of the usage text. Prints the answers for the
 * last of the words behind "vactl": one a line, then a tab and its description. A line
 * that begins with a colon is for the script:
 *
 *	:files      any file's name
 *	:nospace    the word may go on
 *	:command N  from word N on, counted from 0, the words are a command of their own
 *
 * `commands` ends with NULL. Returns 0. */
int completion_print(const struct command *const *commands, int count, char **words);

#endif
