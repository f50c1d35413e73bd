/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>

#include "core/call.h"
#include "core/size.h"
#include "core/summary.h"
#include "exec.h"
#include "libc.h"
#include "loaded.h"
#include "log.h"
#include "module.h"
#include "sys/sys.h"
#include "table/usage.h"

#define COLUMN 34 /* the column of values */

static bool wanted;
static struct space *(*find_space)(void);
static struct log report_log;
static uint32_t reported; /* the latest process whose report is written, or being written */

/* The report's text. Only the thread that has set `reported` uses it. */
static char text[4096];

static void row(struct fmt *fmt, const char *label)
{
	size_t start = fmt->length;

	fmt_text(fmt, label);
	do
		fmt_char(fmt, ' ');
	while (fmt->length - start < COLUMN && fmt->length + 1 < fmt->size);
}

static void row_size(struct fmt *fmt, const char *label, uint64_t bytes)
{
	row(fmt, label);
	fmt_size(fmt, bytes);
	fmt_char(fmt, '\n');
}

static void add_window(struct fmt *fmt, const struct table *table)
{
	row(fmt, "window");
	if (table->lower == table->upper) {
		fmt_text(fmt, "none\n");
		return;
	}
	fmt_hex(fmt, table->lower);
	fmt_char(fmt, '-');
	fmt_hex(fmt, table->upper);
	fmt_text(fmt, table->fence == FENCE_OFF	     ? ", no fence\n" :
		      table->fence == FENCE_SEALED ? ", sealed fence\n" :
						     ", fenced\n");
}

static void add_usage(struct fmt *fmt, struct space *space)
{
	struct usage usage;
	struct census census;

	if (usage_window(space, &usage) == 0) {
		row_size(fmt, "mapped in the window", usage.mapped);
		row_size(fmt, "free in the window", usage.size - usage.mapped);
		row_size(fmt, "largest gap", usage.largest_gap);
		row(fmt, "gaps");
		fmt_decimal(fmt, usage.gaps);
		fmt_char(fmt, '\n');
	}
	if (usage_table(space, &census))
		row_size(fmt, "mapped by hosts", census.bytes[KIND_HOST]);
}

static void add_kept(struct fmt *fmt)
{
	if (exec_kept() == 0)
		return;
	row(fmt, "executed without the launcher");
	fmt_decimal(fmt, exec_kept());
	fmt_char(fmt, '\n');
}

static void add_figures(struct fmt *fmt, const struct table *table)
{
	struct figure figure;

	for (unsigned int i = 0; summary_figure(table, i, &figure); i++) {
		if (figure.unit == UNIT_ADDRESS && figure.value == 0)
			continue;
		row(fmt, figure.label);
		if (strcmp(figure.key, "fixed_outside_caller") == 0)
			module_print(fmt, figure.value);
		else
			summary_value(fmt, &figure);
		fmt_char(fmt, '\n');
	}
}

/* Adds the calls that were made: "mmap 12: 10 placed, 2 ENOMEM". */
static void add_calls(struct fmt *fmt, const struct table *table)
{
	for (enum call_name name = 0; name < CALLS; name++) {
		const char *separator = ": ";

		if (summary_calls(table, name) == 0)
			continue;
		row(fmt, call_word(name));
		fmt_decimal(fmt, summary_calls(table, name));
		for (enum outcome outcome = 0; outcome < OUTCOMES; outcome++) {
			if (table->call[name][outcome] == 0)
				continue;
			fmt_text(fmt, separator);
			fmt_decimal(fmt, table->call[name][outcome]);
			fmt_char(fmt, ' ');
			fmt_text(fmt, call_outcome_word(outcome));
			separator = ", ";
		}
		fmt_char(fmt, '\n');
	}
}

/* Whether this is a vfork() child. It runs in its parent's memory, so the counters are its
 * parent's. */
static bool is_vforked(const struct space *space, uint32_t process)
{
	return space && space->table->pid != process && !mutex_inherited(space->mutex);
}

/* Claims the report of this process. False if it is written already, or is being written. */
static bool claim(uint32_t process)
{
	uint32_t before = __atomic_load_n(&reported, __ATOMIC_RELAXED);

	return before != process &&
	       __atomic_compare_exchange_n(&reported, &before, process, false, __ATOMIC_ACQUIRE,
					   __ATOMIC_RELAXED);
}

void report_write(const char *how)
{
	uint32_t process;
	struct space *space;
	struct fmt fmt;

	if (!wanted)
		return;
	space = find_space();
	process = (uint32_t)SYS(SYS_getpid, 0);
	if (is_vforked(space, process) || !claim(process))
		return;
	fmt_init(&fmt, text, sizeof(text));
	fmt_text(&fmt, "valimit: report of process ");
	fmt_decimal(&fmt, process);
	fmt_text(&fmt, ", ");
	module_print_program(&fmt);
	fmt_text(&fmt, ", ");
	fmt_text(&fmt, how);
	fmt_text(&fmt, space ? "\n" : ", without a window\n");
	if (space) {
		add_window(&fmt, space->table);
		add_usage(&fmt, space);
		add_figures(&fmt, space->table);
		add_calls(&fmt, space->table);
		add_kept(&fmt);
	}
	log_write(&report_log, text, fmt.length);
}

struct deadly {
	int number;
	bool fault; /* the faulting instruction runs again after the handler */
	const char *how;
};

static const struct deadly deadly[] = {
	{ SIGHUP, false, "killed by SIGHUP" },   { SIGILL, true, "killed by SIGILL" },
	{ SIGABRT, false, "killed by SIGABRT" }, { SIGBUS, true, "killed by SIGBUS" },
	{ SIGFPE, true, "killed by SIGFPE" },    { SIGSEGV, true, "killed by SIGSEGV" },
	{ SIGPIPE, false, "killed by SIGPIPE" }, { SIGTERM, false, "killed by SIGTERM" },
};

#define DEADLY ARRAY_SIZE(deadly)

/* Found before a handler is set, since a search is not async-signal-safe. */
static __typeof__(sigaction) *set_action;

/* Sends the signal again. Bypasses sys_judge, since the program has to end in any case. */
static void send_again(int number)
{
	static const long nothing[6];
	long process = sys_pass(SYS_getpid, nothing), thread = sys_pass(SYS_gettid, nothing);

	sys_pass(SYS_tgkill, (const long[6]){ process, thread, number });
}

static void die(int number, siginfo_t *info, void *context)
{
	const struct sigaction otherwise = { .sa_handler = SIG_DFL };

	(void)context;
	for (size_t i = 0; i < DEADLY; i++) {
		if (deadly[i].number != number)
			continue;
		report_write(deadly[i].how);
		set_action(number, &otherwise, NULL);
		/* A fault has to happen again at its instruction, for the core's reader. A
		 * signal that was sent, or that no instruction causes, is sent again. */
		if (!deadly[i].fault || info->si_code <= 0)
			send_again(number);
	}
}

static void watch_signals(void)
{
	const struct sigaction ours = { .sa_sigaction = die, .sa_flags = SA_SIGINFO | SA_ONSTACK };
	struct sigaction theirs;

	set_action = LIBC_NEXT(sigaction);
	if (!set_action)
		set_action = LIBC(sigaction);
	for (size_t i = 0; i < DEADLY; i++)
		if (set_action(deadly[i].number, NULL, &theirs) == 0 &&
		    theirs.sa_handler == SIG_DFL)
			set_action(deadly[i].number, &ours, NULL);
}

static void tell_quick_exit(void)
{
	report_write("at quick_exit");
}

__attribute__((destructor)) static void tell_exit(void)
{
	report_write("at exit");
}

void report_start(const struct options *options, struct space *made(void))
{
	if (!options->report)
		return;
	log_open(&report_log, "VA_LIMIT_REPORT", options->report);
	module_learn_program();
	loaded_watch();
	find_space = made;
	wanted = true;
}

void report_watch(void)
{
	if (!wanted)
		return;
	libc_at_quick_exit(tell_quick_exit);
	watch_signals();
}
