/* SPDX-License-Identifier: MIT */
#include "script.h"

#include <errno.h>

#include "act.h"
#include "script_reserve.h"

/* Addresses that all threads want: in the fence, of which one thread can have each. */
#define WANTED KERNEL_MIN

static void host_map(int who)
{
	script_map(who, KIND_HOST, PAGES(2));
}

static void guest_map(int who)
{
	script_map(who, KIND_GUEST, PAGES(1));
}

static void host_unmap(int who)
{
	act_unmap(who, bed_region(who, KIND_HOST));
}

static void guest_unmap(int who)
{
	act_unmap(who, bed_region(who, KIND_GUEST));
}

/* Past the library, where it would place a guest next; and unmapped by it. */
static void guest_unseen(int who)
{
	uintptr_t at = BED_UPPER - KERNEL_PAGE;
	struct region unseen;

	while (at > BED_LOWER && kernel_at(at)->mapped)
		at -= KERNEL_PAGE;
	if (kernel_mmap(at, KERNEL_PAGE, PROT_READ | PROT_WRITE,
			MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE) != (long)at)
		return;
	unseen = (struct region){ at, KERNEL_PAGE, KIND_GUEST, 0 };
	bed_write(&unseen, who);
	act_unmap(who, &unseen);
}

static long gated_remap(int who, const struct region *region, size_t new_size, int flags,
			uintptr_t new)
{
	struct remap remap = {
		.kind = region->kind,
		.area = { .kind = region->kind == KIND_HOST ? AREA_OUTSIDE : AREA_WINDOW },
		.old = region->start,
		.old_size = region->length,
		.new_size = new_size,
		.flags = flags,
		.new = new,
	};
	struct pass pass;
	long result;

	act_name(who, region->start, region->length);
	act_begin(&pass);
	result = remap_request(&bed.space, &remap);
	act_end(&pass);
	act_unname(who);
	return result;
}

/* What was there is there, and what is new is new. */
static void visit_resized(int who, struct region *region, uintptr_t start, size_t length)
{
	struct region old = { start, region->length < length ? region->length : length,
			      region->kind, region->content };
	bool moved = start != region->start;

	bed_visit(&old);
	for (uintptr_t at = start + old.length; at < start + length; at += KERNEL_PAGE) {
		if (!kernel_at(at)->mapped || kernel_at(at)->maker != who || kernel_at(at)->content)
			explore_fault("what has grown is not new", (long)at, who);
		kernel_at(at)->content = region->content;
	}
	region->start = start;
	region->length = length;
	if (moved && kernel_keeps(&bed.space, start, length))
		explore_fault("astray: moved into a reservation", (long)start, (long)length);
	/* What limits have left on the other side stays there. */
	if (moved && (region->kind == KIND_HOST ? !space_outside(&bed.space, start, length) :
						  !space_inside(&bed.space, start, length)))
		explore_fault("astray: moved to the wrong side", (long)start, (long)length);
}

static void resize(int who, enum kind kind, size_t length, int flags)
{
	struct region *region = bed_region(who, kind);
	long result;

	if (region->length == 0 || length == 0)
		return;
	bed_visit(region);
	result = gated_remap(who, region, length, flags, 0);
	if (!sys_failed(result))
		visit_resized(who, region, (uintptr_t)result, length);
	else if (result != -ENOMEM || flags & MREMAP_MAYMOVE || length < region->length)
		act_failed("not resized", result, who);
	bed_visit(region);
}

static void host_grow(int who)
{
	resize(who, KIND_HOST, PAGES(3), 0);
}

static void host_grow_moving(int who)
{
	resize(who, KIND_HOST, PAGES(3), MREMAP_MAYMOVE);
}

static void host_shrink(int who)
{
	resize(who, KIND_HOST, bed_region(who, KIND_HOST)->length - PAGES(1), 0);
}

static void guest_grow(int who)
{
	resize(who, KIND_GUEST, PAGES(2), MREMAP_MAYMOVE);
}

static void host_replace(int who)
{
	act_replace(who, bed_region(who, KIND_HOST));
}

/* MAP_FIXED_NOREPLACE at an address of the fence that others want as well. */
static void take_free(int who, enum kind kind)
{
	struct request request = act_request(kind, PAGES(2));
	long result;

	request.address = WANTED;
	request.flags |= MAP_FIXED_NOREPLACE;
	result = act_map(&request);
	if (result == -EEXIST)
		return;
	if (result != WANTED) {
		act_failed("not taken", result, who);
		return;
	}
	bed_put(who, kind, WANTED, PAGES(2));
}

static void host_free(int who)
{
	take_free(who, KIND_HOST);
}

static void guest_free(int who)
{
	take_free(who, KIND_GUEST);
}

/* MREMAP_FIXED over memory of its own, which another operation has mapped. */
static void host_move(int who)
{
	struct region *region = bed_region(who, KIND_HOST), *source, target = *region;
	long result;

	if (target.length == 0)
		return;
	script_map(who, KIND_HOST, target.length);
	region->length = 0;
	source = bed_region(who, KIND_HOST);
	if (source->length != target.length) {
		*region = target;
		return;
	}
	kernel.named[who][1] = (struct span){ target.start, target.start + target.length };
	result = gated_remap(who, source, target.length, MREMAP_MAYMOVE | MREMAP_FIXED, target.start);
	if (result != (long)target.start) {
		act_failed("not moved", result, who);
		return;
	}
	source->start = target.start; /* named, on whichever side limits have left it */
	visit_resized(who, source, target.start, target.length);
}

static long shift(struct space *space, uintptr_t lower, uintptr_t upper)
{
	return relimit_window(space, (struct window){ lower, upper });
}

static void limits(int who)
{
	bool first = space_window(&bed.space).lower == BED_LOWER;
	long result = first ? act_alone(shift, BED_OTHER_LOWER, BED_OTHER_UPPER) :
			      act_alone(shift, BED_LOWER, BED_UPPER);

	if (result)
		act_failed("limits not changed", result, who);
}

static void yield(struct space *space)
{
	passthrough_yield(space);
}

static void verify(struct space *space)
{
	sync_recheck(space, KERNEL_MIN, KERNEL_TOP);
}

static void rescan(struct space *space)
{
	sync_refresh(space);
}

static void learn(struct space *space)
{
	sync_learn(space, KERNEL_MIN, KERNEL_TOP);
}

static void patch(struct space *space)
{
	fence_patch(space, KERNEL_MIN, KERNEL_TOP);
}

/* The child's memory is its parent's, its lock wiped, and it has one thread. */
static void be_child(void)
{
	bed.in_child = true;
	explore_alone();
	*bed.space.mutex = (struct mutex){ .word = 0 };
}

static void fork_here(int who)
{
	(void)who;
	while (bed.shifting)
		explore_yield();
	bed.shifting = true;
	lock_fork_prepare(&bed.space);
	if (explore_choose(2) == 0) {
		lock_fork_parent(&bed.space);
		bed.shifting = false;
		return;
	}
	be_child();
	gate_fork_child();
	lock_fork_child(&bed.space);
	settle(&bed.space);
	bed.shifting = false;
	fence_inherit(&bed.space);
}

/* A raw clone's child, of which the library is not told. */
static void clone_here(int who)
{
	(void)who;
	explore_step("clone", 0, 0);
	if (explore_choose(2) == 1)
		be_child();
}

static const struct {
	const char *name;
	void (*run)(int who);
	void (*tend)(struct space *space); /* what calls do on the way */
} operations[SCRIPT_OPERATIONS] = {
	[HOST_MAP] = { "host map", .run = host_map },
	[HOST_UNMAP] = { "host unmap", .run = host_unmap },
	[HOST_GROW] = { "host grow", .run = host_grow },
	[HOST_GROW_MOVING] = { "host grow or move", .run = host_grow_moving },
	[HOST_SHRINK] = { "host shrink", .run = host_shrink },
	[HOST_REPLACE] = { "host MAP_FIXED", .run = host_replace },
	[HOST_FREE] = { "host NOREPLACE", .run = host_free },
	[HOST_MOVE] = { "host MREMAP_FIXED", .run = host_move },
	[GUEST_MAP] = { "guest map", .run = guest_map },
	[GUEST_UNMAP] = { "guest unmap", .run = guest_unmap },
	[GUEST_GROW] = { "guest grow", .run = guest_grow },
	[GUEST_FREE] = { "guest NOREPLACE", .run = guest_free },
	[GUEST_UNSEEN] = { "guest unseen, and unmap", .run = guest_unseen },
	[RESERVE] = { "reserve", .run = script_reserve },
	[RELEASE] = { "release", .run = script_release },
	[RANGE_MAP] = { "range map", .run = script_range_map },
	[RANGE_UNMAP] = { "range unmap", .run = script_range_unmap },
	[RANGE_FREE] = { "range NOREPLACE", .run = script_range_free },
	[RANGE_FILL] = { "range MAP_FIXED", .run = script_range_fill },
	[LIMITS] = { "limits", .run = limits },
	[YIELD] = { "yield", .tend = yield },
	[VERIFY] = { "verify", .tend = verify },
	[RESCAN] = { "rescan", .tend = rescan },
	[LEARN] = { "learn", .tend = learn },
	[PATCH] = { "patch", .tend = patch },
	[FORK] = { "fork", .run = fork_here },
	[CLONE] = { "clone", .run = clone_here },
};

const char *script_name(enum script_operation operation)
{
	return operations[operation].name;
}

void script_run(enum script_operation operation, int who)
{
	struct pass pass;

	explore_note(operations[operation].name, 0, 0);
	if (operations[operation].run)
		return operations[operation].run(who);
	act_begin(&pass);
	operations[operation].tend(&bed.space);
	act_end(&pass);
}
