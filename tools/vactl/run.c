/* SPDX-License-Identifier: MIT */
/* vactl run: prepares the environment and becomes the program. */
#include <paths.h>

#include "command.h"
#include "core/options.h"
#include "core/text.h"
#include "procfile.h"
#include "run.h"

/* Members of an option that sets a variable. */
#define VARIABLE(option, short_form, member, what, env) \
	.name = option, .letter = short_form, STORED(member), .argument = what, .variable = env

static const struct choice run_choices[] = {
	{ VARIABLE("window", 'w', none, "WINDOW", "VA_LIMIT"),
	  .help = "LOWER-UPPER, Nbit, map32, none, a guest's name",
	  .values = "31bit 32bit 39bit 47bit map32 none x86_64 i386 i386-4g arm arm-4g aarch64-36 "
		    "aarch64-39 aarch64-42 aarch64-47 aarch64-48 riscv64-39 riscv64-48 riscv32 "
		    "mips" },
	{ VARIABLE("reach", 0, reach, "REACH", "VA_LIMIT_REACH"),
	  .help = "calls, process or whole (default)",
	  .values = OPTION_REACHES },
	{ .name = "children", STORED(children),
	  .help = "all that the program starts is whole too (Linux 6.7)" },
	{ VARIABLE("fence", 0, fence, "FENCE", "VA_LIMIT_FENCE"),
	  .help = OPTION_FENCES, .values = OPTION_FENCES },
	{ VARIABLE("host", 0, host, "GLOB", "VA_LIMIT_HOST"),
	  .help = "modules whose calls are host", .list = true },
	{ VARIABLE("guest", 0, guest, "GLOB", "VA_LIMIT_GUEST"),
	  .help = "the only modules whose calls are guest", .list = true },
	{ VARIABLE("fixed", 0, none, "HOW", "VA_LIMIT_FIXED"),
	  .help = "MAP_FIXED outside the window: allow or deny", .values = "allow deny" },
	{ VARIABLE("place", 0, none, "WHERE", "VA_LIMIT_PLACE"),
	  .help = OPTION_PLACES, .values = OPTION_PLACES },
	{ VARIABLE("base", 0, none, "ADDRESS", "VA_LIMIT_BASE"),
	  .help = "where the search for room starts" },
	{ VARIABLE("seed", 0, none, "NUMBER", "VA_LIMIT_SEED"),
	  .help = "the same placement from run to run" },
	{ VARIABLE("align", 0, none, "SIZE", "VA_LIMIT_ALIGN"),
	  .help = "least alignment of mappings" },
	{ VARIABLE("inherit", 0, none, "HOW", "VA_LIMIT_INHERIT"),
	  .help = "yes, or no: what it starts is not confined", .values = "yes no" },
	{ VARIABLE("trace", 0, none, "FILE", "VA_LIMIT_TRACE"),
	  .help = "one line an event; page:FILE: also the layout", .file = true },
	{ VARIABLE("report", 0, none, "FILE", "VA_LIMIT_REPORT"),
	  .help = "a summary at exit", .file = true },
	HELP_CHOICE,
};

extern char **environ;

static void set_variable(const char *name, const char *value)
{
	if (setenv(name, value, 1))
		memory_out();
}

/* Sets a variable to a text from malloc. */
static void set_text(const char *name, char *text)
{
	set_variable(name, text);
	free(text);
}

/* Appends a glob to the list that this command line has begun, or begins one. */
static const char *add_glob(const char *name, const char *glob, bool begun)
{
	const char *list = begun ? getenv(name) : NULL;

	set_text(name, memory_text("%s%s%s", list ? list : "", list ? ":" : "", glob));
	return NULL;
}

/* Makes a relative path absolute, since the program may change its directory.
 * "stderr" is no path, nor is "page", a layout on stderr. */
static const char *set_file(const char *name, const char *value)
{
	bool trace = strcmp(name, "VA_LIMIT_TRACE") == 0;
	const char *layout = trace ? text_behind(value, "page:") : NULL;
	const char *file = layout ? layout : value;
	SCOPED char *here = NULL;

	if (strcmp(file, "stderr") == 0 || strcmp(value, "page") == 0 || !*file || *file == '/') {
		set_variable(name, value);
		return NULL;
	}
	here = getcwd(NULL, 0);
	if (!here)
		return memory_text("%s: cannot tell the present directory (%s), name the file from "
				   "the root", file, strerror(errno));
	set_text(name, memory_text("%.*s%s/%s", (int)(file - value), value, here, file));
	return NULL;
}

static const char *run_choose(const struct arguments *arguments, const struct choice *choice,
			      const char *value)
{
	if (value && !*value)
		return "needs a value";
	if (choice->list)
		return add_glob(choice->variable, value,
				*(const char *const *)((const char *)arguments + choice->at));
	if (choice->file)
		return set_file(choice->variable, value);
	if (choice->variable)
		set_variable(choice->variable, value);
	return NULL;
}

static bool is_off(const char *fence)
{
	return fence && strcmp(fence, "off") == 0;
}

/* The reach without an option: calls if there is to be no fence, else the environment's,
 * or the whole process. */
static const char *usual_reach(const struct arguments *arguments)
{
	const char *inherited = getenv("VA_LIMIT_REACH");

	if (is_off(arguments->fence ? arguments->fence : getenv("VA_LIMIT_FENCE")))
		return "calls";
	return inherited && *inherited && !arguments->fence ? inherited : "whole";
}

/* Sets the fence, and *whole if the launcher is to start the program, by --reach. The
 * library reads the reach too, for programs that the program executes. Returns 0 or the
 * exit status. */
static int apply_reach(const struct arguments *arguments, bool *whole)
{
	const char *fence = arguments->fence;
	const char *reach = arguments->reach ? arguments->reach : usual_reach(arguments);

	*whole = strcmp(reach, "whole") == 0;
	set_variable("VA_LIMIT_REACH", reach);
	if (arguments->children && !*whole)
		return command_misused(&command_run, "--children needs --reach whole");
	if (strcmp(reach, "calls") == 0) {
		if (arguments->reach && fence && !is_off(fence))
			return command_misused(&command_run, "--reach calls is without a fence and "
					       "excludes --fence %s", fence);
		set_variable("VA_LIMIT_FENCE", "off");
		return 0;
	}
	if (strcmp(reach, "process") != 0 && !*whole)
		return command_misused(&command_run, "--reach %s is not one of calls, process, "
				       "whole", reach);
	if (is_off(fence))
		return command_misused(&command_run, "--reach %s needs the fence and excludes "
				       "--fence off", reach);
	if (arguments->reach && !fence)
		set_variable("VA_LIMIT_FENCE", "auto");
	return 0;
}

/* Refuses settings that the library would refuse inside the program, by the names of the
 * options. A process without limits needs no launcher. Returns 0 or the exit status. */
static int check_environment(bool *whole)
{
	long min = procfile_number("/proc/sys/vm/mmap_min_addr", 65536);
	const char *window = getenv("VA_LIMIT");
	const struct choice *choice = run_choices;
	struct options_error error;
	struct options options;

	if (!window || !*window)
		return command_misused(&command_run, "needs a window: --window WINDOW or VA_LIMIT");
	if (options_parse(environ, (uintptr_t)min, &options, &error) == 0) {
		*whole = *whole && options.limited;
		return 0;
	}
	while (choice->name &&
	       !(choice->variable && text_is(error.name, error.name_length, choice->variable)))
		choice++;
	return command_misused(&command_run, "%.*s%s%s%s '%s' %s", (int)error.name_length,
			       error.name, choice->name ? " (--" : "",
			       choice->name ? choice->name : "", choice->name ? ")" : "",
			       error.value, error.why);
}

/* Puts the library in front of others, so that its symbols win. */
static void preload_library(const char *library)
{
	const char *others = getenv("LD_PRELOAD");

	set_text("LD_PRELOAD", memory_text("%s%s%s", library, others && *others ? ":" : "",
					   others ? others : ""));
}

/* Becomes the program by the launcher. Like execvp(), gives a plain text without an
 * interpreter to the shell. Returns the exit status after a message. */
static int launch(const char *launcher, const struct elfcheck *program, char **arguments)
{
	size_t count = 0, used = 0;
	SCOPED const char **words = NULL;

	while (arguments[count])
		count++;
	/* The launcher's own name, the file, and the program's words. */
	words = memory_array(NULL, count + 5, sizeof(*words));
	words[used++] = launcher;
	words[used++] = program->plain ? _PATH_BSHELL : program->path;
	words[used++] = program->plain ? _PATH_BSHELL : arguments[0];
	if (program->plain)
		words[used++] = program->path;
	memcpy(words + used, arguments + 1, count * sizeof(*words));
	execv(launcher, (char **)words);
	message_print("run: cannot start the launcher %s: %s", launcher, strerror(errno));
	return STATUS_OWN;
}

static int run_run(const struct command *command, struct arguments *arguments)
{
	char library[PATH_MAX], launcher[PATH_MAX], **words = arguments->words;
	struct elfcheck check;
	bool whole;
	int status = apply_reach(arguments, &whole);

	if (status)
		return status;
	if (!*words)
		return command_misused(command, "needs a program to run");
	status = check_environment(&whole);
	if (!status)
		status = elfcheck_program(*words, whole, &check);
	if (!status)
		status = parts_library(library);
	if (!status && whole)
		status = parts_launcher(launcher);
	if (status)
		return status;
	/* A program of another libc is confined by the launcher's fence alone. */
	if (!whole || !check.closed)
		preload_library(library);
	if (whole && !arguments->children)
		return launch(launcher, &check, words);
	if (whole)
		status = children_confine(launcher, library);
	if (status)
		return status;
	execvp(*words, words);
	message_print("run: cannot run %s: %s", *words, strerror(errno));
	return errno == ENOENT ? STATUS_NOT_FOUND : STATUS_CANNOT_RUN;
}

const struct command command_run = {
	.name = "run",
	.arguments = "[--] PROGRAM [ARGUMENT...]",
	.summary = "Run a program with its mappings kept inside a window of addresses.",
	.notes = "The window is --window, else VA_LIMIT. LOWER and UPPER are 0x..., decimal "
		 "with K, M, G, T or P, or 2^N; LOWER above UPPER wraps around, and leaves "
		 "out what is between.\nThe program replaces vactl: same process ID, its own "
		 "exit status.\nExit status: 125 vactl itself failed, 126 the program was "
		 "found but cannot be run, 127 it was not found.",
	.choices = run_choices,
	.failure = STATUS_OWN,
	.stops = true,
	.choose = run_choose,
	.run = run_run,
};
