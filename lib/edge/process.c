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

/* The first call that needs the state makes it, whichever thread's it is; the
 * constructor is only an early first call. */
enum stage {
	STAGE_NEW,
	STAGE_STARTING, /* one thread is at it */
	STAGE_IDLE,     /* no limits, and no table */
	STAGE_LIFTED,   /* a table, but no limits */
	STAGE_CONFINED,
};

static struct {
	uint32_t stage;
	struct options options;
	struct space space;
} process;

/* Whether this thread is the one that makes the state. */
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

/* Until no other thread is at it. Not for ever: it may want a lock of the
 * caller's, and a child may not have that thread. */
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

/* The environment; defaults where it is not the program's owner's. */
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
	/* Under a filter all is asked that is to be asked later. */
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

/* A table without limits: for calls that bring their own. */
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
	/* Before libc has taken the environment over the window is not known;
	 * what is mapped until then is learnt from the kernel afterwards. */
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
	/* Made here, or by a thread that has begun since. */
	if (stage_now() < STAGE_LIFTED)
		make_space();
	return stage_now() >= STAGE_LIFTED ? &process.space : NULL;
}

struct window process_bounds(void)
{
	start_early();
	return (struct window){ process.space.min, process.space.top };
}

/* With the share of the fence in the limit on address space as it is wanted: while it
 * moves, the larger one's. */
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

/* Whether a change found the brk heap inside: whichever thread sees it next drains it. */
static uint32_t heap_was_inside;

static long shift(struct space *space, uintptr_t lower, uintptr_t upper)
{
	struct window window = { lower, upper };
	bool inside = space_inside(space, space->program.heap.start,
				   space->program.heap.end - space->program.heap.start);
	bool first = !space_fenced(space) && window_unlimited(&space->window[space->limits & 1]);
	long result;

	result = relimit_counted(space, window);
	if (result < 0)
		return result;
	if (window_unlimited(&window)) {
		set_stage(STAGE_LIFTED);
		return 0;
	}
	if (inside)
		__atomic_store_n(&heap_was_inside, 1, __ATOMIC_RELAXED);
	/* From here on other threads' calls are confined; then the fence. */
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

	/* What a call that was left by siglongjmp() holds is given up first: with all
	 * signals blocked a handler might be running. */
	gate_enter(&pass);
	settle(space);
	gate_leave(&pass);
	/* A handler would meet a fence that is lowered, and a window that is not
	 * yet in force. Another thread's change takes some microseconds. */
	mask = mask_block();
	if (alone_begin()) {
		frame_enter(&frame);
		if (gate_close()) {
			settle(space);
			/* A thread that a handler has left a call on may have the table. */
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
	result = process_alone(space, shift, window.lower, window.upper);
	/* What malloc still has of the brk heap it must not hand out any more. It
	 * may be a thread's that waits at the gate with malloc's lock in hand. */
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

/* Under a filter that cannot be read, what an exec asks is asked at the start, so that
 * it may be asked later. */
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
	/* Here and not at an earlier first call, which may be an allocator's own:
	 * that cannot be asked for memory from inside its mmap. */
	space = process_space();
	rehearse_exec();
	if (space) {
		drain_heap(space);
		permit_started();
	}
}

/* Not the attribute "constructor": link-time optimization makes one function of all
 * constructors, and calls each without the arguments that glibc gives. Not const:
 * the compiler's own entries, which it calls writable, are in the section too. */
__attribute__((section(".init_array"), used))
static void (*start_entry)(int argc, char **argv, char **envp) = start;
