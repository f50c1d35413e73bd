/* SPDX-License-Identifier: MIT */
#include "verdict.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "core/text.h"
#include "core/window.h"
#include "message.h"
#include "names.h"
#include "rules.h"

/* Below a mapping that grows the kernel itself places nothing. */
#define GUARD_PAGES 256

static struct window window_of(const struct reading *reading)
{
	return (struct window){ .lower = reading->table.lower, .upper = reading->table.upper };
}

/* The piece or the gap that holds the address. */
static bool find_piece(const struct reading *reading, uint64_t address, struct piece *piece)
{
	uintptr_t free = reading->table.min;
	struct pieces pieces;

	pieces_start(&pieces, &reading->intervals, &reading->vmas);
	while (pieces_next(&pieces, piece) && piece->start <= address) {
		if (address < piece->end)
			return true;
		free = piece->end;
	}
	/* The walk leaves at its end nothing, and else what lies behind the gap. */
	if (piece->start <= address)
		piece->start = reading->table.top;
	*piece = (struct piece){ .start = free, .end = piece->start };
	return false;
}

static bool grows(const struct piece *piece)
{
	return (piece->entry && piece->entry->detail.flags & ENTRY_GROWSDOWN) ||
	       (piece->vma && text_is(piece->vma->name, piece->vma->name_length, "[stack]"));
}

/* Whether the gap's end is what a stack above it needs to stay free. */
static bool in_guard_gap(const struct reading *reading, const struct verdict *verdict)
{
	uint64_t gap = GUARD_PAGES * (uint64_t)reading->table.page_size;
	struct piece above;

	return verdict->piece.end - verdict->address <= gap &&
	       find_piece(reading, verdict->piece.end, &above) && grows(&above);
}

static char *why_guest(const struct reading *reading, const struct verdict *verdict)
{
	const struct detail *detail = &verdict->piece.entry->detail;

	if (detail->flags & ENTRY_OUTSIDE)
		return memory_text("a guest demanded addresses outside the window, with MAP_FIXED "
				   "or the like");
	if (!detail->caller && reading->table.direct)
		return memory_text("while the fence stands all that the kernel places in the window "
				   "is a guest's; nobody took down who asked for it, or when");
	return rules_why(reading, detail);
}

static char *why_foreign(const struct detail *detail)
{
	if (detail->flags & ENTRY_START)
		return memory_text("it was there before the library");
	return memory_text("the library has met it, and no call that it saw made it: a system "
			   "call, malloc or ld.so did");
}

static char *why_fence(const struct verdict *verdict)
{
	if (verdict->inside)
		return memory_text("it is kept back of the window's top, so that the kernel's "
				   "choices begin at a random address, until a call needs it");
	return memory_text("it is reserved, so that the kernel places nothing there");
}

static char *why_mapped(const struct reading *reading, const struct verdict *verdict)
{
	switch (piece_kind(&verdict->piece)) {
	case KIND_GUEST:
		return why_guest(reading, verdict);
	case KIND_HOST:
		return rules_why(reading, &verdict->piece.entry->detail);
	case KIND_FOREIGN:
		return why_foreign(&verdict->piece.entry->detail);
	case KIND_FENCE:
		return why_fence(verdict);
	case KIND_GUARD:
		return memory_text("the stack above it grows into it");
	case KIND_OWN:
		return memory_text("it is the library's own memory");
	case KIND_CLAIM:
		return memory_text("a call that is being made has it to itself");
	}
	return memory_text("only the kernel has it: no call that the library saw made it, and the "
			   "library has not met it");
}

static const char *const never = "cannot: it is not given to anybody";
static const char *const taken = "could only replace it, with MAP_FIXED";

/* Where a fence holds an address, or nothing does. */
static void say_who(const struct reading *reading, struct verdict *verdict)
{
	bool sealed = reading->table.fence == FENCE_SEALED && !verdict->inside;

	if (sealed) {
		verdict->guest = memory_text("cannot: the fence is sealed");
		verdict->host = memory_text("cannot: the fence is sealed");
	} else if (verdict->inside) {
		verdict->guest = memory_text("gets it with a hint or MAP_FIXED, or when the search "
					     "for room comes to it");
		verdict->host = memory_text("gets it with MAP_FIXED or a range of its own only");
	} else {
		verdict->guest = memory_text("gets it with MAP_FIXED or MAP_FIXED_NOREPLACE only, "
					     "unless VA_LIMIT_FIXED is deny");
		verdict->host = memory_text("gets it with a hint or MAP_FIXED, or when the search "
					    "for room comes to it");
	}
}

static void say_taken(struct verdict *verdict)
{
	bool own = piece_kind(&verdict->piece) == KIND_OWN;

	verdict->guest = memory_text("%s", own ? never : taken);
	verdict->host = memory_text("%s", own ? never : taken);
}

static void say_never(struct verdict *verdict)
{
	verdict->guest = memory_text("%s", never);
	verdict->host = memory_text("%s", never);
}

static void judge_mapped(const struct reading *reading, struct verdict *verdict)
{
	unsigned int kind = piece_kind(&verdict->piece);

	verdict->place = kind == KIND_GUARD && !verdict->piece.vma ? PLACE_GUARD : PLACE_MAPPED;
	verdict->why = why_mapped(reading, verdict);
	if (kind == KIND_FENCE || verdict->place == PLACE_GUARD)
		say_who(reading, verdict);
	else
		say_taken(verdict);
	if (verdict->place == PLACE_GUARD) {
		free(verdict->guest);
		verdict->guest = memory_text("gets it with MAP_FIXED only, and the stack's growth "
					     "may then fault");
	}
}

/* Of a gap only what is on the address's side of the window's bounds. */
static void cut_gap(const struct reading *reading, struct verdict *verdict)
{
	const struct table *table = &reading->table;
	struct window window = window_of(reading);
	struct spans spans = verdict->inside ? window_spans(&window, table->min, table->top) :
					       window_outside(&window, table->min, table->top);
	struct span gap = { verdict->piece.start, verdict->piece.end };

	for (int i = 0; i < spans.count; i++)
		if (spans.at[i].start <= verdict->address && verdict->address < spans.at[i].end)
			gap = span_cut(gap, spans.at[i]);
	verdict->piece.start = gap.start;
	verdict->piece.end = gap.end;
}

static void judge_free(const struct reading *reading, struct verdict *verdict)
{
	verdict->place = PLACE_FREE;
	say_who(reading, verdict);
	if (in_guard_gap(reading, verdict)) {
		verdict->place = PLACE_GUARD;
		verdict->why = memory_text("it is the guard gap below a stack: the kernel places "
					   "nothing there");
	} else if (!verdict->inside && reading->table.fence != FENCE_OFF) {
		verdict->why = memory_text("the fence has a hole here: somebody has unmapped it, and "
					   "the kernel may place something there");
	} else if (!verdict->inside) {
		verdict->why = memory_text("it is outside the window, and no fence stands");
	}
	cut_gap(reading, verdict);
}

/* What no process gets: the gap is all of it. */
static void judge_unreachable(const struct reading *reading, struct verdict *verdict)
{
	const struct table *table = &reading->table;

	if (verdict->place == PLACE_BELOW) {
		verdict->piece = (struct piece){ .start = 0, .end = table->min };
		verdict->why = memory_text("it is below 0x%" PRIx64 ", the lowest address that the "
					   "kernel gives (vm.mmap_min_addr)", table->min);
	} else {
		verdict->piece = (struct piece){ .start = table->top, .end = UINTPTR_MAX };
		verdict->why = memory_text("user space ends at 0x%" PRIx64 "; what is above is the "
					   "kernel's, or no address at all", table->top);
	}
	say_never(verdict);
}

void verdict_reach(const struct reading *reading, uint64_t address, struct verdict *verdict)
{
	const struct table *table = &reading->table;
	struct window window = window_of(reading);

	*verdict = (struct verdict){ .address = address };
	verdict->place = address < table->min ? PLACE_BELOW :
			 address >= table->top ? PLACE_KERNEL : PLACE_FREE;
	if (verdict->place != PLACE_FREE) {
		judge_unreachable(reading, verdict);
		return;
	}
	verdict->inside = window_unlimited(&window) || window_holds(&window, address, 1);
	if (find_piece(reading, address, &verdict->piece))
		judge_mapped(reading, verdict);
	else
		judge_free(reading, verdict);
}

void verdict_free(struct verdict *verdict)
{
	free(verdict->why);
	free(verdict->guest);
	free(verdict->host);
	*verdict = (struct verdict){ 0 };
}

const char *verdict_word(const struct verdict *verdict)
{
	switch (verdict->place) {
	case PLACE_MAPPED:
		return "mapped";
	case PLACE_FREE:
		return "free";
	default:
		return "out of reach";
	}
}
