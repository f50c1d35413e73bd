/* SPDX-License-Identifier: MIT */
#include "setup.h"

#include <errno.h>
#include <linux/prctl.h>
#include <sys/auxv.h>

#include "alone.h"
#include "aslr.h"
#include "core/size.h"
#include "fence/fence.h"
#include "fence/stack_guard.h"
#include "gate.h"
#include "loaded.h"
#include "message.h"
#include "module.h"
#include "place/heap.h"
#include "place/home.h"
#include "place/passthrough.h"
#include "place/relimit.h"
#include "reach.h"
#include "sys/permit.h"
#include "sys/sys.h"
#include "sys/sysinfo.h"
#include "table/lock.h"
#include "table/region.h"
#include "table/sync.h"

/* The launcher's handoff; NULL: the launcher has not started this program. */
static const struct handoff *find_handoff(void)
{
	const struct handoff *handoff = (const struct handoff *)getauxval(HANDOFF_AUXV);

	return handoff && handoff->version == HANDOFF_VERSION ? handoff : NULL;
}

void setup_limits(struct space *space)
{
	const struct handoff *handoff = find_handoff();

	space->program.handoff = handoff;
	space->page = getauxval(AT_PAGESZ);
	/* AT_RANDOM's bytes lie above the main stack's first frame. */
	space->program.stack.start = space->program.stack.end = getauxval(AT_RANDOM);
	space->min = handoff ? handoff->min : limits_min(space->page);
	space->top = handoff ? handoff->top : limits_top(space->page);
	if (permit_learns())
		space->kernel.version = limits_kernel();
}

static void say_window(struct fmt *fmt, const struct space *space)
{
	fmt_text(fmt, "VA_LIMIT: the window has no page between ");
	fmt_hex(fmt, space->min);
	fmt_text(fmt, " and ");
	fmt_hex(fmt, space->top);
	fmt_text(fmt, ", all that this kernel gives a process; choose one that does");
}

static void say_table(struct fmt *fmt, long why)
{
	fmt_text(fmt, "cannot map the table's memory: error ");
	fmt_signed(fmt, -why);
	fmt_text(fmt, "; check the limits on address space (ulimit -v) and mappings "
		      "(vm.max_map_count)");
}

void setup_die(const struct space *space, long why)
{
	struct message message;

	message_begin(&message);
	if (why == -ERANGE)
		say_window(&message.fmt, space);
	else
		say_table(&message.fmt, why);
	message_die(&message);
}

static void set_policy(struct space *space, const struct options *options, uint64_t random)
{
	space->guest = (struct policy){
		.place = options->place,
		.align = options->align > space->page ? options->align : space->page,
		.random = aslr_seed(options, random, (const uint64_t *)getauxval(AT_RANDOM)),
		.base = round_down(options->base, space->page),
	};
	space->host = (struct policy){
		.place = PLACE_TOPDOWN,
		.align = space->page,
		.random = space->guest.random ^ UINT64_MAX,
	};
	space->randomised = aslr_wanted(options);
	space->based = options->has_base;
	relimit_bases(space);
}

/* Takes over the launcher's fence. */
static void adopt_fence(struct space *space)
{
	const struct handoff *handoff = space->program.handoff;
	struct table *table = space->table;

	table->fence = handoff->sealed ? FENCE_SEALED : FENCE_UP;
	table->reach = REACH_WHOLE;
	if (span_empty(handoff->edge))
		return;
	table->edge = handoff->edge.start;
	table->edge_end = handoff->edge.end;
}

/* Learns the mappings made so far. Called once, before another thread can use the table. */
static void learn(struct space *space)
{
	uintptr_t own = (uintptr_t)space->table;

	lock_table(space);
	sync_enter(space, own, own + space->table->region_size, KIND_OWN);
	space->program.starting = true;
	sync_rescan(space);
	unlock_table(space);
	guard_stack(space);
}

long setup_space(struct space *space, const struct options *options, struct window window)
{
	if (window_clamp(&window, space->min, space->top, space->page) < 0)
		return -ERANGE;
	/* A handoff for another window is useless: its fence obstructs this one. */
	if (space->program.handoff && (space->program.handoff->window.lower != window.lower ||
			       space->program.handoff->window.upper != window.upper))
		space->program.handoff = NULL;
	space_keep_window(space, 0, window);
	space->fixed_deny = options->fixed_deny;

	uint64_t random = aslr_number();
	size_t size;
	long result = home_reserve(space, random, &size);

	if (result > 0)
		result = pool_create(space, (uintptr_t)result, size);
	if (result < 0)
		return result;
	gate_watch(pool_wiped(space));
	alone_watch(pool_wiped(space) + 1);
	space_set_window(space, window);
	set_policy(space, options, random);
	if (space->program.handoff)
		adopt_fence(space);
	learn(space);
	return 0;
}

static const char *why_unfenced(long result)
{
	switch (result) {
	case -EPERM:
		return "the limit on address space (RLIMIT_AS) is finite and a fence counts "
		       "against it; use RLIMIT_DATA (ulimit -d) instead";
	case -ENOSPC:
		return "the kernel's own search does not reach the window; set a finite stack "
		       "limit (ulimit -s 8192) and the standard layout";
	case -ENOSYS:
		return "this kernel cannot seal (mseal, Linux 6.10); use VA_LIMIT_FENCE=on";
	case -EBUSY:
		return "valgrind needs the addresses outside the window; use VA_LIMIT_REACH=calls";
	case -ENOENT:
		return "/proc/self/maps cannot be read; mount /proc";
	}
	return "the kernel refuses the reservations; see vm.max_map_count";
}

static bool demanded(const struct options *options)
{
	return options->fence == FENCE_ON || options->fence == FENCE_SEAL;
}

static long raise_fence(struct space *space, const struct options *options)
{
	long result = 0;

	if (!space_fenced(space)) {
		if (options->fence == FENCE_NEVER)
			return 0;
		if (reach_valgrind())
			return -EBUSY;
		if (!space->kernel.listed)
			return -ENOENT;
		result = fence_raise(space, options->fence == FENCE_SEAL);
	}

	if (result == 0)
		passthrough_start(space);
	return result;
}

static void say_unfenced(long why, bool dies)
{
	struct message message;

	message_begin(&message);
	fmt_text(&message.fmt, dies ? "cannot raise the fence: " :
				      "no fence, so only interposed calls are confined: ");
	fmt_text(&message.fmt, why_unfenced(why));
	if (dies)
		message_die(&message);
	message_say(&message);
}

void setup_fence(struct space *space, const struct options *options)
{
	long result = raise_fence(space, options);

	if (result < 0)
		say_unfenced(result, demanded(options));
	else if (space_fenced(space))
		heap_enter(space);
}

long setup_late_fence(struct space *space, const struct options *options)
{
	long result = raise_fence(space, options);

	if (result < 0 && !demanded(options)) {
		say_unfenced(result, false);
		return 0;
	}
	return result == 0 || result == -EPERM ? result : -ENOMEM;
}

void setup_rules(const struct options *options)
{
	struct message message;

	if (module_rules(options->host, options->guest) == 0) {
		if (module_ruled() || options->limited)
			loaded_watch();
		return;
	}
	message_begin(&message);
	fmt_text(&message.fmt, "VA_LIMIT_HOST, VA_LIMIT_GUEST: the value is longer than 1023 "
			       "bytes; use fewer globs");
	message_die(&message);
}

void setup_inspection(const struct options *options)
{
	if (options->inspect_any)
		SYS(SYS_prctl, PR_SET_PTRACER, PR_SET_PTRACER_ANY);
}
