/* SPDX-License-Identifier: MIT */
#include "run.h"

#include "figure.h"

static char true_program[] = "/bin/true";

/* Microseconds; dies where the program fails. */
static double run_us(char *const argv[], const struct setting *setting)
{
	uint64_t start = now_ns();
	int status = program_run(argv, setting, NULL, 0);

	if (status)
		die("%s ends with status %d", argv[0], status);
	return (double)(now_ns() - start) / 1000;
}

struct contest {
	const char *name;
	char *const *base_argv, *const *argv;
	struct setting base, ours;
	enum measure measure;
	double target;
};

static void contest(const struct bench *bench, const struct contest *contest, size_t runs)
{
	double *base, *ours;

	if (!bench_wants(bench, contest->name))
		return;
	base = must_alloc(runs, sizeof(*base));
	ours = must_alloc(runs, sizeof(*ours));
	run_us(contest->base_argv, &contest->base);
	run_us(contest->argv, &contest->ours);
	for (size_t i = 0; i < runs; i++) {
		base[i] = run_us(contest->base_argv, &contest->base);
		ours[i] = run_us(contest->argv, &contest->ours);
	}
	figure_pairs((struct figure){ .name = contest->name, .unit = "us",
				      .measure = contest->measure, .target = contest->target },
		     base, ours, runs);
}

static void skip(const char *name, const char *why)
{
	figure_report(&(struct figure){ .name = name, .skipped = why });
}

/* The launcher alone, and vactl run against env(1), which ends by exec as well. */
static void start_launcher(const struct bench *bench, size_t runs)
{
	static char name[] = "true", env[] = "env", run[] = "run", window[] = "--window",
		    small[] = "32bit";
	char *launcher = strdup(bench->launcher), *tool = strdup(bench->tool);
	char *const direct[] = { true_program, NULL }, *const by_env[] = { env, true_program, NULL };
	char *const launched[] = { launcher, true_program, name, NULL };
	char *const run_by_tool[] = { tool, run, window, small, true_program, NULL };
	const struct setting none = { NULL, NULL, NULL, NULL };

	if (!launcher || !tool)
		die("out of memory");
	contest(bench, &(struct contest){ "start with the launcher, over exec", direct, launched,
		none, { NULL, "32bit", NULL, NULL }, MEASURE_MORE, 80 }, runs);
	contest(bench, &(struct contest){ "start with the launcher and the library, over exec",
		direct, launched, none, { bench->library, "32bit", NULL, NULL }, MEASURE_MORE, 0 }, runs);
	contest(bench, &(struct contest){ "start whole by itself, over exec", direct, direct, none,
		{ bench->library, "32bit", NULL, "whole" }, MEASURE_MORE, 0 }, runs);
	contest(bench, &(struct contest){ "start with vactl run, over env", by_env, run_by_tool,
		none, none, MEASURE_MORE, 0 }, runs);
	free(launcher);
	free(tool);
}

/* Shells: 500 programs one after the other, and the calls of a configure script. */
static void start_children(const struct bench *bench)
{
	static char bash[] = "bash", sh[] = "sh", evaluate[] = "-c",
		storm[] = "for ((i = 0; i < 500; i++)); do /bin/true; done",
		again[] = "export VA_LIMIT_REACH=whole; for ((i = 0; i < 500; i++)); do /bin/true; done",
		checks[] = "d=$(mktemp -d) && cd $d && for i in 1 2 3 4 5 6 7 8 9 10; do"
			   " echo 'int main(void) { return 0; }' | sed s/0/$i/ | cat >a.c;"
			   " gcc -c a.c 2>err || exit; grep -v x err; gcc -o a a.o; rm -f a.c a.o;"
			   " done; cd / && rm -r $d";
	char *const execs[] = { bash, evaluate, storm, NULL };
	char *const restarts[] = { bash, evaluate, again, NULL };
	char *const configure[] = { sh, evaluate, checks, NULL };
	const struct setting none = { NULL, NULL, NULL, NULL };
	const struct setting process = { bench->library, "32bit", NULL, "process" };
	const struct setting whole = { bench->library, "32bit", NULL, "whole" };
	const struct contest contests[] = {
		{ "500 execs from bash, reach process", execs, execs, none, process, MEASURE_RATIO, 0 },
		{ "500 execs from bash, whole by starting again", execs, restarts, none, process,
		  MEASURE_RATIO, 0 },
		{ "500 execs from bash, whole by the call", execs, execs, none, whole, MEASURE_RATIO, 0 },
		{ "a configure script, reach process", configure, configure, none, process,
		  MEASURE_RATIO, 0 },
		{ "a configure script, whole", configure, configure, none, whole, MEASURE_RATIO, 1.10 },
	};

	for (size_t i = 0; i < sizeof(contests) / sizeof(*contests); i++)
		contest(bench, &contests[i], bench->quick ? 7 : 40);
}

void run_starts(const struct bench *bench)
{
	char *const argv[] = { true_program, NULL };
	const struct setting plain = { NULL, NULL, NULL, NULL };
	const struct setting empty = { bench->empty, NULL, NULL, NULL };
	const struct contest contests[] = {
		{ "start with an empty library, over none", argv, argv, plain, empty, MEASURE_MORE,
		  0 },
		{ "start without a window, over empty", argv, argv, empty,
		  { bench->library, NULL, NULL, NULL }, MEASURE_MORE, 60 },
		{ "start with reach calls, over empty", argv, argv, empty,
		  { bench->library, "32bit", "off", NULL }, MEASURE_MORE, 60 },
		{ "start with the fence, over empty", argv, argv, empty,
		  { bench->library, "32bit", "on", NULL }, MEASURE_MORE, 120 },
	};
	size_t runs = bench->quick ? 100 : 500;

	figure_heading("start and end of /bin/true");
	for (size_t i = 0; i < sizeof(contests) / sizeof(*contests); i++)
		contest(bench, &contests[i], runs);
	start_launcher(bench, runs);
	start_children(bench);
}

/* A program that takes some tenths of a second, and has to be found. */
static void whole_program(const struct bench *bench, const char *name, char *const argv[],
			  size_t runs)
{
	const struct setting plain = { NULL, NULL, NULL, NULL };
	struct contest fenced = {
		name, argv, argv, plain, { bench->library, "4G-2^46", "on", NULL }, MEASURE_RATIO, 1.01,
	};

	if (!bench_wants(bench, name))
		return;
	if (argv[0][0] == '\0' || program_run(argv, &plain, NULL, 0))
		skip(name, "the program is missing, or fails");
	else
		contest(bench, &fenced, runs);
}

/* The real path: "python3" may be a script that picks one. */
static void python_path(char *path, size_t size)
{
	static char name[] = "python3", flag[] = "-c",
		    code[] = "import sys; print(sys.executable, end='')";
	char *const argv[] = { name, flag, code, NULL };
	const struct setting plain = { NULL, NULL, NULL, NULL };

	path[0] = '\0';
	if (access("/usr/bin/python3", X_OK) == 0)
		snprintf(path, size, "/usr/bin/python3");
	else
		program_run(argv, &plain, path, size);
}

static void source_write(const char *path)
{
	FILE *file = fopen(path, "w");

	if (!file)
		die("%s: %s", path, strerror(errno));
	for (int i = 0; i < 300; i++)
		fprintf(file,
			"int f%d(int *a, int n)\n{\n\tint s = %d;\n\n\tfor (int i = 0; i < n; i++)\n"
			"\t\ts += a[i] * (s ^ %d);\n\treturn s;\n}\n", i, i, i * 7);
	if (fclose(file))
		die("%s: %s", path, strerror(errno));
}

static void program_gcc(const struct bench *bench, size_t runs)
{
	static char gcc[] = "gcc", optimise[] = "-O2", compile[] = "-c", to[] = "-o",
		    nowhere[] = "/dev/null";
	char folder[] = "/tmp/bench.XXXXXX", source[64];
	char *const argv[] = { gcc, optimise, compile, source, to, nowhere, NULL };

	if (!mkdtemp(folder))
		die("%s: %s", folder, strerror(errno));
	snprintf(source, sizeof(source), "%s/source.c", folder);
	source_write(source);
	whole_program(bench, "gcc -O2, 300 functions", argv, runs);
	unlink(source);
	rmdir(folder);
}

void run_programs(const struct bench *bench)
{
	static char evaluate[] = "-c", node[] = "node", node_evaluate[] = "-e";
	static char python_code[] =
		"import json, ssl, threading\n"
		"x = [{str(i): list(range(i % 50))} for i in range(20000)]\n"
		"assert json.loads(json.dumps(x)) == x";
	static char node_code[] =
		"let a = []; for (let i = 0; i < 300000; i++) a.push({ i, s: 'x' + i });"
		"a.sort((p, q) => p.s < q.s ? -1 : 1); JSON.parse(JSON.stringify(a));";
	static char server_code[] =
		"const http = require('http'); let n = 0;"
		"const s = http.createServer((q, r) => r.end('x'.repeat(5000)));"
		"const go = () => http.get({ port: s.address().port, agent }, r => {"
		" r.resume(); r.on('end', () => ++n < 3000 ? go() : n == 3007 && process.exit(0)) });"
		"const agent = new http.Agent({ keepAlive: true, maxSockets: 8 });"
		"s.listen(0, '127.0.0.1', () => { for (let i = 0; i < 8; i++) go(); });";
	char python[4096];
	char *const python_argv[] = { python, evaluate, python_code, NULL };
	char *const node_argv[] = { node, node_evaluate, node_code, NULL };
	char *const server_argv[] = { node, node_evaluate, server_code, NULL };
	size_t runs = bench->quick ? 7 : 40;

	python_path(python, sizeof(python));
	figure_heading("real programs, fence, [4G, 2^46)");
	whole_program(bench, "python3, json of 20000 objects", python_argv, runs);
	program_gcc(bench, runs);
	whole_program(bench, "node, sorts 300000 objects", node_argv, runs);
	whole_program(bench, "node, 3000 http requests to itself", server_argv, runs);
}
