/* SPDX-License-Identifier: MIT */
/*
 * Makes every system call of the library fail, one at a time, with every error
 * that its manual page lists, and looks each time whether anything is lost.
 *
 *	faults [BED [SCENE [N ERRNO]]]    one bed or all; one scene; one failure, or
 *	                                  with 0 a table that cannot be had
 *	faults BED start                  failures while the process starts
 *	faults --hosts [BED [SCENE ...]]  while a second thread maps and unmaps as a host,
 *	                                  and looks at its memory; without the table that
 *	                                  cannot be had
 */
#include "bed.h"

#include "../guest/guest.h"
#include "fault.h"

#include <sys/personality.h>
#include <sys/wait.h>

#define WINDOW  "0x40000000-0x140000000"
#define WRAPPED "0x300000000-0x140000000"
#define OLD     (FAULT_NO_QUERY | FAULT_NO_NOREPLACE | FAULT_NO_GATHERING | FAULT_NO_SEAL)

const struct bed beds[] = {
	{ "calls", WINDOW, "off", "topdown", 0 },
	{ "fence", WINDOW, "on", "topdown", 0 },
	{ "placed", WINDOW, "on", "bottomup", 0 },
	{ "sealed", WINDOW, "sealed", "bottomup", 0 },
	{ "wrapped", WRAPPED, "on", "bottomup", 0 },
	{ "noquery", WINDOW, "on", "bottomup", FAULT_NO_QUERY },
	{ "noproc", WINDOW, "off", "bottomup", FAULT_NO_PROC },
	{ "pieces", WINDOW, "off", "topdown", FAULT_PIECES | FAULT_NO_QUERY },
	{ "old", WINDOW, "off", "bottomup", OLD },
	{ "late", "none", "on", "bottomup", 0 },
	{ 0 }
};

static void enter(const struct bed *bed)
{
	char lacks[16];

	snprintf(lacks, sizeof(lacks), "%u", bed->lacks);
	setenv("VA_LIMIT", bed->window, 1);
	setenv("VA_LIMIT_FENCE", bed->fence, 1);
	setenv("VA_LIMIT_PLACE", bed->place, 1);
	setenv("VA_LIMIT_SEED", "1", 1);
	setenv("FAULT_LACKS", lacks, 1);
	setenv("FAULT_BED", bed->name, 1);
}

static const struct bed *bed_named(const char *name)
{
	const struct bed *bed = beds;

	while (bed->name && strcmp(bed->name, name))
		bed++;
	if (!bed->name)
		die("no such bed: %s", name);
	return bed;
}

static int in_bed(int argc, char **argv)
{
	const char *scene = argc > 2 ? argv[2] : "";

	if (strcmp(scene, "start") == 0)
		return bed_start(argv[0]) > 0;
	return bed_run(scene, argc > 4 ? (unsigned int)number(argv[3]) : 0,
		       argc > 4 ? (int)number(argv[4]) : 0) > 0;
}

static int all_beds(char *program)
{
	int bad = 0, status;

	for (const struct bed *bed = beds; bed->name; bed++) {
		pid_t pid = fork();

		if (pid == 0) {
			execl(program, program, bed->name, NULL);
			_exit(127);
		}
		bad += waitpid(pid, &status, 0) != pid || status;
	}
	return bad > 0;
}

int main(int argc, char **argv)
{
	if (argc > 1 && strcmp(argv[1], "--hosts") == 0) {
		setenv("FAULT_HOSTS", "1", 1);
		argv[1] = argv[0];
		argc--;
		argv++;
	}
	if (argc < 2)
		return all_beds(argv[0]);
	if (strcmp(argv[1], "started") == 0)
		return bed_started();
	if (getenv("FAULT_BED"))
		return in_bed(argc, argv);
	/* The constructor has run: begin again, in the bed. Where things lie shall
	 * not differ from run to run. */
	enter(bed_named(argv[1]));
	personality(ADDR_NO_RANDOMIZE);
	execv(argv[0], argv);
	die("%s: %s", argv[0], strerror(errno));
}
