/* SPDX-License-Identifier: MIT */
/* vactl run: prepares the environment and becomes the program. */
#include <errno.h>
#include <paths.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "children.h"
#include "command.h"
#include "core/options.h"
#include "elfcheck.h"
#include "launcher.h"
#include "library.h"
#include "message.h"

#define MIN_FILE "/proc/sys/vm/mmap_min_addr"
#define MIN_USUAL 65536

enum {
	KEY_REACH = 256, KEY_FENCE, KEY_HOST, KEY_GUEST, KEY_FIXED, KEY_PLACE, KEY_BASE, KEY_SEED,
	KEY_ALIGN, KEY_TRACE, KEY_REPORT, KEY_CHILDREN,
};

static const struct choice run_choices[] = {
	{ .name = "window", .key = 'w', .argument = "WINDOW", .variable = "VA_LIMIT",
	  .help = "LOWER-UPPER, Nbit, map32 or none",
	  .values = "31bit 32bit 39bit 47bit map32 none" },
	{ .name = "reach", .key = KEY_REACH, .argument = "REACH", .variable = "VA_LIMIT_REACH",
	  .help = "calls, process or whole (default)",
	  .values = "calls process whole" },
	{ .name = "children", .key = KEY_CHILDREN,
	  .help = "all that the program starts is whole too (Linux 6.7)" },
	{ .name = "fence", .key = KEY_FENCE, .argument = "FENCE", .variable = "VA_LIMIT_FENCE",
	  .help = "auto, on, off or sealed",
	  .values = "auto on off sealed" },
	{ .name = "host", .key = KEY_HOST, .argument = "GLOB", .variable = "VA_LIMIT_HOST",
	  .help = "modules whose calls are host" },
	{ .name = "guest", .key = KEY_GUEST, .argument = "GLOB", .variable = "VA_LIMIT_GUEST",
	  .help = "the only modules whose calls are guest" },
	{ .name = "fixed", .key = KEY_FIXED, .argument = "HOW", .variable = "VA_LIMIT_FIXED",
	  .help = "MAP_FIXED outside the window: allow or deny",
	  .values = "allow deny" },
	{ .name = "place", .key = KEY_PLACE, .argument = "WHERE", .variable = "VA_LIMIT_PLACE",
	  .help = "topdown, bottomup or random",
	  .values = "topdown bottomup random" },
	{ .name = "base", .key = KEY_BASE, .argument = "ADDRESS", .variable = "VA_LIMIT_BASE",
	  .help = "where the search for room starts" },
	{ .name = "seed", .key = KEY_SEED, .argument = "NUMBER", .variable = "VA_LIMIT_SEED",
	  .help = "the same placement from run to run" },
	{ .name = "align", .key = KEY_ALIGN, .argument = "SIZE", .variable = "VA_LIMIT_ALIGN",
	  .help = "least alignment of mappings" },
	{ .name = "trace", .key = KEY_TRACE, .argument = "FILE", .variable = "VA_LIMIT_TRACE",
	  .help = "one line an event; page:FILE: also the layout" },
	{ .name = "report", .key = KEY_REPORT, .argument = "FILE", .variable = "VA_LIMIT_REPORT",
	  .help = "a summary at exit" },
	{ .name = NULL },
};

extern char **environ;

/* What several options ask for together. */
struct wish {
	const char *reach, *fence; /* as given; NULL: not given */
	bool hosts, guests;        /* some were given */
	bool whole;                /* the launcher starts the program, */
	bool children;             /* and what that starts */
};

static void set_variable(const char *name, const char *value)
{
	if (setenv(name, value, 1))
		memory_out();
}

/* A glob more of a list that this command line has begun. */
static void add_glob(const char *name, const char *glob, bool *begun)
{
	const char *list = *begun ? getenv(name) : NULL;
	char *longer = list ? memory_text("%s:%s", list, glob) : memory_text("%s", glob);

	set_variable(name, longer);
	free(longer);
	*begun = true;
}

/* A file that stays the same wherever the program goes: what is no absolute path
 * is one from here. "stderr" is none, nor is "page", which goes there. */
static int set_file(const char *name, const char *value)
{
	const char *file = value;
	char *here, *whole;

	if (strcmp(name, "VA_LIMIT_TRACE") == 0 && strncmp(value, "page:", 5) == 0)
		file += 5;
	if (strcmp(file, "stderr") == 0 || strcmp(value, "page") == 0 || !*file || *file == '/') {
		set_variable(name, value);
		return 0;
	}
	here = getcwd(NULL, 0);
	if (!here)
		return command_misused(&command_run, "%s: cannot tell the present directory (%s), "
				       "name the file from the root", file, strerror(errno));
	whole = memory_text("%.*s%s/%s", (int)(file - value), value, here, file);
	set_variable(name, whole);
	free(whole);
	free(here);
	return 0;
}

static bool is_off(const char *fence)
{
	return fence && strcmp(fence, "off") == 0;
}

/* Where neither options nor environment say: all of it, unless there is to be no
 * fence. */
static const char *usual_reach(const struct wish *wish)
{
	const char *inherited = getenv("VA_LIMIT_REACH");

	if (is_off(wish->fence ? wish->fence : getenv("VA_LIMIT_FENCE")))
		return "calls";
	return inherited && *inherited && !wish->fence ? inherited : "whole";
}

/* The library takes the reach for what the program executes. */
static int apply_reach(struct wish *wish)
{
	const char *reach = wish->reach ? wish->reach : usual_reach(wish);

	wish->whole = strcmp(reach, "whole") == 0;
	set_variable("VA_LIMIT_REACH", reach);
	if (wish->children && !wish->whole)
		return command_misused(&command_run, "--children needs --reach whole");
	if (strcmp(reach, "calls") == 0) {
		if (wish->reach && wish->fence && !is_off(wish->fence))
			return command_misused(&command_run, "--reach calls is without a fence and "
					       "excludes --fence %s", wish->fence);
		set_variable("VA_LIMIT_FENCE", "off");
		return 0;
	}
	if (strcmp(reach, "process") != 0 && !wish->whole)
		return command_misused(&command_run, "--reach %s is not one of calls, process, "
				       "whole", reach);
	if (is_off(wish->fence))
		return command_misused(&command_run, "--reach %s needs the fence and excludes "
				       "--fence off", reach);
	if (wish->reach && !wish->fence)
		set_variable("VA_LIMIT_FENCE", "auto");
	return 0;
}

/* Puts one option into the environment. 0 or the exit status. */
static int apply(const struct choice *choice, const char *value, struct wish *wish)
{
	if (value && !*value)
		return command_misused(&command_run, "--%s needs a value", choice->name);
	switch (choice->key) {
	case KEY_HOST:
		add_glob(choice->variable, value, &wish->hosts);
		return 0;
	case KEY_GUEST:
		add_glob(choice->variable, value, &wish->guests);
		return 0;
	case KEY_TRACE:
	case KEY_REPORT:
		return set_file(choice->variable, value);
	case KEY_CHILDREN:
		wish->children = true;
		return 0;
	case KEY_REACH:
		wish->reach = value;
		return 0;
	case KEY_FENCE:
		wish->fence = value;
		break;
	}
	set_variable(choice->variable, value);
	return 0;
}

/* Reads the options into the environment. Returns 0 or the exit status; *over
 * where nothing is left to do. */
static int read_arguments(int argc, char **argv, struct wish *wish, bool *over)
{
	const struct choice *choice;
	struct arguments arguments;
	const char *value;

	arguments_start(&arguments, &command_run, argc, argv);
	while ((choice = arguments_next(&arguments, &value))) {
		int status = apply(choice, value, wish);

		if (status)
			return status;
	}
	*over = arguments.over;
	return arguments.over ? arguments.status : apply_reach(wish);
}

/* The lowest address that the kernel allows, which "Nbit" starts at. */
static uintptr_t read_min(void)
{
	unsigned long min = MIN_USUAL;
	FILE *file = fopen(MIN_FILE, "re");

	if (file) {
		if (fscanf(file, "%lu", &min) != 1)
			min = MIN_USUAL;
		fclose(file);
	}
	return min;
}

/* The option that sets a variable, to name what the user typed; NULL: none. */
static const struct choice *find_variable(const char *name, size_t length)
{
	for (const struct choice *c = run_choices; c->name; c++)
		if (c->variable && strlen(c->variable) == length &&
		    memcmp(c->variable, name, length) == 0)
			return c;
	return NULL;
}

/* The library would refuse the same, but from inside the program. Without limits
 * there is nothing for the launcher to do. */
static int check_environment(struct wish *wish)
{
	struct options_error error;
	const struct choice *choice;
	struct options options;
	const char *window = getenv("VA_LIMIT");

	if (!window || !*window)
		return command_misused(&command_run, "needs a window: --window WINDOW or VA_LIMIT");
	if (options_parse(environ, read_min(), &options, &error) == 0) {
		wish->whole = wish->whole && options.limited;
		return 0;
	}
	choice = find_variable(error.name, error.name_length);
	return command_misused(&command_run, "%.*s%s%s%s '%s' %s", (int)error.name_length,
			       error.name, choice ? " (--" : "", choice ? choice->name : "",
			       choice ? ")" : "", error.value, error.why);
}

/* Ours comes first, so that its symbols win. */
static void preload(const char *library)
{
	const char *others = getenv("LD_PRELOAD");
	char *all;

	all = memory_text("%s%s%s", library, others && *others ? ":" : "", others ? others : "");
	set_variable("LD_PRELOAD", all);
	free(all);
}

/* As execvp() does it, which gives text to the shell. */
static int launch(const char *launcher, struct elfcheck *check, char **arguments)
{
	size_t count = 0;
	char **words;

	if (!check->plain)
		return launcher_run(launcher, check->path, arguments);
	while (arguments[count])
		count++;
	words = memory_array(NULL, count + 2, sizeof(*words));
	words[0] = (char *)_PATH_BSHELL;
	words[1] = check->path;
	memcpy(words + 2, arguments + 1, count * sizeof(*words));
	return launcher_run(launcher, _PATH_BSHELL, words);
}

static int run_main(const struct command *command, int argc, char **argv)
{
	char library[PATH_MAX], launcher[PATH_MAX];
	struct wish wish = { 0 };
	struct elfcheck check;
	bool over = false;
	int status = read_arguments(argc, argv, &wish, &over);

	if (status || over)
		return status;
	if (optind == argc)
		return command_misused(command, "needs a program to run");
	status = check_environment(&wish);
	if (!status)
		status = elfcheck_program(argv[optind], wish.whole, &check);
	if (!status)
		status = library_find(library);
	if (!status && wish.whole)
		status = launcher_find(launcher);
	if (status)
		return status;
	/* Into a program of another libc the launcher's fence has to be enough. */
	if (!wish.whole || !check.closed)
		preload(library);
	if (wish.whole && !wish.children)
		return launch(launcher, &check, argv + optind);
	if (wish.whole)
		status = children_confine(launcher, library);
	if (status)
		return status;
	execvp(argv[optind], argv + optind);
	message_print("run: cannot run %s: %s", argv[optind], strerror(errno));
	return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
}

const struct command command_run = {
	.name = "run",
	.arguments = "[--] PROGRAM [ARGUMENT...]",
	.summary = "Run a program with its mappings kept inside a window of addresses.",
	.notes = "The window is --window, else VA_LIMIT. LOWER and UPPER are 0x..., decimal\n"
		 "with K, M, G, T or P, or 2^N; LOWER above UPPER wraps around, and leaves\n"
		 "out what is between.\n"
		 "The program replaces vactl: same process ID, its own exit status.\n"
		 "Exit status: 125 vactl itself failed, 126 the program was found but cannot\n"
		 "be run, 127 it was not found.\n",
	.choices = (const struct choice *const[]){ run_choices, command_choices, NULL },
	.failure = STATUS_OWN,
	.stops = true,
	.run = run_main,
};
