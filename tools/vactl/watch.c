/* SPDX-License-Identifier: MIT */
/* vactl watch: looks again and again, and without a screen prints a line a look. */
#include "watch.h"

#include <locale.h>
#include <time.h>

#define INTERVAL_MIN 0.05
#define INTERVAL_MAX 86400.0
#define PAGE_LINES 22 /* between two headings: a terminal's page */
#define HEADING "TIME        GUEST     HOST    OTHER      GAP     VMAS"

static const struct choice watch_choices[] = {
	{ .name = "interval", STORED(interval), .letter = 'i', .argument = "SECONDS",
	  .help = "look every so many seconds, not every second" },
	{ .name = "count", STORED(count), .letter = 'c', .argument = "NUMBER", .least = 1,
	  .most = 1000000000, .help = "look so often and end" },
	{ .name = "plain", STORED(plain), .letter = 'p',
	  .help = "print lines of text on a terminal too" },
	JSON_CHOICE, HELP_CHOICE,
};

/* Reads digits with at most one point, in any locale: strtod() would want a comma. */
static bool read_seconds(const char *text, double *seconds)
{
	locale_t plain = newlocale(LC_NUMERIC_MASK, "C", NULL);
	char *end;

	*seconds = strtod_l(text, &end, plain);
	freelocale(plain);
	return !text[strspn(text, "0123456789.")] && !*end && *seconds >= INTERVAL_MIN &&
	       *seconds <= INTERVAL_MAX;
}

/* --- snapshots -------------------------------------------------------------- */

double snapshot_clock(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

void snapshot_take(int pid, struct snapshot *snapshot)
{
	struct reading *reading = &snapshot->reading;

	*snapshot = (struct snapshot){ .when = snapshot_clock() };
	reader_read(pid, NULL, reading);
	if (!reader_shows(reading))
		return;
	regions_make(&snapshot->regions, reader_table(reading), &reading->intervals,
		     &reading->vmas);
	totals_compute(reading, &snapshot->totals);
	snapshot->title = title_plain(reading);
}

void snapshot_free(struct snapshot *snapshot)
{
	memory_drop(&snapshot->regions);
	reader_free(&snapshot->reading);
}

bool snapshot_next(struct snapshot *snapshot)
{
	const struct table *was = reader_table(&snapshot->reading), *is;
	struct snapshot next;

	snapshot_take(snapshot->reading.pid, &next);
	is = reader_table(&next.reading);
	if (!reader_shows(&next.reading) || (was && !is)) {
		snprintf(snapshot->why, sizeof(snapshot->why), "%s: %s", next.reading.subject,
			 next.reading.state == READER_GONE ? "it has ended" :
			 next.reading.state == READER_UNCONFINED ?
				"it runs another program now, which is not confined" :
				"its table cannot be read any more");
		snapshot_free(&next);
		return false;
	}
	if (was)
		rates_between(was, is, next.when - snapshot->when, &next.rates);
	snapshot_free(snapshot);
	*snapshot = next;
	return true;
}

struct word snapshot_figures(const struct totals *totals, bool other)
{
	uint64_t bytes = totals->kind[KIND_FOREIGN].bytes + totals->kind[KIND_UNKNOWN].bytes;

	return word_of("%8.8s %8.8s %*.8s%s%8.8s %8lu",
		       human(totals->kind[KIND_GUEST].bytes).text,
		       human(totals->kind[KIND_HOST].bytes).text, other ? 8 : 0,
		       other ? human(bytes).text : "", other ? " " : "",
		       human(span_length(totals->window.largest)).text,
		       (unsigned long)totals->mappings);
}

/* --- as text ---------------------------------------------------------------- */

/* Prints a look as one line of JSON. */
static void print_json(const struct reading *reading, const struct totals *totals,
		       const struct rates *rates)
{
	struct json json = { .line = true };

	process_json(&json, NULL, reading);
	json_number(&json, "time", (uint64_t)time(NULL));
	totals_json(&json, totals);
	json_open(&json, "rates", '{');
	for (enum rate rate = 0; rate < RATES; rate++) {
		double value = rates && rates->known ? rates->rate[rate] : -1;

		/* "%.1f" may write a comma. */
		json_print(&json, rate_names[rate], value < 0 ? "null" :
			   word_of("%lu.%lu", (unsigned long)value,
				   (unsigned long)(value * 10) % 10).text);
	}
	json_close(&json, '}');
	json_close(&json, '}');
}

/* Prints a look as a line: with its rates, or the process's name without them. */
static void print_look(const struct watch *watch, const struct reading *reading,
		       const struct totals *totals, const struct rates *rates)
{
	time_t now = time(NULL);
	struct tm fields;
	char clock[16];

	if (watch->json) {
		print_json(reading, totals, rates);
		return;
	}
	strftime(clock, sizeof(clock), "%H:%M:%S", localtime_r(&now, &fields));
	printf("%s %s", clock, snapshot_figures(totals, true).text);
	for (enum rate rate = 0; rates && rate < RATES; rate++)
		printf(" %8s", rate_text(rates, rate).text);
	if (!rates)
		printf(" %8d %s", reading->pid, title_plain(reading).text);
	putchar('\n');
}

#define GO_ON (-1)

/* Looks at the process. Returns GO_ON, or the exit status: a process that cannot be read is
 * a failure at the first look, and the end at later ones. */
static int print_process(const struct watch *watch, uint64_t look, struct snapshot *snapshot)
{
	if (look == 0) {
		snapshot_take(watch->pid, snapshot);
		if (!reader_shows(&snapshot->reading)) {
			reader_explain(&snapshot->reading);
			return watch->command->failure;
		}
	} else if (!snapshot_next(snapshot)) {
		message_print("watch: %s", snapshot->why);
		return 0;
	}
	if (look % PAGE_LINES == 0 && !watch->json) {
		fputs(HEADING, stdout);
		for (enum rate rate = 0; rate < RATES; rate++)
			printf(" %6s/s", rate_names[rate]);
		putchar('\n');
	}
	print_look(watch, &snapshot->reading, &snapshot->totals, &snapshot->rates);
	return GO_ON;
}

static void print_row(void *watch, const struct reading *reading)
{
	struct totals totals;

	totals_compute(reading, &totals);
	print_look(watch, reading, &totals, NULL);
}

static int print_processes(const struct watch *watch, uint64_t look)
{
	if (look == 0 && !watch->json)
		puts(HEADING "      PID COMMAND");
	return process_each("watch", print_row, (void *)watch) < 0 ? watch->command->failure :
								     GO_ON;
}

/* Waits for the next of the moments that are one interval apart, so that lines do
 * not drift. Skips moments that have passed. */
static void wait_next(double *next, double interval)
{
	double now = snapshot_clock();
	struct timespec pause;

	*next = *next + interval > now ? *next + interval : now;
	pause.tv_sec = (time_t)(*next - now);
	pause.tv_nsec = (long)((*next - now - (double)pause.tv_sec) * 1e9);
	nanosleep(&pause, NULL);
}

static int watch_text(const struct watch *watch)
{
	struct snapshot snapshot = { 0 };
	double next = snapshot_clock();
	int status = GO_ON;

	for (uint64_t look = 0; status == GO_ON && (!watch->count || look < watch->count); look++) {
		if (look)
			wait_next(&next, watch->interval);
		status = watch->pid ? print_process(watch, look, &snapshot) :
				      print_processes(watch, look);
		if (fflush(stdout))
			status = watch->command->failure;
	}
	snapshot_free(&snapshot);
	return status == GO_ON ? 0 : status;
}

/* --- the command ------------------------------------------------------------ */

/* Whether there is a terminal to draw on and to read keys from. */
static bool has_screen(void)
{
	const char *name = getenv("TERM");

	return isatty(STDOUT_FILENO) && isatty(STDIN_FILENO) && name && *name &&
	       strcmp(name, "dumb") != 0;
}

static int watch_run(const struct command *command, struct arguments *arguments)
{
	struct watch watch = { .command = command, .count = arguments->count,
			       .json = arguments->json };
	int status = arguments->words_count ? targets_take(command, arguments, 1) : 0;

	if (status)
		return status;
	watch.pid = arguments->reading[0].pid;
	if (!read_seconds(arguments->interval, &watch.interval))
		return command_misused(command, "--interval is not from 0.05 to 86400");
	status = WATCH_NO_SCREEN;
	if (watch_screen && !arguments->plain && !watch.json && has_screen())
		status = watch_screen(&watch);
	return status == WATCH_NO_SCREEN ? watch_text(&watch) : status;
}

const struct command command_watch = {
	.name = "watch",
	.arguments = "[PID]",
	.summary = "Show a process, or all confined ones, live.",
	.notes = "On a terminal the address space is a map of cells, or the processes are a "
		 "list to choose from. Keys: q ends, arrows choose, Enter goes in and "
		 "Backspace out, Space stops and goes on, ? tells of all. Elsewhere it prints a "
		 "line of text each time, with --json an object.\nExit status: 0, or 1 where a "
		 "table could not be read or something failed.",
	.choices = watch_choices,
	.failure = 1,
	.defaults = { .interval = "1" },
	.run = watch_run,
};
