/* SPDX-License-Identifier: MIT */
#include <stdio.h>
#include <string.h>
#include <time.h>

#include "cmdline.h"
#include "listing.h"
#include "message.h"
#include "processes.h"
#include "rates.h"
#include "sight.h"
#include "utf8.h"
#include "watch.h"

/* Lines between two headings: a terminal's page. */
#define PAGE_LINES 22

static void print_time(void)
{
	time_t now = time(NULL);
	struct tm fields;
	char text[16];

	localtime_r(&now, &fields);
	strftime(text, sizeof(text), "%H:%M:%S", &fields);
	fputs(text, stdout);
}

static void print_size(uint64_t bytes)
{
	char text[LISTING_SIZE_MAX];

	listing_human(bytes, text);
	printf(" %8s", text);
}

static void print_totals(const struct totals *totals)
{
	print_time();
	print_size(totals->kind[KIND_GUEST].bytes);
	print_size(totals->kind[KIND_HOST].bytes);
	print_size(totals->kind[KIND_FOREIGN].bytes);
	print_size(totals->window.largest.end - totals->window.largest.start);
	printf(" %8lu", (unsigned long)totals->mappings);
}

static void print_heading(void)
{
	printf("%-8s %8s %8s %8s %8s %8s", "TIME", "GUEST", "HOST", "FOREIGN", "GAP", "MAPPINGS");
	for (enum rate rate = 0; rate < RATES; rate++)
		printf(" %6s/s", rate_name(rate));
	putchar('\n');
}

static void print_sight(const struct sight *sight, const struct rates *rates)
{
	char text[RATE_MAX];

	print_totals(&sight->totals);
	for (enum rate rate = 0; rate < RATES; rate++) {
		rate_text(rates, rate, text);
		printf(" %8s", text);
	}
	putchar('\n');
}

/* To the next of the moments that are one interval apart, so that lines do not
 * drift; one that was missed is left out. */
static void wait_until(double *next, double interval)
{
	double now = sight_clock(), left;
	struct timespec pause;

	*next += interval;
	if (*next < now)
		*next = now;
	left = *next - now;
	pause.tv_sec = (time_t)left;
	pause.tv_nsec = (long)((left - (double)pause.tv_sec) * 1e9);
	nanosleep(&pause, NULL);
}

/* The first look tells what may be wrong; later ones that it is over. */
static int stop(const struct watch *watch, const struct sight *sight, bool first)
{
	char why[SIGHT_WHY_MAX];

	if (first) {
		reader_explain(&sight->reading);
		return watch->command->failure;
	}
	sight_why(sight, why);
	message_print("watch: %s", why);
	return 0;
}

static int watch_process(const struct watch *watch)
{
	struct sight before = { .reading.core.fd = -1 }, sight = before;
	double next = sight_clock();
	int status = 0;

	for (unsigned long i = 0; !watch->count || i < watch->count; i++) {
		struct rates rates = { .known = false };

		if (i)
			wait_until(&next, watch->interval);
		sight_take(watch->pid, &sight);
		if (sight.reading.state != READER_GOOD) {
			status = stop(watch, &sight, i == 0);
			sight_free(&sight);
			break;
		}
		if (i)
			rates_between(&before.reading.table, &sight.reading.table,
				      sight.when - before.when, &rates);
		if (i % PAGE_LINES == 0)
			print_heading();
		print_sight(&sight, &rates);
		sight_free(&before);
		before = sight;
		if (fflush(stdout)) {
			status = watch->command->failure;
			break;
		}
	}
	sight_free(&before);
	return status;
}

static void print_process(void *context, int pid, const struct reading *reading)
{
	char command[SIGHT_TITLE_MAX];
	struct totals totals;

	(void)context;
	command[cmdline_read(pid, command, sizeof(command) - 1)] = 0;
	utf8_plain(command);
	totals_compute(reading, &totals);
	print_totals(&totals);
	printf(" %8d %s\n", pid, command);
}

static int watch_all(const struct watch *watch)
{
	double next = sight_clock();

	printf("%-8s %8s %8s %8s %8s %8s %8s %s\n", "TIME", "GUEST", "HOST", "FOREIGN", "GAP",
	       "MAPPINGS", "PID", "COMMAND");
	for (unsigned long i = 0; !watch->count || i < watch->count; i++) {
		int unread;

		if (i)
			wait_until(&next, watch->interval);
		unread = processes_see(print_process, NULL);
		if (unread < 0) {
			processes_explain("watch", unread);
			return watch->command->failure;
		}
		if (fflush(stdout))
			return watch->command->failure;
	}
	return 0;
}

int watch_text(const struct watch *watch)
{
	return watch->pid ? watch_process(watch) : watch_all(watch);
}
