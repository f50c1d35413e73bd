/* SPDX-License-Identifier: MIT */
/*
 * What the library costs a program's start: runs /bin/true in turns without
 * it, with an empty library preloaded, and with it in its ways.
 *
 *	startup [RUNS [WINDOW]]
 *
 * VALIMIT_LIB is the library's path. CC makes the empty library.
 */
#include "bench.h"

#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#define PROGRAM "/bin/true"

/* Makes an empty library in `folder`; NULL where there is no compiler. */
static char *empty_make(const char *folder)
{
	const char *compiler = getenv("CC");
	char command[4096];

	snprintf(command, sizeof(command), "%s -shared -nostdlib -x c /dev/null -o %s/empty.so",
		 compiler ? compiler : "cc", folder);
	return system(command) == 0 ? text_join(folder, "/empty.so") : NULL;
}

static double run_us(char **environment)
{
	static char program[] = PROGRAM;
	char *const argv[] = { program, NULL };
	uint64_t start = now_ns();
	pid_t pid;
	int status;

	if (posix_spawn(&pid, program, NULL, NULL, argv, environment) ||
	    waitpid(pid, &status, 0) != pid || status)
		die("startup: %s fails", PROGRAM);
	return (double)(now_ns() - start) / 1000;
}

static void measure(const struct variant *variants, size_t count, size_t runs)
{
	double *us = calloc(count * runs, sizeof(*us)), plain = 0;
	char **environment[8];

	if (!us || count > sizeof(environment) / sizeof(*environment))
		die("startup: out of memory");
	for (size_t i = 0; i < count; i++)
		environment[i] = environment_make(environ, &variants[i]);
	for (size_t run = 0; run < runs; run++)
		for (size_t i = 0; i < count; i++)
			us[i * runs + run] = run_us(environment[i]);
	printf("start and end of " PROGRAM ", median of %zu runs in turns\n", runs);
	printf("%-28s %8s %8s %8s\n", "", "us", "more", "ratio");
	for (size_t i = 0; i < count; i++) {
		double middle = median(us + i * runs, runs);

		plain = i ? plain : middle;
		printf("%-28s %8.0f %8.0f %8.3f\n", variants[i].name, middle, middle - plain,
		       middle / plain);
		free(environment[i]);
	}
	free(us);
}

int main(int argc, char **argv)
{
	size_t runs = argc > 1 ? strtoul(argv[1], NULL, 0) : 50;
	char *window = text_join("VA_LIMIT=", argc > 2 ? argv[2] : "32bit");
	static char off[] = "VA_LIMIT_FENCE=off", on[] = "VA_LIMIT_FENCE=on";
	const char *library = getenv("VALIMIT_LIB");
	char folder[] = "/tmp/startup.XXXXXX", *empty, *preload;

	if (!library)
		die("startup: VALIMIT_LIB must be the path of libvalimit.so");
	if (!runs || !mkdtemp(folder))
		die("startup: bad number of runs, or no folder for temporary files");
	empty = empty_make(folder);
	preload = text_join("LD_PRELOAD=", library);

	const struct variant variants[] = {
		{ "plain", { NULL } },
		{ "an empty library preloaded", { empty ? text_join("LD_PRELOAD=", empty) : NULL } },
		{ "no window", { preload } },
		{ "reach calls", { preload, window, off } },
		{ "reach process", { preload, window, on } },
	};

	measure(variants, sizeof(variants) / sizeof(*variants), runs);
	if (empty)
		unlink(empty);
	rmdir(folder);
	return 0;
}
