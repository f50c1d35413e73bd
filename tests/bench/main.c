/* SPDX-License-Identifier: MIT */
/*
 * What the library costs, each figure against the bare kernel in the same run:
 * two processes, one with the library and one without, take turns on the same
 * processor, so that whatever else the machine does meets both.
 */
#include "bench.h"

#include <getopt.h>

#include "contest.h"
#include "figure.h"
#include "memory.h"
#include "pair.h"
#include "run.h"
#include "worker.h"

static const char usage[] =
	"Usage: bench [--quick] [--only GLOB] [--cpu] [--json FILE] [--compare FILE]\n"
	"  --quick         shorter, and so less certain\n"
	"  --only GLOB     the figures with such names\n"
	"  --cpu           workers count processor time: on a machine with other load\n"
	"  --json FILE     writes the figures there\n"
	"  --compare FILE  shows those of an earlier --json beside them\n"
	"VALIMIT_LIB, VACTL and BUILDDIR say where the build's products are.\n";

static const struct option options[] = {
	{ "quick", no_argument, NULL, 'q' },      { "cpu", no_argument, NULL, 'p' },
	{ "only", required_argument, NULL, 'o' },
	{ "json", required_argument, NULL, 'j' }, { "compare", required_argument, NULL, 'c' },
	{ "help", no_argument, NULL, 'h' },       { NULL, 0, NULL, 0 },
};

static const char *variable(const char *name)
{
	const char *value = getenv(name);

	if (!value || !*value)
		die("bench: %s is not set; run \"make bench\", or set it", name);
	return value;
}

static void measure(struct bench *bench)
{
	char empty[4096], launcher[4096];

	bench->library = variable("VALIMIT_LIB");
	bench->tool = variable("VACTL");
	snprintf(empty, sizeof(empty), "%s/tests/bench/.libs/empty.so", variable("BUILDDIR"));
	bench->empty = empty;
	snprintf(launcher, sizeof(launcher), "%s/tools/launch/launch", variable("BUILDDIR"));
	bench->launcher = launcher;
	if (access(bench->library, R_OK) || access(empty, R_OK) || access(launcher, X_OK))
		die("bench: %s, %s or %s is not built", bench->library, empty, launcher);
	pair_measure(bench);
	contest_measure(bench);
	run_starts(bench);
	run_programs(bench);
	memory_measure(bench);
}

int main(int argc, char **argv)
{
	const char *json = NULL, *compare = NULL;
	struct bench bench = { 0 };
	int option;

	if (argc > 1 && strcmp(argv[1], "worker") == 0)
		return worker_main(argc - 2, argv + 2);
	if (argc > 1 && strcmp(argv[1], "table") == 0)
		return memory_table_main();
	if (argc > 1 && strcmp(argv[1], "huge") == 0)
		return memory_huge_main();
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'q':
			bench.quick = true;
			break;
		case 'p':
			setenv(BENCH_CPU, "1", 1);
			break;
		case 'o':
			bench.only = optarg;
			break;
		case 'j':
			json = optarg;
			break;
		case 'c':
			compare = optarg;
			break;
		default:
			fputs(usage, option == 'h' ? stdout : stderr);
			return option == 'h' ? 0 : 2;
		}
	}
	measure(&bench);
	figure_summary();
	if (json)
		figure_write(json);
	if (compare)
		figure_compare(compare);
	return 0;
}
