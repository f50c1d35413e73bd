/* SPDX-License-Identifier: MIT */
/* vactl watch: what vactl shows, again and again. */
#include "watch.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "core/window.h"

#define INTERVAL_MIN 0.05
#define INTERVAL_MAX 86400.0
#define COUNT_MAX 1000000000UL

static const struct choice watch_choices[] = {
	{ .name = "interval", .key = 'i', .argument = "SECONDS",
	  .help = "look every so many seconds, not every second" },
	{ .name = "count", .key = 'c', .argument = "NUMBER", .help = "look so often and end" },
	{ .name = "plain", .key = 'p', .help = "print lines of text on a terminal too" },
	{ .name = NULL },
};

/* Digits with at most one point, in any locale: strtod() would want a comma. */
static bool read_seconds(const char *text, double *seconds)
{
	double value = 0, unit = 1;
	bool digits = false;

	for (; *text >= '0' && *text <= '9'; text++, digits = true)
		value = value * 10 + (*text - '0');
	if (*text == '.')
		for (text++; *text >= '0' && *text <= '9'; text++, digits = true)
			value += (*text - '0') * (unit /= 10);
	*seconds = value;
	return digits && !*text && value >= INTERVAL_MIN && value <= INTERVAL_MAX;
}

static bool read_count(const char *text, unsigned long *count)
{
	const char *end;
	uint64_t value;

	if (window_digits(text, &end, &value) || *end || value < 1 || value > COUNT_MAX)
		return false;
	*count = value;
	return true;
}

/* Returns 0, or the exit status after a message. */
static int choose(struct watch *watch, bool *plain, const struct choice *choice, const char *value)
{
	switch (choice->key) {
	case 'i':
		if (!read_seconds(value, &watch->interval))
			return command_misused(watch->command, "--interval is not from 0.05 to 86400");
		break;
	case 'c':
		if (!read_count(value, &watch->count))
			return command_misused(watch->command, "--count is not from 1 to 1000000000");
		break;
	case 'p':
		*plain = true;
		break;
	}
	return 0;
}

/* A terminal that can be drawn on: it has a name, and keys come from it. */
static bool has_screen(void)
{
	const char *name = getenv("TERM");

	return isatty(STDOUT_FILENO) && isatty(STDIN_FILENO) && name && *name &&
	       strcmp(name, "dumb") != 0;
}

static int watch_main(const struct command *command, int argc, char **argv)
{
	struct watch watch = { .command = command, .interval = 1 };
	struct arguments arguments;
	const struct choice *choice;
	const char *value;
	bool plain = false;
	int status = 0;

	arguments_start(&arguments, command, argc, argv);
	while (!status && (choice = arguments_next(&arguments, &value)))
		status = choose(&watch, &plain, choice, value);
	if (status || arguments.over)
		return status ? status : arguments.status;
	if (optind < argc)
		status = command_pid(command, argc, argv, &watch.pid);
	if (status)
		return status;
	status = !plain && has_screen() ? watch_screen(&watch) : WATCH_NO_SCREEN;
	return status == WATCH_NO_SCREEN ? watch_text(&watch) : status;
}

const struct command command_watch = {
	.name = "watch",
	.arguments = "[PID]",
	.summary = "Show a confined process, or all of them, live.",
	.notes = "On a terminal the address space is a map of cells, or the processes are a list\n"
		 "to choose from. Keys: q ends, arrows choose, Enter goes in and Backspace out,\n"
		 "Space stops and goes on. Elsewhere it prints a line of text each time.\n"
		 "Exit status: 0, or 1 where a table could not be read or something failed.\n",
	.choices = (const struct choice *const[]){ watch_choices, command_choices, NULL },
	.failure = 1,
	.run = watch_main,
};
