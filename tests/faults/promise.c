/* SPDX-License-Identifier: MIT */
#include "promise.h"

#include "../guest/guest.h"
#include "canary.h"
#include "fault.h"
#include "table/held.h"

#include <limits.h>

#ifndef MREMAP_DONTUNMAP
#define MREMAP_DONTUNMAP 4
#endif

static struct picture *expected, *found;

/* No call takes the library's own memory away. */
static void expect_own(const struct space *space, uintptr_t start, uintptr_t end)
{
	uintptr_t own = (uintptr_t)space->table;
	struct span part = span_cut((struct span){ start, end },
				    (struct span){ own, own + space->table->region_size });

	if (!span_empty(part))
		picture_put(expected, (struct piece){ .start = part.start, .end = part.end,
						      .inode = ULONG_MAX });
}

static void expect_reserved(const struct space *space, uintptr_t start, uintptr_t end)
{
	for (struct span piece; start < end; start = piece.end) {
		piece = reserved_first(space, (struct span){ start, end });
		if (span_empty(piece))
			break;
		picture_put(expected, (struct piece){ .start = piece.start, .end = piece.end });
	}
}

/* Nothing of the program's is in [start, end) any more: outside the window the
 * fence has it. */
static void expect_gone(const struct space *space, uintptr_t start, uintptr_t end)
{
	struct spans outside = space_rest(space);

	picture_cut(expected, start, end);
	for (int i = 0; space_fenced(space) && i < outside.count; i++) {
		struct span part = span_cut((struct span){ start, end }, outside.at[i]);

		if (!span_empty(part))
			picture_put(expected, (struct piece){ .start = part.start, .end = part.end });
	}
	expect_reserved(space, start, end);
	expect_own(space, start, end);
	canary_drop(start, end);
}

static void expect_mapped(uintptr_t start, size_t length, int prot, int flags)
{
	bool shared = flags & MAP_SHARED;

	picture_put(expected, (struct piece){ start, start + length, picture_at(found, start).inode,
					       prot, shared });
}

/* Where the library chooses, it chooses inside the limits of the call. */
static bool well_placed(const struct stage *stage, size_t length)
{
	const struct fault_call *call = &stage->call;
	const struct space *space = stage->space;
	struct window range = { call->begin, call->end };
	uintptr_t at = (uintptr_t)stage->result;

	if (call->flags & (MAP_FIXED | MAP_FIXED_NOREPLACE))
		return at == call->address;
	if (call->begin != call->end)
		return window_holds(&range, at, length);
	return call->host || space_inside(space, at, length);
}

static bool expect_mmap(const struct stage *stage)
{
	const struct fault_call *call = &stage->call;
	size_t length = space_pages(stage->space, call->length);
	uintptr_t at = (uintptr_t)stage->result;

	expect_gone(stage->space, at, at + length);
	expect_mapped(at, length, call->prot, call->flags);
	return well_placed(stage, length);
}

/* What was there before, at its new place; the end of it grown. */
static void put_moved(const struct fault_call *call, const struct picture *before, uintptr_t at)
{
	uintptr_t old = call->address;
	struct piece last = picture_at(before, old + (call->length ? call->length - 1 : 0));

	for (size_t i = 0; i < before->count; i++) {
		struct span part = span_cut((struct span){ before->piece[i].start, before->piece[i].end },
					    (struct span){ old, old + call->length });
		struct piece moved = before->piece[i];

		moved.start = part.start - old + at;
		moved.end = part.end - old + at;
		if (moved.end > at + call->new_length)
			moved.end = at + call->new_length;
		if (!span_empty(part) && moved.start < moved.end)
			picture_put(expected, moved);
	}
	last.start = at + call->length;
	last.end = at + call->new_length;
	if (last.start < last.end)
		picture_put(expected, last);
}

static bool expect_mremap(const struct stage *stage)
{
	static struct picture before;
	const struct fault_call *call = &stage->call;
	uintptr_t old = call->address, at = (uintptr_t)stage->result;
	bool copies = call->length == 0 || call->flags & MREMAP_DONTUNMAP;
	size_t kept = call->length < call->new_length ? call->length : call->new_length;

	before = *expected;
	if (at != old)
		expect_gone(stage->space, at, at + call->new_length);
	/* The contents are at the new place only, of MREMAP_DONTUNMAP too. */
	if (at != old && call->length)
		canary_move(old, old + kept, at);
	if (!copies)
		expect_gone(stage->space, at == old ? old + kept : old, old + call->length);
	put_moved(call, &before, at);
	if (call->flags & MREMAP_FIXED)
		return at == call->to;
	if (call->begin != call->end)
		return well_placed(stage, call->new_length);
	/* Where nothing better is found it stays where the kernel has put it. */
	return at == old || space_inside(stage->space, at, call->new_length) ||
	       !space_inside(stage->space, old, 1) ||
	       (at >= stage->hole.start && at < stage->hole.end && fault_failed() >= 0);
}

static bool expect_shmat(const struct stage *stage)
{
	const struct fault_call *call = &stage->call;
	uintptr_t at = (uintptr_t)stage->result;

	expect_gone(stage->space, at, at + call->length);
	expect_mapped(at, call->length, PROT_READ | PROT_WRITE, MAP_SHARED);
	return call->address ? at == call->address : well_placed(stage, call->length);
}

/* Nothing moves but the fence; whether that is whole is asked apart. */
static void drop_fence(struct picture *picture)
{
	for (size_t i = 0; i < picture->count;) {
		struct piece piece = picture->piece[i];

		if (piece.prot == PROT_NONE && !piece.inode)
			picture_cut(picture, piece.start, piece.end);
		else
			i++;
	}
}

static size_t holes(const struct space *space, const struct picture *picture)
{
	struct spans outside = space_rest(space);
	size_t sum = 0;

	for (int i = 0; i < outside.count; i++) {
		uintptr_t at = outside.at[i].start;

		for (size_t k = 0; k < picture->count; k++) {
			struct span part = span_cut((struct span){ picture->piece[k].start,
								   picture->piece[k].end },
						    outside.at[i]);

			if (span_empty(part))
				continue;
			sum += part.start - at;
			at = part.end;
		}
		sum += outside.at[i].end - at;
	}
	return sum;
}

/* Where the heap is outside now, malloc has been given memory inside. */
static void admit_allocator(const struct space *space)
{
	for (size_t i = 0; i < found->count; i++) {
		struct piece piece = found->piece[i];

		if (piece.prot == (PROT_READ | PROT_WRITE) && !piece.inode &&
		    space_inside(space, piece.start, piece.end - piece.start) &&
		    !picture_at(expected, piece.start).end)
			picture_put(expected, piece);
	}
}

static bool expect_limit(const struct stage *stage)
{
	size_t open = space_fenced(stage->space) ? holes(stage->space, found) : 0;

	if (open)
		fprintf(stderr, "#   %zu bytes outside the new window are not fenced\n", open);
	drop_fence(expected);
	drop_fence(found);
	admit_allocator(stage->space);
	return open == 0;
}

/* What of the range had no access rights, or was free, is what the reservations and the
 * fence make of it now. */
static void expect_free_part(const struct stage *stage)
{
	uintptr_t at = stage->call.begin, end = stage->call.end;
	static struct picture before;

	before = *expected;
	for (size_t i = 0; at < end && i < before.count; i++) {
		struct piece piece = before.piece[i];

		if (piece.end <= at || (piece.prot == PROT_NONE && !piece.inode))
			continue;
		if (piece.start > at)
			expect_gone(stage->space, at, piece.start < end ? piece.start : end);
		at = piece.end;
	}
	if (at < end)
		expect_gone(stage->space, at, end);
}

static bool expect(const struct stage *stage)
{
	const struct fault_call *call = &stage->call;

	switch (call->kind) {
	case DO_MMAP:
		return expect_mmap(stage);
	case DO_MREMAP:
		return expect_mremap(stage);
	case DO_SHMAT:
		return expect_shmat(stage);
	case DO_LIMIT:
		return expect_limit(stage);
	case DO_MUNMAP:
	case DO_SHMDT:
		expect_gone(stage->space, call->address, call->address + call->length);
		break;
	case DO_RESERVE:
	case DO_RELEASE:
		expect_free_part(stage);
		break;
	case DO_ASK:
		break;
	}
	return true;
}

/* The stack grows to its limit before a fence is raised, and stays so. */
static void admit_stack(const struct space *space)
{
	struct piece stack = picture_at(found, space->program.stack.end - 1);

	if (stack.end && stack.start < picture_at(expected, stack.end - 1).start)
		picture_put(expected, stack);
}

/* What a program may expect of each, by its manual page. */
static bool may_answer(enum act kind, long result)
{
	static const int errors[][12] = {
		[DO_MMAP] = { EACCES, EAGAIN, EBADF, EEXIST, EINVAL, ENFILE, ENODEV, ENOMEM, EOVERFLOW,
				EPERM, ETXTBSY },
		[DO_MUNMAP] = { EINVAL, ENOMEM, EPERM },
		[DO_MREMAP] = { EAGAIN, EFAULT, EINVAL, ENOMEM, EPERM },
		[DO_SHMAT] = { EACCES, EIDRM, EINVAL, ENOMEM },
		[DO_SHMDT] = { EINVAL },
		[DO_LIMIT] = { EAGAIN, EFAULT, EINVAL, ENOMEM, EPERM },
		[DO_ASK] = { EFAULT },
		[DO_RESERVE] = { EAGAIN, EEXIST, EPERM, ENOMEM },
		[DO_RELEASE] = { EAGAIN, ENOMEM },
	};

	if (!raw_failed(result))
		return true;
	for (int i = 0; errors[kind][i]; i++)
		if (errors[kind][i] == -result)
			return true;
	return false;
}

bool promise_kept(const struct stage *stage, struct picture *before, struct picture *after)
{
	bool good = may_answer(stage->call.kind, stage->result);

	expected = before;
	found = after;
	if (!good)
		fprintf(stderr, "#   not an answer of this call: %s\n",
			strerrorname_np((int)-stage->result));
	if (!raw_failed(stage->result) && !expect(stage)) {
		fprintf(stderr, "#   badly done: %lx\n", stage->result);
		good = false;
	}
	if (stage->call.kind == DO_LIMIT)
		admit_stack(stage->space);
	return good;
}

bool promise_admit_left(struct picture *before, struct picture *after)
{
	bool left = false;

	expected = before;
	found = after;
	for (size_t i = 0; i < found->count; i++) {
		struct span gap = { found->piece[i].start, found->piece[i].end };

		if (found->piece[i].prot & ~PROT_READ || found->piece[i].inode)
			continue;
		for (size_t k = 0; k < expected->count && !span_empty(gap); k++) {
			struct piece *piece = &expected->piece[k];

			if (piece->end <= gap.start)
				continue;
			if (piece->start > gap.start) {
				struct piece part = found->piece[i];

				part.start = gap.start;
				part.end = gap.end < piece->start ? gap.end : piece->start;
				picture_put(expected, part);
				left = true;
			}
			gap.start = piece->end;
		}
	}
	return left;
}
