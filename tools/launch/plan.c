/* SPDX-License-Identifier: MIT */
#include "plan.h"

#include "arch.h"
#include "core/handoff.h"
#include "core/random.h"
#include "core/size.h"
#include "message.h"
#include "sys/sysinfo.h"

/* Random places lie within this part of the window: at its bottom for the program, whose
 * heap grows upwards, and at its top for everything else. The heap's start also lies within
 * a sixteenth of the bottom, so that chance does not decide how many low addresses remain. */
#define TOP_FRACTION 256
#define BOTTOM_FRACTION 32
#define HEAP_FRACTION 16

/* In a small window the stack gets at most this part. */
#define STACK_FRACTION 8

/* The free room above the stack, where the kernel puts libraries. Right below the stack
 * their distance from it would be no secret. */
#define APART_MAX (4UL << 20)

/* The kernel's stack guard gap, in pages: its default. */
#define GUARD_PAGES 256

/* The lowest address of a movable program: a null pointer with an offset must not meet it.
 * Linkers begin there too. */
#define LOW_END (4UL << 20)

/* The heap's largest distance from the program's image, which is the kernel's. */
#define BRK_SPREAD (1UL << 30)

/* Keeps the stack pointer aligned. */
#define APART_STEP 16

static size_t in_pages(const struct settings *settings, size_t size)
{
	return round_up(size, settings->page);
}

static size_t size_of(struct span span)
{
	return span.end - span.start;
}

static _Noreturn void no_room(const struct program *program, const char *what)
{
	message_die(STATUS_OWN, "cannot run ", program->path, ": the window has no room for ", what,
		    "; choose a larger one", NULL);
}

static void take(struct plan *plan, struct span span)
{
	if (!layout_take(&plan->layout, span))
		message_die(STATUS_OWN, "the launcher has too many mappings to place the program around "
			    "them", NULL);
}

void plan_island(struct plan *plan, struct span island, const char *name, const char *why)
{
	int at = plan->islands++;
	char text[64];
	struct fmt fmt;

	for (; at > 0 && plan->island[at - 1].start > island.start; at--)
		plan->island[at] = plan->island[at - 1];
	plan->island[at] = island;
	fmt_init(&fmt, text, sizeof(text));
	fmt_hex(&fmt, island.start);
	fmt_char(&fmt, '-');
	fmt_hex(&fmt, island.end);
	message_say(name, why, ": ", text, " is left open in the fence", NULL);
}

/* Plans an image that cannot be moved. */
static void keep_fixed(struct plan *plan, const struct settings *settings,
		       const struct image *image, const char *path)
{
	if (image->extent.start < settings->min)
		message_die(STATUS_CANNOT_RUN, "cannot run ", path, ": it is linked to addresses "
			    "below what the kernel allows (vm.mmap_min_addr)", NULL);
	if (!layout_free(&plan->layout, image->extent))
		message_die(STATUS_OWN, "cannot run ", path, ": it is linked to fixed addresses "
			    "where the launcher lies; run it with --reach process", NULL);
	take(plan, image->extent);
	if (!layout_inside(&plan->layout, image->extent))
		plan_island(plan, image->extent, path,
			    " is linked to fixed addresses outside the window");
}

static void plan_edge(struct plan *plan, struct settings *settings)
{
	uintptr_t top = settings->window.upper;
	size_t size = window_edge(&settings->window, settings->page,
				  random_next(&settings->random));
	struct span edge = { top - size, top };

	/* If the window holds the kernel's places, its search begins at one of them. */
	if (!settings->fenced || !settings->randomised || !size || plan->native.fits ||
	    !layout_free(&plan->layout, edge))
		return;
	plan->edge = edge;
	take(plan, edge);
}

/* The stack's distance from the window's top, with its ASLR offset. */
static size_t above_stack(const struct plan *plan, struct settings *settings)
{
	size_t apart = size_of(plan->layout.window.at[0]) / TOP_FRACTION / 2;
	size_t chance = plan->native.fits ? settings_within(settings, ARCH_STACK_SPREAD) :
					    settings_chance(settings, TOP_FRACTION);

	if (plan->native.fits)
		return plan->layout.window.at[0].end - plan->native.end + chance;
	if (span_empty(plan->edge))
		return chance;
	return size_of(plan->edge) + (apart < APART_MAX ? apart : APART_MAX) + chance;
}

static void plan_stack(struct plan *plan, struct settings *settings,
		       const struct personality *personality, const struct program *program,
		       size_t needs)
{
	size_t most = size_of(plan->layout.window.at[0]) / STACK_FRACTION;
	size_t guard = GUARD_PAGES * settings->page;
	size_t size = limits_stack(&personality->stack);

	size = in_pages(settings, (size < most ? size : most) + needs);
	guard = guard < most ? guard : settings->page;
	plan->stack_guard = layout_highest(&plan->layout, size + guard, settings->page,
					   above_stack(plan, settings));
	if (span_empty(plan->stack_guard))
		no_room(program, "its stack, arguments and environment");
	plan->stack = (struct span){ plan->stack_guard.start + guard, plan->stack_guard.end };
	plan->stack_guard.end = plan->stack.start;
}

/* Takes a place at a random distance below the stack, else any that has room. Among the
 * kernel's places it takes the highest that the kernel's search would find from its random
 * base. */
static struct span near_top(struct plan *plan, struct settings *settings, size_t size,
			    size_t align)
{
	const struct span *home = &plan->layout.window.at[0];
	uintptr_t start = plan->stack_guard.start;
	size_t below = home->start <= start && start < home->end ? home->end - start : 0;

	if (plan->native.fits)
		return layout_highest(&plan->layout, size, align, home->end - plan->native.base);
	return layout_highest(&plan->layout, size, align,
			      below + settings_chance(settings, TOP_FRACTION));
}

/* The least distance of a movable program from the window's start. */
static size_t below_image(const struct plan *plan, struct settings *settings)
{
	uintptr_t lowest = plan->layout.window.at[0].start;

	if (plan->native.fits)
		return plan->native.image - lowest + settings_within(settings, ARCH_IMAGE_SPREAD);
	return settings_chance(settings, BOTTOM_FRACTION) +
	       (lowest < LOW_END ? LOW_END - lowest : 0);
}

/* The heap's largest distance from the image. The window's lowest sixteenth keeps an eighth
 * of that room for a heap that has grown a little. */
static size_t heap_spread(const struct plan *plan)
{
	const struct span *home = &plan->layout.window.at[0];
	uintptr_t end = home->start + size_of(*home) / HEAP_FRACTION;
	size_t room = end > plan->image.end ? end - plan->image.end : 0;

	room -= room / 8;
	return plan->native.fits || room > BRK_SPREAD ? BRK_SPREAD : room;
}

/* The kernel treats a movable static program as a dynamic linker, whose heap lies at a
 * program's usual place. */
static bool is_loader(const struct plan *plan, const struct program *program)
{
	return plan->native.fits && program->image.movable && program->interpreter_fd < 0;
}

static void plan_image(struct plan *plan, struct settings *settings,
		       const struct program *program)
{
	const struct image *image = &program->image;
	size_t skip = below_image(plan, settings);
	bool loader = is_loader(plan, program);

	plan->image = image->extent;
	if (loader)
		plan->image = near_top(plan, settings, size_of(image->extent), image->align);
	else if (image->movable)
		plan->image = layout_lowest(&plan->layout, size_of(image->extent), image->align,
					    skip);
	if (span_empty(plan->image))
		no_room(program, "its image");
	plan->brk = (loader ? plan->native.image : plan->image.end) +
		    settings_within(settings, heap_spread(plan));
	if (loader || layout_inside(&plan->layout, (struct span){ plan->image.start, plan->brk }))
		return;
	/* A heap must not grow into an island. */
	plan->brk = layout_lowest(&plan->layout, settings->page, settings->page, skip).start;
}

/* Room for the library's table, outside the window at a random address. */
static void plan_room(struct plan *plan, struct settings *settings)
{
	struct layout outside = layout_of(settings->outside);
	size_t skip = random_next(&settings->random) % HANDOFF_SPREAD * settings->page;

	for (int i = 0; i < plan->islands; i++)
		layout_take(&outside, plan->island[i]);
	plan->room = layout_highest(&outside, HANDOFF_ROOM, settings->page,
				    settings->randomised ? skip : 0);
}

void plan_make(struct plan *plan, struct settings *settings,
	       const struct personality *personality,
	       const struct program *program, const struct self *self, size_t stack_needs,
	       size_t trampoline_size)
{
	const struct image *interpreter = &program->interpreter;
	struct span vdso = self_system(self);

	*plan = (struct plan){ .layout = layout_of(settings->inside) };
	plan->native = layout_native(&plan->layout, self->stack.start, self_base(self),
				     settings->page);
	if (settings->randomised)
		plan->apart = random_next(&settings->random) % PLAN_APART / APART_STEP * APART_STEP;
	for (int i = 0; i < self->count; i++)
		take(plan, self->at[i].span);
	if (!program->image.movable)
		keep_fixed(plan, settings, &program->image, program->path);
	if (program->interpreter_fd >= 0 && !interpreter->movable)
		keep_fixed(plan, settings, interpreter, program->path);
	plan_edge(plan, settings);
	plan_stack(plan, settings, personality, program, stack_needs);
	plan->vdso = vdso;
	if (!span_empty(vdso) && !plan->native.fits)
		plan->vdso = near_top(plan, settings, size_of(vdso), settings->page);
	plan->interpreter = interpreter->extent;
	if (program->interpreter_fd >= 0 && interpreter->movable)
		plan->interpreter = near_top(plan, settings, size_of(interpreter->extent),
					     interpreter->align);
	plan->trampoline = near_top(plan, settings, in_pages(settings, trampoline_size),
				    settings->page);
	if ((!span_empty(vdso) && span_empty(plan->vdso)) || span_empty(plan->trampoline) ||
	    (program->interpreter_fd >= 0 && span_empty(plan->interpreter)))
		no_room(program, "its dynamic linker and the vDSO");
	plan_image(plan, settings, program);
	/* A static program loads no library; the room would be a hole in a sealed fence. */
	if (settings->fenced && (!settings->sealed || program->interpreter_fd >= 0))
		plan_room(plan, settings);
}
