/* SPDX-License-Identifier: MIT */
/*
 * How costs grow up to a million mappings: calls, forks and vactl, each in turns with the
 * kernel alone. Free pages lie between the mappings, so that neither the kernel nor the
 * library keeps two of them as one. scale.sh allows a process so many mappings first.
 */
#include "bench.h"

#include <getopt.h>

#include "chart.h"
#include "figure.h"
#include "turns.h"
#include "worker.h"

#define WINDOW "4G-2^46"
#define WARMUP 2
#define TURNS_MIN 5
#define TURNS_MAX 200

static const char usage[] =
	"Usage: scale [--cpu] [--most N] [--only GLOB] [--seconds S] [--svg FILE]\n"
	"  --cpu        processor time is counted: on a machine with other load\n"
	"  --most N     mappings at most, instead of 1000000\n"
	"  --only GLOB  the figures with such names\n"
	"  --seconds S  turns are taken for so long a figure, instead of 4\n"
	"  --svg FILE   draws calls and vactl over the number of mappings\n";

static const struct option options[] = {
	{ "cpu", no_argument, NULL, 'p' },
	{ "most", required_argument, NULL, 'm' }, { "only", required_argument, NULL, 'o' },
	{ "seconds", required_argument, NULL, 's' }, { "svg", required_argument, NULL, 'v' },
	{ "help", no_argument, NULL, 'h' },       { NULL, 0, NULL, 0 },
};

static struct bench bench;
static double seconds = 4;

static const struct setting none = { NULL, NULL, NULL, NULL };

enum { KERNEL, FENCE, CALLS, PLAYERS };

static const char *const players[PLAYERS] = { "kernel", "fence", "reach calls" };

struct game {
	const char *name;
	const struct workload *workload;
	struct figure figure;
	bool spread; /* over all processors */
};

static const struct game churns = { "churn", &churn_apart, { .unit = "ns" }, false };
static const struct game obstacles = { "obstacle", &obstacle,
				       { .unit = "ns", .measure = MEASURE_MORE, .target = 10000 }, false };
static const struct game forks_guest = { "fork", &forks_apart, { .unit = "ns" }, false };
static const struct game forks_of_hosts = { "fork, hosts", &forks_host, { .unit = "ns" }, false };
static const struct game many_threads = { "threads", &threads,
					  { .unit = "ns", .target = 1 / 0.95 }, true };

static struct chart call_chart = { .title = "munmap + mmap among n", .unit = "ns a pair" };
static struct chart tool_chart = { .title = "vactl, of a process with n",
				   .unit = "microseconds a mapping" };

static struct worker player_start(int player, const struct game *game, size_t size)
{
	const struct setting with = { bench.library, WINDOW, player == FENCE ? "on" : "off", NULL };

	return worker_start(game->workload, size, player == KERNEL ? &none : &with,
			    game->spread ? -1 : worker_processor(), NULL);
}

static double median(const double *value, size_t count)
{
	double *copy = must_alloc(count, sizeof(*copy)), middle;

	memcpy(copy, value, count * sizeof(*copy));
	middle = turns_median(copy, count);
	free(copy);
	return middle;
}

/* Takes `ours` for its own. */
static void report(const char *name, const char *of, struct figure figure, const double *base,
		   double *ours, size_t turns)
{
	double *copy = must_alloc(turns, sizeof(*copy));
	char *full = must_alloc(1, 128);

	memcpy(copy, base, turns * sizeof(*copy));
	snprintf(full, 128, "%s, %s", name, of);
	figure.name = full;
	figure_pairs(figure, copy, ours, turns);
}

/* All players in turns. */
static bool play(const struct game *game, size_t size, double *medians)
{
	struct worker workers[PLAYERS];
	double *ns[PLAYERS];
	size_t turns = 0;
	uint64_t end;
	char name[96];

	snprintf(name, sizeof(name), "%s %zu", game->name, size);
	if (!bench_wants(&bench, name))
		return false;
	for (int p = 0; p < PLAYERS; p++) {
		workers[p] = player_start(p, game, size);
		ns[p] = must_alloc(TURNS_MAX, sizeof(double));
		for (int i = 0; i < WARMUP; i++)
			worker_slice(&workers[p]);
	}
	end = now_ns() + (uint64_t)(seconds * 1e9);
	for (; turns < TURNS_MAX && (turns < TURNS_MIN || now_ns() < end); turns++)
		for (int p = 0; p < PLAYERS; p++)
			ns[p][turns] = worker_slice(&workers[p]);
	for (int p = 0; p < PLAYERS; p++) {
		worker_end(&workers[p]);
		medians[p] = median(ns[p], turns);
	}
	for (int p = 1; p < PLAYERS; p++)
		report(name, players[p], game->figure, ns[KERNEL], ns[p], turns);
	free(ns[KERNEL]);
	return true;
}

/* Reads the process's list of mappings to its end, as any tool has to. */
static double list_ns(pid_t pid)
{
	static char buffer[64 * KIB];
	uint64_t start = spent_ns();
	char path[32];
	int fd;

	snprintf(path, sizeof(path), "/proc/%d/maps", pid);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		die("%s: %s", path, strerror(errno));
	while (read(fd, buffer, sizeof(buffer)) > 0)
		;
	close(fd);
	return (double)(spent_ns() - start);
}

/* Where the library places without a fence, malloc's memory lies outside: check's 1. */
static double tool_ns(const char *const *words, pid_t pid, char *output, size_t size)
{
	char *argv[5] = { (char *)bench.tool }, number[16];
	uint64_t start = spent_ns();
	int status, i = 1;

	for (; words[i - 1]; i++)
		argv[i] = (char *)words[i - 1];
	snprintf(number, sizeof(number), "%d", pid);
	argv[i] = number;
	status = program_run(argv, &none, output, size);
	if (status > 1)
		die("vactl %s ends with status %d", words[0], status);
	return (double)(spent_ns() - start);
}

static void report_memory(pid_t pid, size_t size)
{
	static const char *const stat[] = { "stat", "--json", NULL };
	static const char member[] = "\"table_bytes\": ";
	char *text = must_alloc(1, 64 * KIB), *at, *name = must_alloc(1, 64);

	tool_ns(stat, pid, text, 64 * KIB);
	at = strstr(text, member);
	if (!at)
		die("vactl stat tells no table_bytes");
	snprintf(name, 64, "table, a mapping of %zu", size);
	figure_report(&(struct figure){ .name = name, .unit = "bytes", .measure = MEASURE_VALUE,
		.value = strtod(at + strlen(member), NULL) / (double)size, .target = 64, .pairs = 1 });
	free(text);
}

/* The table of a process whose calls the library places has an entry for each mapping. */
static void use_tools(size_t size, size_t point)
{
	static const struct tool {
		const char *name, *words[3];
	} tools[] = {
		{ "vactl maps", { "maps", "--raw" } }, { "vactl stat", { "stat" } },
		{ "vactl check", { "check" } },        { "vactl plot", { "plot" } },
	};
	enum { TOOLS = sizeof(tools) / sizeof(*tools) };
	const struct game game = { .workload = &churn_apart };
	double *list, *ns[TOOLS];
	struct worker worker;
	size_t turns = 0;
	uint64_t end;
	char name[64];

	snprintf(name, sizeof(name), "vactl %zu", size);
	if (!bench_wants(&bench, name))
		return;
	worker = player_start(CALLS, &game, size);
	report_memory(worker.pid, size);
	list = must_alloc(TURNS_MAX, sizeof(*list));
	for (int i = 0; i < TOOLS; i++)
		ns[i] = must_alloc(TURNS_MAX, sizeof(double));
	end = now_ns() + (uint64_t)(seconds * 1e9);
	for (; turns < TURNS_MAX && (turns < TURNS_MIN || now_ns() < end); turns++) {
		list[turns] = list_ns(worker.pid);
		for (int i = 0; i < TOOLS; i++)
			ns[i][turns] = tool_ns(tools[i].words, worker.pid, NULL, 0);
	}
	worker_end(&worker);
	chart_curve(&tool_chart, "reading maps")->value[point] =
		median(list, turns) / 1000 / (double)size;
	for (int i = 0; i < TOOLS; i++) {
		chart_curve(&tool_chart, tools[i].name)->value[point] =
			median(ns[i], turns) / 1000 / (double)size;
		report(name, tools[i].name, (struct figure){ .unit = "ns" }, list, ns[i], turns);
	}
	free(list);
}

static void measure(size_t most)
{
	static const size_t sizes[] = { 1000, 10000, 100000, 300000, 1000000 };
	double medians[PLAYERS];
	size_t point = 0;

	figure_heading("n mappings, in turns with the kernel");
	for (; point < sizeof(sizes) / sizeof(*sizes) && sizes[point] <= most; point++) {
		call_chart.n[point] = tool_chart.n[point] = (double)sizes[point];
		call_chart.points = tool_chart.points = point + 1;
		if (play(&churns, sizes[point], medians))
			for (int p = 0; p < PLAYERS; p++)
				chart_curve(&call_chart, players[p])->value[point] = medians[p];
		play(&obstacles, sizes[point], medians);
		play(&forks_guest, sizes[point], medians);
		use_tools(sizes[point], point);
	}
	play(&forks_of_hosts, most < 100000 ? most : 100000, medians);
	play(&many_threads, 64, medians);
}

int main(int argc, char **argv)
{
	const char *svg = NULL;
	size_t most = 1000000;
	int option;

	if (argc > 1 && strcmp(argv[1], "worker") == 0)
		return worker_main(argc - 2, argv + 2);
	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		switch (option) {
		case 'p':
			setenv(BENCH_CPU, "1", 1);
			break;
		case 'm':
			most = strtoul(optarg, NULL, 0);
			break;
		case 'o':
			bench.only = optarg;
			break;
		case 's':
			seconds = strtod(optarg, NULL);
			break;
		case 'v':
			svg = optarg;
			break;
		default:
			fputs(usage, option == 'h' ? stdout : stderr);
			return option == 'h' ? 0 : 2;
		}
	}
	bench.library = getenv("VALIMIT_LIB");
	bench.tool = getenv("VACTL");
	if (!bench.library || !bench.tool)
		die("scale: VALIMIT_LIB and VACTL are not set; run \"make bench-scale\"");
	measure(most);
	figure_summary();
	if (svg)
		chart_write((const struct chart[]){ call_chart, tool_chart }, 2, svg);
	return 0;
}
