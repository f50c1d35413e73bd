/* SPDX-License-Identifier: MIT */
#include "process.h"

#include <errno.h>
#include <string.h>
#include <sys/auxv.h>
#include <unistd.h>

#include "alone.h"
#include "candidate.h"
#include "core/options.h"
#include "core/rare.h"
#include "drain.h"
#include "gate.h"
#include "inherit.h"
#include "fence/fence.h"
#include "table/lock.h"
#include "sys/aslimit.h"
#include "sys/mask.h"
#include "sys/permit.h"
#include "place/settle.h"
#include "place/relimit.h"
#include "sys/sys.h"
#include "sys/patience.h"
#include "libc.h"
#include "loaded.h"
#include "message.h"
#include "owner.h"
#include "reach.h"
#include "report.h"
#include "setup.h"
#include "trace.h"

/* The state's stages. The first call that needs the state makes it, on any thread; the
 * constructor is merely an early first call. */
enum stage {
	STAGE_NEW,
	STAGE_STARTING, /* one thread is making the state */
	STAGE_IDLE,     /* no window, and no table */
	STAGE_LIFTED,   /* a table, but no window */
	STAGE_CONFINED,
};

static struct {
	uint32_t stage;
	struct options options;
	struct space space;
} process;

/* Whether this thread is making the state. */
static __thread bool starts;

struct process_fast process_fast;

static const struct window unlimited = { 0, 0 };

static enum stage stage_now(void)
{
	return (enum stage)__atomic_load_n(&process.stage, __ATOMIC_ACQUIRE);
}

static RARE void set_fast(enum stage stage)
{
	struct space *space = &process.space;
	bool passes = stage == STAGE_CONFINED && space->passthrough && !space->observer;

	__atomic_store_n(&process_fast.unmap, passes ? space : NULL, __ATOMIC_RELEASE);
	__atomic_store_n(&process_fast.map, passes && owner_all_guest() ? space : NULL,
			 __ATOMIC_RELEASE);
	__atomic_store_n(&process_fast.ask, passes && !owner_all_guest() ? space : NULL,
			 __ATOMIC_RELEASE);
}

static RARE void set_stage(enum stage stage)
{
	set_fast(stage);
	if (stage >= STAGE_LIFTED)
		__atomic_store_n(&process_fast.made, &process.space, __ATOMIC_RELEASE);
	__atomic_store_n(&process_fast.confined, stage == STAGE_CONFINED ? &process.space : NULL,
			 __ATOMIC_RELEASE);
	__atomic_store_n(&process.stage, (uint32_t)stage, __ATOMIC_RELEASE);
	starts = false;
}

static bool enter_stage(enum stage from)
{
	uint32_t expected = (uint32_t)from;

	starts = __atomic_compare_exchange_n(&process.stage, &expected, STAGE_STARTING, false,
					     __ATOMIC_ACQUIRE, __ATOMIC_ACQUIRE);
	return starts;
}

/* Waits until no other thread is making the state. The wait is bounded: that thread may need a
 * lock that the caller holds, and a fork's child does not have it. */
static RARE void await_start(void)
{
	for (int turn = 0; stage_now() == STAGE_STARTING && !starts && turn < PATIENCE_TURNS; turn++)
		patience_turn(turn);
}

static void fork_prepare(void)
{
	alone_fork_prepare();
	lock_fork_prepare(&process.space);
}

static void fork_parent(void)
{
	lock_fork_parent(&process.space);
	alone_fork_parent();
}

static void fork_child(void)
{
	gate_fork_child();
	loaded_fork_child();
	lock_fork_child(&process.space);
	alone_fork_child();
	settle(&process.space);
	fence_inherit(&process.space);
}

static void refuse(const struct options_error *error)
{
	struct message message;

	message_begin(&message);
	fmt_foreign(&message.fmt, error->name, error->name_length);
	fmt_text(&message.fmt, "='");
	fmt_foreign(&message.fmt, error->value, strlen(error->value));
	fmt_text(&message.fmt, "' ");
	fmt_text(&message.fmt, error->why);
	fmt_text(&message.fmt, "; see valimit(7)");
	message_die(&message);
}

/* Reads the environment. A process with AT_SECURE has the defaults, since its environment is
 * not its owner's. */
static void read_options(char *const *envp)
{
	static char *const empty[] = { NULL };
	struct options_error error;

	if (options_parse(getauxval(AT_SECURE) ? empty : envp, process.space.min,
			  &process.options, &error) < 0)
		refuse(&error);
	setup_rules(&process.options);
	setup_inspection(&process.options);
	trace_start(&process.options, &process.space);
	report_start(&process.options, process_made);
}

static enum stage enter_limits(struct space *space, const struct options *options)
{
	long result = setup_space(space, options, options->window);

	if (result < 0)
		setup_die(space, result);
	libc_atfork(fork_prepare, fork_parent, fork_child);
	if (window_unlimited(&space->window[0]))
		return STAGE_LIFTED;
	setup_fence(space, options);
	return STAGE_CONFINED;
}

static enum stage confine(void)
{
	struct space *space = &process.space;
	enum stage stage;

	if (!process.options.limited)
		return STAGE_IDLE;
	/* Under a filter from before the start, all optional calls are made now, so that they
	 * are allowed later. */
	space->program.fresh = !permit_learns();
	stage = enter_limits(space, &process.options);
	space->program.fresh = false;
	return stage;
}

RARE void process_start(char *const *envp)
{
	if (!enter_stage(STAGE_NEW)) {
		await_start();
		return;
	}
	permit_start();
	setup_limits(&process.space);
	read_options(envp);
	set_stage(confine());
	if (trace_on())
		trace_begin(process_made());
}

/* Makes the table without a window, for calls with a range and for reservations. */
static void make_space(void)
{
	long result;

	if (!enter_stage(STAGE_IDLE)) {
		await_start();
		return;
	}
	result = setup_space(&process.space, &process.options, unlimited);
	if (result == 0)
		libc_atfork(fork_prepare, fork_parent, fork_child);
	set_stage(result == 0 ? STAGE_LIFTED : STAGE_IDLE);
}

static void start_early(void)
{
	/* Before libc has set `environ` the window is unknown. Mappings made until then are
	 * learnt from the kernel afterwards. */
	if (stage_now() == STAGE_NEW && environ)
		process_start(environ);
	await_start();
}

struct space *process_space_early(void)
{
	if (stage_now() <= STAGE_STARTING)
		start_early();
	return stage_now() == STAGE_CONFINED ? &process.space : NULL;
}

struct space *process_space_for_range(void)
{
	start_early();
	/* The table is made here, or by another thread since. */
	if (stage_now() < STAGE_LIFTED)
		make_space();
	return stage_now() >= STAGE_LIFTED ? &process.space : NULL;
}

struct window process_bounds(void)
{
	start_early();
	return (struct window){ process.space.min, process.space.top };
}

/* Changes the window together with the fence's share in RLIMIT_AS. Meanwhile the share is the
 * larger of the old and the new one. */
static long relimit_counted(struct space *space, struct window window)
{
	struct window before = space_window(space);
	size_t had = fence_share(space, before), wanted = fence_share(space, window);
	size_t largest = wanted > had ? wanted : had;
	long result;

	if (!space_fenced(space))
		return relimit_window(space, window);
	if (!aslimit_change(had, largest))
		return -EPERM;
	result = relimit_window(space, window);
	aslimit_change(largest, result < 0 ? had : wanted);
	return result;
}

/* Whether a change of the window found the brk heap inside. The next thread that sees the flag
 * drains the heap. */
static uint32_t heap_was_inside;

static bool holds_heap(const struct space *space, const struct window *window)
{
	struct span heap = space->program.heap;

	return window_holds(window, heap.start, heap.end - heap.start);
}

static long change_window(struct space *space, uintptr_t lower, uintptr_t upper)
{
	struct window window = { lower, upper };
	struct window before = space_window(space);
	bool first = !space_fenced(space) && window_unlimited(&space->window[space->limits & 1]);
	long result;

	result = relimit_counted(space, window);
	if (result < 0)
		return result;
	if (window_unlimited(&window)) {
		set_stage(STAGE_LIFTED);
		return 0;
	}
	/* The change has read the kernel's list, which shows where the heap lies by now. */
	if (holds_heap(space, &before))
		__atomic_store_n(&heap_was_inside, 1, __ATOMIC_RELAXED);
	/* Confines other threads' calls first, and raises the fence then. */
	set_stage(STAGE_CONFINED);
	if (first)
		result = setup_late_fence(space, &process.options);
	if (result < 0) {
		set_stage(STAGE_LIFTED);
		relimit_window(space, unlimited);
		return result;
	}
	set_fast(STAGE_CONFINED);
	return result;
}

RARE long process_alone(struct space *space, long (*act)(struct space *, uintptr_t, uintptr_t),
			uintptr_t start, uintptr_t end)
{
	long result = -EAGAIN;
	struct frame frame;
	struct pass pass;
	uint64_t mask;

	/* Claims and locks of calls that were left by siglongjmp() are given up first: with all
	 * signals blocked, a handler might seem to be running. */
	gate_enter(&pass);
	settle(space);
	gate_leave(&pass);
	/* Signals stay blocked: a handler would meet a lowered fence, and a window that is not
	 * in force yet. A change takes some microseconds. */
	mask = mask_block();
	if (alone_begin()) {
		frame_enter(&frame);
		if (gate_close()) {
			settle(space);
			/* The table may be locked by a thread that a handler has made leave its
			 * call. */
			if (lock_table_patiently(space)) {
				unlock_table(space);
				result = act(space, start, end);
			}
			gate_open();
		}
		frame_leave(&frame);
		alone_end();
	}
	mask_restore(mask);
	return result;
}

RARE long process_limit(struct window window)
{
	struct space *space = process_space_for_range();
	long result;

	if (!space)
		return -ENOMEM;
	if (window_clamp(&window, space->min, space->top, space->page) < 0)
		return -EINVAL;
	result = process_alone(space, change_window, window.lower, window.upper);
	/* malloc() must not hand out chunks of an old heap outside the window. This runs after
	 * process_alone(): a thread with malloc's lock may be waiting at the gate. */
	if (result == 0 && __atomic_exchange_n(&heap_was_inside, 0, __ATOMIC_RELAXED))
		drain_heap(space);
	if (stage_now() == STAGE_CONFINED)
		permit_started();
	return result;
}

RARE struct window process_limits(void)
{
	const struct space *space = process_space();

	return space ? space_window(space) : unlimited;
}

/* Makes the calls of an execve() at the start, if a filter cannot be read, so that they are
 * allowed later. */
static void rehearse_exec(void)
{
	const char *why;

	if (reach_hands_on() && permit_learns())
		candidate_fits("/proc/self/exe", &why);
}

static void start(int argc, char **argv, char **envp)
{
	const struct space *space;

	(void)argc;
	permit_start();
	candidate_start();
	reach_start(argv, envp);
	process_start(envp);
	if (process.options.kept_out)
		inherit_nothing(envp);
	loaded_refresh();
	report_watch();
	/* The constructor drains the heap. An earlier first call cannot: it may be an
	 * allocator's mmap(), inside which malloc() must not be called. */
	space = process_space();
	rehearse_exec();
	if (space) {
		drain_heap(space);
		permit_started();
	}
}

/* An entry of .init_array and not a function with the attribute "constructor": link-time
 * optimization merges all constructors into one function, and calls each without glibc's
 * arguments. Not const: the compiler's own entries in the section are writable. */
__attribute__((section(".init_array"), used))
static void (*start_entry)(int argc, char **argv, char **envp) = start;
