/* SPDX-License-Identifier: MIT */
#include "script.h"

#include <errno.h>

#define PAGES(n) ((n) * KERNEL_PAGE)

/* Addresses that all threads want: in the fence, of which one thread can have each. */
#define WANTED KERNEL_MIN

static void name(int who, uintptr_t start, size_t length)
{
	kernel.named[who][0] = (struct span){ start, start + length };
}

static void unname(int who)
{
	kernel.named[who][0] = kernel.named[who][1] = (struct span){ 0, 0 };
}

/* There is room for all: only what has not got the table may find none. */
static void judge_error(const char *what, long result, int who)
{
	explore_note(what, result, 0);
	if (who < EXPLORE_THREADS && !bed.in_doubt && !bed.in_child)
		explore_fault("a call fails that could not", result, 0);
}

/* Around each call, as the exported ones do it. */
static void begin_call(struct pass *pass)
{
	gate_enter(pass);
	settle(&bed.space);
}

static void end_call(struct pass *pass)
{
	settle_after(&bed.space);
	gate_leave(pass);
}

static struct request request_of(enum kind kind, size_t length)
{
	return (struct request){
		.kind = kind,
		.area = { .kind = kind == KIND_HOST ? AREA_OUTSIDE : AREA_WINDOW },
		.length = length,
		.prot = PROT_READ | PROT_WRITE,
		.flags = MAP_PRIVATE | MAP_ANONYMOUS,
		.fd = -1,
	};
}

static long gated_map(struct request *request)
{
	struct pass pass;
	long result;

	begin_call(&pass);
	result = map_request(&bed.space, request);
	end_call(&pass);
	return result;
}

void script_map(int who, enum kind kind, size_t length)
{
	struct request request = request_of(kind, length);
	long result = gated_map(&request);

	if (sys_failed(result))
		judge_error("no memory", result, who);
	else
		bed_add(who, kind, (uintptr_t)result, length);
}

static void host_map(int who)
{
	script_map(who, KIND_HOST, PAGES(2));
}

static void guest_map(int who)
{
	script_map(who, KIND_GUEST, PAGES(1));
}

static void unmap_named(int who, const struct region *region)
{
	struct pass pass;
	long result;

	bed_visit(region);
	name(who, region->start, region->length);
	begin_call(&pass);
	result = unmap(&bed.space, region->start, region->length);
	end_call(&pass);
	unname(who);
	if (result)
		judge_error("not unmapped", result, who);
}

static void unmap_region(int who, enum kind kind)
{
	struct region *region = bed_region(who, kind);
	struct region gone = *region;

	if (gone.length == 0)
		return;
	region->length = 0;
	unmap_named(who, &gone);
}

static void host_unmap(int who)
{
	unmap_region(who, KIND_HOST);
}

static void guest_unmap(int who) { unmap_region(who, KIND_GUEST); }

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
	unmap_named(who, &unseen);
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

	name(who, region->start, region->length);
	begin_call(&pass);
	result = move_remap(&bed.space, &remap);
	end_call(&pass);
	unname(who);
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
		judge_error("not resized", result, who);
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

/* MAP_FIXED over its own memory. */
static void host_replace(int who)
{
	struct region *region = bed_region(who, KIND_HOST);
	struct request request = request_of(KIND_HOST, region->length);
	long result;

	if (region->length == 0)
		return;
	bed_visit(region);
	request.address = region->start;
	request.flags |= MAP_FIXED;
	name(who, region->start, region->length);
	result = gated_map(&request);
	unname(who);
	if (result == (long)region->start)
		bed_write(region, who);
	else
		judge_error("not replaced", result, who);
}

/* MAP_FIXED_NOREPLACE at an address of the fence that others want as well. */
static void take_free(int who, enum kind kind)
{
	struct request request = request_of(kind, PAGES(2));
	struct region *region = bed.region[who];
	long result;

	request.address = WANTED;
	request.flags |= MAP_FIXED_NOREPLACE;
	result = gated_map(&request);
	if (result == -EEXIST)
		return;
	if (result != WANTED) {
		judge_error("not taken", result, who);
		return;
	}
	while (region->length)
		region++;
	*region = (struct region){ WANTED, PAGES(2), kind, 0 };
	bed_write(region, who);
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
		judge_error("not moved", result, who);
		return;
	}
	source->start = target.start; /* named, on whichever side limits have left it */
	visit_resized(who, source, target.start, target.length);
}

/* As process_limit() does it; and a fork waits for its end. */
static void limits(int who)
{
	struct window window = space_window(&bed.space);
	uint64_t mask = mask_block();
	bool first = window.lower == BED_LOWER;

	while (bed.shifting)
		explore_yield();
	bed.shifting = true;
	window.lower = first ? BED_OTHER_LOWER : BED_LOWER;
	window.upper = first ? BED_OTHER_UPPER : BED_UPPER;
	if (gate_close()) {
		settle(&bed.space);

		long result = shift_window(&bed.space, window);

		gate_open();
		if (result)
			judge_error("limits not changed", result, who);
	}
	bed.shifting = false;
	mask_restore(mask);
}

static void yield(struct space *space)
{
	direct_yield(space);
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
	begin_call(&pass);
	operations[operation].tend(&bed.space);
	end_call(&pass);
}
