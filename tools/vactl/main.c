/* SPDX-License-Identifier: MIT */
/* All of vactl. The user calls vactl_main.c, which starts programs itself and becomes this
 * program for all else. */
#include "command.h"
#include "tools/vactl/version.h"

/* The commands, in the order in which --help prints them. */
static const struct command *const commands[] = {
	&command_run,
	&command_ps,
	&command_maps,
	&command_stat,
	&command_check,
	&command_explain,
	&command_watch,
	&command_plot,
	NULL,
};

static void print_commands(void)
{
	puts("Usage:\n vactl COMMAND [options] [arguments]\n\n"
	     "Keep the mappings of programs inside a window of addresses, and look into them.\n\n"
	     "Commands:");
	for (size_t i = 0; commands[i]; i++)
		printf(" %-8s %s\n", commands[i]->name, commands[i]->summary);
	puts("\nOptions:\n"
	     " -h, --help     print this text; 'vactl help COMMAND' tells of a command\n"
	     " -V, --version  print the version");
}

static int say_misused(const char *what, const char *word)
{
	char names[128] = "";

	for (size_t i = 0; commands[i]; i++) {
		strcat(names, i ? ", " : "");
		strcat(names, commands[i]->name);
	}
	message_print("%s%s; the commands are %s; see 'vactl --help'", what, word, names);
	return 1;
}

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; commands[i]; i++)
		if (strcmp(name, commands[i]->name) == 0)
			return commands[i];
	return NULL;
}

static int without_command(int argc, char **argv)
{
	if (argc < 2)
		return say_misused("no command", "");
	if (argc > 2 && strcmp(argv[1], "help") == 0) {
		/* Turns "help COMMAND" into "COMMAND --help". */
		argv[1] = argv[2];
		argv[2] = "--help";
		return command_main(find_command(argv[1]), 3, argv, targets_run,
				    without_command);
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0 ||
	    strcmp(argv[1], "help") == 0)
		print_commands();
	else if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0)
		puts("vactl (valimit) " VERSION_TEXT);
	else if (strcmp(argv[1], "completion") == 0)
		return completion_print(commands, argc - 2, argv + 2);
	else
		return say_misused("there is no command ", argv[1]);
	return 0;
}

int main(int argc, char **argv)
{
	return command_main(argc > 1 ? find_command(argv[1]) : NULL, argc, argv, targets_run,
			    without_command);
}
