/* SPDX-License-Identifier: MIT */
/*
 * The launcher: does what execve() does, but puts everything inside a window of
 * addresses, fences the rest, and becomes the program.
 *
 *	launch PATH NAME [ARGUMENT...]
 *
 * PATH is the file, as execve() takes it; NAME is the program's argv[0]. These
 * are the words with which binfmt_misc calls an interpreter with the flag P; of
 * its flag O, the open file in AT_EXECFD is used. A registration that matches all
 * other ELF files tells this one by its mark (lib/core/mark.h); and a copy can
 * bring its own settings (settings.h), for programs that start without an
 * environment. If its own argv[0] is HANDOFF_CALL, the library has called (order.h).
 *
 * Messages begin "vactl: run: "; the exit status is 125 where the launcher fails,
 * 126 where the program cannot be run, 127 where it was not found. None comes
 * after the program's first instruction.
 *
 * There is no libc here: it would map memory and take addresses of its own choice.
 */
#include <string.h>

#include "arch.h"
#include "core/size.h"
#include "core/text.h"
#include "load.h"
#include "message.h"
#include "order.h"
#include "origin.h"
#include "personality.h"
#include "plan.h"
#include "preload.h"
#include "program.h"
#include "relocate.h"
#include "self.h"
#include "settings.h"
#include "stack.h"
#include "sys/sys.h"
#include "trampoline.h"
#include "vdso.h"

/* Bytes of the stack that a core dump contains at least. */
#define DUMPED_LEAST (8UL << 20)

static struct order order;
static struct settings settings;
static struct personality personality;
static struct program program;
static struct self self;
static struct plan plan;
static struct stack stack;
static struct origin origin;

static const char *called_as(const struct initial_stack *initial)
{
	return (const char *)initial_value(initial, AT_EXECFN, (uintptr_t)"");
}

/* Only the launcher itself, when it starts again, is executed by the name /proc/self/exe. A
 * program that executes that name means its own file. */
static void check_caller(const struct initial_stack *initial)
{
	static const char proc[] = "/proc/";
	const char *called = called_as(initial);

	if (initial_value(initial, AT_EXECFD, UINTPTR_MAX) == UINTPTR_MAX &&
	    !personality_again(initial) && strlen(called) > strlen(proc) &&
	    memcmp(called, proc, strlen(proc)) == 0)
		message_die(STATUS_OWN, "a program has executed /proc/self/exe, which names the "
			    "launcher to users without privileges; use --children, where it names "
			    "the program", NULL);
}

/* Under valgrind the answers to the launcher's calls are valgrind's. */
static void check_valgrind(const struct initial_stack *initial)
{
	const char *preloaded = initial_variable(initial, "LD_PRELOAD");

	if (preloaded && text_after(preloaded, "/vgpreload_"))
		message_die(STATUS_OWN, "the launcher cannot work under valgrind, which places "
			    "mappings itself; use --reach calls", NULL);
}

static void open_program(const struct initial_stack *initial)
{
	int fd = (int)initial_value(initial, AT_EXECFD, (uintptr_t)order.fd);

	if (initial->count < 2)
		message_die(STATUS_OWN, "the launcher needs a program to run", NULL);
	program_open(&program, initial->words[1], initial->count > 2 ? initial->words[2] : "", fd,
		     order.fd < 0 ? called_as(initial) : initial->words[1], &settings);
	program.comm = order.comm;
}

static void map_images(void)
{
	long result = load_image(&program.image, program.fd, plan.image.start, settings.page);

	if (result == 0 && program.interpreter_fd >= 0)
		result = load_image(&program.interpreter, program.interpreter_fd,
				    plan.interpreter.start, settings.page);
	if (result == 0)
		result = load_fence(&program.image, &settings);
	if (result == 0)
		result = load_fence(&program.interpreter, &settings);
	if (result < 0)
		message_cannot_run(program.path, "cannot map it", result);
}

/* With MAP_GROWSDOWN the kernel counts the mapping as stack and not as data (RLIMIT_DATA).
 * The guard below keeps it from growing. */
static long map_stack_of(struct span span)
{
	int prot = PROT_READ | PROT_WRITE | (program.image.stack_executable ? PROT_EXEC : 0);

	return sys_mmap(span.start, span.end - span.start, prot,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_STACK | MAP_GROWSDOWN |
				MAP_FIXED, -1, 0);
}

/* Refuses huge pages, which would be larger than most stacks, and leaves the part below the
 * present limit out of cores. */
static void dress_stack(void)
{
	size_t size = plan.stack.end - plan.stack.start;
	size_t limit = round_down(personality.stack.rlim_cur, settings.page);

	sys_madvise(plan.stack.start, size, MADV_NOHUGEPAGE);
	sys_madvise(plan.stack_guard.start, plan.stack_guard.end - plan.stack_guard.start,
		    MADV_DONTDUMP);
	if (limit < DUMPED_LEAST)
		limit = DUMPED_LEAST;
	if (limit < size)
		sys_madvise(plan.stack.start, size - limit, MADV_DONTDUMP);
}

/* Maps the stack in full: other mappings could come into the room that a stack grows to. If
 * a limit forbids the full size, the stack gets less. */
static void map_stack(size_t needs)
{
	size_t least = needs + (128UL << 10);
	long result = map_stack_of(plan.stack);

	least = round_up(least, settings.page);
	while (sys_failed(result) && (plan.stack.end - plan.stack.start) / 2 > least) {
		plan.stack.start = plan.stack.end -
				   (((plan.stack.end - plan.stack.start) / 2) & ~(settings.page - 1));
		plan.stack_guard.end = plan.stack.start;
		result = map_stack_of(plan.stack);
	}
	if (!sys_failed(result))
		result = sys_mmap(plan.stack_guard.start,
				  plan.stack_guard.end - plan.stack_guard.start, PROT_NONE,
				  MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
	if (sys_failed(result))
		message_cannot_run(program.path, "cannot map its stack", result);
	dress_stack();
}

/* Moves the vDSO. Returns its ELF header's address; 0: the program does without. A kernel
 * that has sealed its vDSO leaves it in place, as an island. */
static uintptr_t move_vdso(const struct initial_stack *initial)
{
	struct span from = self_system(&self);
	uintptr_t header = initial_value(initial, AT_SYSINFO_EHDR, 0);

	if (span_empty(from))
		return 0;
	if (vdso_move(&self, plan.vdso.start))
		return header ? header - from.start + plan.vdso.start : 0;
	if (layout_inside(&plan.layout, from))
		return header;
	plan_island(&plan, from, "the vDSO", " cannot be moved on this kernel");
	return 0;
}

static void build_stack(const struct initial_stack *initial)
{
	struct handoff handoff = {
		.version = HANDOFF_VERSION,
		.sealed = settings.sealed,
		.min = settings.min,
		.top = settings.top,
		.window = settings.window,
		.edge = plan.edge,
		.room = plan.room,
	};

	stack_build(&stack, initial, &program, &plan, move_vdso(initial),
		    settings.fenced ? &handoff : NULL, &origin);
	origin_replace(&origin, stack.run_path, settings.page);
}

static uintptr_t entry(void)
{
	if (program.interpreter_fd >= 0)
		return program.interpreter.entry - program.interpreter.extent.start +
		       plan.interpreter.start;
	return program.image.entry - program.image.extent.start + plan.image.start;
}

static __attribute__((noinline)) _Noreturn void launch(uintptr_t *first)
{
	struct initial_stack initial = initial_read(first);
	size_t needs;

	order = order_read(&initial);
	order_rescue(&order, &initial, &personality);
	check_valgrind(&initial);
	settings_read(&settings, &initial);
	check_caller(&initial);
	personality_settle(&personality, &settings, &initial);
	open_program(&initial);
	preload_settle(&initial, &program);
	self_look(&self, settings.top);
	needs = stack_needs(&initial, &program);
	plan_make(&plan, &settings, &personality, &program, &self, needs, trampoline_size());
	map_images();
	origin_find(&origin, &program, &plan);
	map_stack(needs);
	build_stack(&initial);
	trampoline_run(&(struct trampoline_facts){
		.settings = &settings,
		.personality = &personality,
		.program = &program,
		.plan = &plan,
		.self = &self,
		.stack = &stack,
		.entry = entry(),
	});
}

/* Called by _start. These are two functions, since a compiler may load addresses for the
 * second before the first has corrected them. */
__attribute__((used)) _Noreturn void main_start(uintptr_t *first)
{
	relocate_self();
	launch(first);
}
