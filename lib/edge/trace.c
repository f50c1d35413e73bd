/* SPDX-License-Identifier: MIT */
#include "trace.h"

#include <string.h>
#include <sys/auxv.h>

#include "core/call_text.h"
#include "core/error.h"
#include "core/handoff.h"
#include "sys/brk.h"
#include "sys/sys.h"
#include "pagedump.h"
#include "loaded.h"
#include "module.h"
#include "log.h"
#include "owner.h"

bool trace_wanted;

static struct log trace_log;
static bool with_layout;
static uint32_t first; /* the process that began the trace */

/* A line. Text that does not fit is cut: mostly the end of a long module's name. */
struct line {
	struct fmt fmt;
	char text[512];
};

/* Begins a line, with the thread's number if the file's reader would expect another thread or
 * process. */
static void line_begin(struct line *line)
{
	uint32_t thread = (uint32_t)SYS(SYS_gettid, 0);
	uint32_t expected = trace_log.per_process ? (uint32_t)SYS(SYS_getpid, 0) : first;

	/* One byte is reserved for the newline. */
	fmt_init(&line->fmt, line->text, sizeof(line->text) - 1);
	/* A negative number is an error: a filter may forbid gettid(). */
	if ((int32_t)thread < 0 ||
	    (thread == expected && (trace_log.per_process || !trace_log.begun)))
		return;
	fmt_text(&line->fmt, "[pid ");
	fmt_decimal(&line->fmt, thread);
	fmt_text(&line->fmt, "] ");
}

static void line_end(struct line *line)
{
	line->text[line->fmt.length] = '\n';
	log_write(&trace_log, line->text, line->fmt.length + 1);
}

static void add_caller(struct fmt *fmt, uintptr_t caller)
{
	fmt_char(fmt, ' ');
	module_print(fmt, caller);
}

/* Adds the caller, with a mark if it jumped to the library ("jump:") or is doubtful ("jump?:"). */
static void add_caller_of(struct fmt *fmt, const struct call *call)
{
	if (call->caller != call->returns) {
		fmt_text(fmt, " jump:");
		module_print(fmt, call->caller - 1);
		return;
	}
	if (call->kind == KIND_GUEST && !call->host && owner_is_doubted(call->returns))
		fmt_text(fmt, " jump?:");
	else
		fmt_char(fmt, ' ');
	module_print(fmt, call->returns);
}

static bool changes(const struct call *call)
{
	return !call_failed(call) && call->name != CALL_LIMITS;
}

void trace_call(const struct call *call, const struct space *space)
{
	struct line line;

	line_begin(&line);
	call_print(&line.fmt, call);
	add_caller_of(&line.fmt, call);
	line_end(&line);
	if (with_layout && changes(call))
		pagedump_print(&trace_log, space, call_word(call->name));
}

void trace_other(const char *text, long result, uintptr_t caller)
{
	struct line line;

	line_begin(&line);
	fmt_text(&line.fmt, text);
	fmt_text(&line.fmt, " = ");
	if (result < 0) {
		fmt_text(&line.fmt, "-1 ");
		error_print(&line.fmt, result);
	} else {
		fmt_signed(&line.fmt, result);
	}
	add_caller(&line.fmt, caller);
	line_end(&line);
}

static void print_event(struct fmt *fmt, enum event event, uintptr_t a, uintptr_t b)
{
	static const char *const word[] = {
		[EVENT_LEARNT] = "in the way: ",
		[EVENT_ESCAPED] = "escaped the fence: ",
		[EVENT_OUTSIDE] = "outside the window: ",
		[EVENT_FULL] = "no room for ",
	};

	fmt_text(fmt, word[event]);
	if (event != EVENT_FULL) {
		fmt_hex(fmt, a);
		fmt_char(fmt, '-');
		fmt_hex(fmt, b);
		return;
	}
	fmt_size(fmt, a);
	if (b) {
		fmt_text(fmt, ", largest gap ");
		fmt_size(fmt, b);
	}
}

/* The space's event_observer. */
static void trace_event(enum event event, uintptr_t a, uintptr_t b)
{
	struct line line;

	line_begin(&line);
	fmt_text(&line.fmt, "--- ");
	print_event(&line.fmt, event, a, b);
	fmt_text(&line.fmt, " ---");
	line_end(&line);
}

void trace_kept(const char *path, const char *why)
{
	struct line line;

	line_begin(&line);
	fmt_text(&line.fmt, "--- without the launcher: ");
	fmt_foreign(&line.fmt, path, strlen(path));
	fmt_text(&line.fmt, ": ");
	fmt_text(&line.fmt, why);
	fmt_text(&line.fmt, " ---");
	line_end(&line);
}

void trace_begin(const struct space *space)
{
	struct line line;

	line_begin(&line);
	fmt_text(&line.fmt, "+++ ");
	module_print_program(&line.fmt);
	if (space) {
		fmt_text(&line.fmt, ", window ");
		fmt_hex(&line.fmt, space->table->lower);
		fmt_char(&line.fmt, '-');
		fmt_hex(&line.fmt, space->table->upper);
		fmt_text(&line.fmt, space_fenced(space) ? ", fenced" : ", no fence");
		if (space_fenced(space) && !space_inside(space, brk_now(), space->page))
			fmt_text(&line.fmt, ", brk fails");
		if (getauxval(HANDOFF_AUXV) && !space_inside(space, getauxval(AT_PHDR), 1))
			fmt_text(&line.fmt, ", image outside");
	} else {
		fmt_text(&line.fmt, ", no window");
	}
	fmt_text(&line.fmt, " +++");
	line_end(&line);
}

void trace_start(const struct options *options, struct space *space)
{
	if (!options->trace)
		return;
	log_open(&trace_log, "VA_LIMIT_TRACE", options->trace);
	module_learn_program();
	loaded_watch();
	with_layout = options->trace_page;
	first = (uint32_t)SYS(SYS_getpid, 0);
	space->observer = trace_event;
	trace_wanted = true;
}
