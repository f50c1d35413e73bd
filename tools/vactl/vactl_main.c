/* SPDX-License-Identifier: MIT */
/*
 * vactl as the user calls it: starts confined programs, and for all else becomes the
 * program that has all commands. Loading that program's libraries for tables, symbols and
 * terminals would take longer than starting a program takes.
 */
#include "command.h"
#include "run.h"

static int become_all(int argc, char **argv)
{
	char path[PATH_MAX];

	(void)argc;
	parts_find(NULL, "tools/vactl/vactl", VALIMIT_VACTL, path);
	execv(path, argv);
	message_print("cannot start %s, which has the commands but run: %s; install valimit", path,
		      strerror(errno));
	return EXIT_FAILURE;
}

int main(int argc, char **argv)
{
	bool runs = argc > 1 && strcmp(argv[1], command_run.name) == 0;

	return command_main(runs ? &command_run : NULL, argc, argv, command_run.run, become_all);
}
