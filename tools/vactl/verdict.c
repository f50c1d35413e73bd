/* SPDX-License-Identifier: MIT */
#include "verdict.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "filter.h"
#include "message.h"
#include "names.h"
#include "procfile.h"

/* The kernel places nothing so close below a mapping that grows. */
#define GUARD_PAGES 256

/* Larger environments do not start a program on most machines. */
#define ENVIRONMENT_MAX (2UL << 20)

/* --- which rule made a call a guest's or a host's --------------------------- */

/* The value in the environment that the process was started with, of which core
 * files tell nothing; NULL: not set, or empty, which counts as not set. */
static char *read_variable(const struct reading *reading, const char *name)
{
	size_t size = strlen(name);
	char *text = NULL, *value = NULL;
	long length = reading->path ? 0 :
		      procfile_read(reading->pid, "environ", ENVIRONMENT_MAX, &text);

	for (char *at = text; length > 0 && !value && at < text + length; at += strlen(at) + 1)
		if (strncmp(at, name, size) == 0 && at[size] == '=' && at[size + 1])
			value = memory_text("%s", at + size + 1);
	free(text);
	return value;
}

static char *say_rule(const struct mapping_info *detail, const struct procmaps_line *owner,
		      const char *host, const char *guest)
{
	bool named = guest && owner && filter_matches(guest, owner);

	if (detail->kind == KIND_HOST) {
		if (host && owner && filter_matches(host, owner))
			return memory_text("VA_LIMIT_HOST=%s has the file that called", host);
		if (guest && !named)
			return memory_text("VA_LIMIT_GUEST=%s does not have the file that called",
					   guest);
		return memory_text("the call was in a host scope (valimit_host_enter) or had a range "
				   "outside the window");
	}
	if (named)
		return memory_text("VA_LIMIT_GUEST=%s has the file that called", guest);
	if (host || guest)
		return memory_text("no rule has the file that called for a host's");
	return memory_text("calls are guests' unless something says that they are host, and nothing "
			   "did");
}

static char *why_rule(const struct reading *reading, const struct mapping_info *detail)
{
	char *host = read_variable(reading, "VA_LIMIT_HOST");
	char *guest = read_variable(reading, "VA_LIMIT_GUEST");
	char *why = say_rule(detail, vmas_find(&reading->vmas, detail->caller), host, guest);

	free(host);
	free(guest);
	return why;
}

/* --- what a mapping is ------------------------------------------------------ */

static char *why_mapped(const struct reading *reading, const struct address_verdict *verdict)
{
	static const char *const why[KIND_NAMES] = {
		[KIND_FENCE] = "it is reserved, so that the kernel places nothing there",
		[KIND_GUARD] = "the stack above it grows into it",
		[KIND_OWN] = "it is the library's own memory",
		[KIND_RESERVED] = "the program has reserved it, for calls with a range",
		[KIND_CLAIM] = "a call that is being made has it to itself",
		[KIND_FOREIGN] = "the library has met it, and no call that it saw made it: a system "
				 "call, malloc or ld.so did",
		[KIND_UNKNOWN] = "only the kernel has it: no call that the library saw made it, and "
				 "the library has not met it",
	};
	const struct mapping_info *detail = verdict->piece.entry ? &verdict->piece.entry->info : NULL;
	unsigned int kind = verdict->piece.kind;
	const char *text = why[kind];

	if (kind == KIND_GUEST && detail && detail->flags & ENTRY_OUTSIDE)
		text = "a guest demanded addresses outside the window, with MAP_FIXED or the like";
	else if (kind == KIND_GUEST && (!detail || (!detail->caller && reading->table.passthrough)))
		text = "while the fence stands all that the kernel places in the window is a guest's; "
		       "the caller and the time are not recorded then";
	else if (kind == KIND_FOREIGN && detail->flags & ENTRY_START)
		text = "it was there before the library";
	else if (kind == KIND_FENCE && verdict->inside)
		text = "it is kept back of the window's top, so that the kernel's choices begin at a "
		       "random address, until a call needs it";
	else if (kind == KIND_UNKNOWN && !reader_table(reading))
		text = "only the kernel's list tells of it: no library's table";
	return text ? memory_text("%s", text) : why_rule(reading, detail);
}

/* --- calls that get an address ---------------------------------------------- */

/* Of addresses that are free or have fence. */
static void say_obtainable(const struct reading *reading, struct address_verdict *verdict)
{
	static const char hint[] = "gets it with a hint or MAP_FIXED, or when the search for room "
				   "comes to it";

	verdict->guest = hint;
	verdict->host = "gets it with MAP_FIXED or a range of its own only";
	if (!verdict->inside) {
		verdict->guest = "gets it with MAP_FIXED or MAP_FIXED_NOREPLACE only, unless "
				 "VA_LIMIT_FIXED is deny";
		verdict->host = hint;
		if (reading->table.fence == FENCE_SEALED)
			verdict->guest = verdict->host = "cannot: the fence is sealed";
	}
	if (!reader_table(reading))
		verdict->host = hint;
	if (verdict->state == VERDICT_GUARD && verdict->piece.entry)
		verdict->guest = "gets it with MAP_FIXED only, and the stack's growth may then fault";
}

static void say_taken(struct address_verdict *verdict, bool forever)
{
	verdict->guest = verdict->host = forever ? "cannot: no call is given it" :
						   "could only replace it, with MAP_FIXED";
}

static void judge_mapped(const struct reading *reading, struct address_verdict *verdict)
{
	unsigned int kind = verdict->piece.kind;

	verdict->state = kind == KIND_GUARD && !verdict->piece.vma ? VERDICT_GUARD : VERDICT_MAPPED;
	verdict->why = why_mapped(reading, verdict);
	if (kind == KIND_FENCE || verdict->state == VERDICT_GUARD)
		say_obtainable(reading, verdict);
	else if (kind == KIND_RESERVED)
		verdict->guest = verdict->host = "gets it with a range that has it, or with MAP_FIXED";
	else
		say_taken(verdict, kind == KIND_OWN);
}

/* --- gaps ------------------------------------------------------------------- */

/* Whether a free address is in the guard gap below a mapping that grows. */
static bool in_guard_gap(const struct reading *reading, uint64_t address)
{
	struct pieces pieces;
	struct piece above;

	pieces_start(&pieces, &reading->table, &reading->intervals, &reading->vmas);
	while (pieces_next(&pieces, &above))
		if (above.start > address && !piece_is_gap(&above))
			return above.start - address <=
				       GUARD_PAGES * (uint64_t)reading->table.page_size &&
			       ((above.entry && above.entry->info.flags & ENTRY_GROWSDOWN) ||
				(above.vma && strcmp(above.vma->name, "[stack]") == 0));
	return false;
}

static void judge_free(const struct reading *reading, struct address_verdict *verdict)
{
	const char *why = NULL;

	if (in_guard_gap(reading, verdict->address)) {
		verdict->state = VERDICT_GUARD;
		why = "it is the guard gap below a stack: the kernel places nothing there";
	} else if (!verdict->inside) {
		why = reading->table.fence == FENCE_OFF ?
		      "it is outside the window, and no fence stands" :
		      "the fence has a hole here: the program has unmapped it, and the kernel may "
		      "place something there";
	}
	say_obtainable(reading, verdict);
	verdict->why = why ? memory_text("%s", why) : NULL;
}

/* Of addresses that no process gets. */
static void judge_unreachable(const struct table *table, struct address_verdict *verdict)
{
	bool below = verdict->address < table->min;

	verdict->state = below ? VERDICT_BELOW : VERDICT_KERNEL;
	verdict->piece = below ? (struct piece){ .start = 0, .end = table->min } :
				 (struct piece){ .start = table->top, .end = UINTPTR_MAX };
	verdict->why = below ?
		memory_text("it is below 0x%" PRIx64 ", the lowest address that the kernel gives "
			    "(vm.mmap_min_addr)", table->min) :
		memory_text("user space ends at 0x%" PRIx64 "; what is above is the kernel's, or no "
			    "address at all", table->top);
	say_taken(verdict, true);
}

void verdict_reach(const struct reading *reading, uint64_t address, struct address_verdict *verdict)
{
	const struct table *table = &reading->table;
	struct pieces pieces;

	*verdict = (struct address_verdict){ .address = address, .state = VERDICT_FREE };
	if (address < table->min || address >= table->top) {
		judge_unreachable(table, verdict);
		return;
	}
	verdict->inside = image_holds(table, address, address + 1);
	pieces_start(&pieces, table, &reading->intervals, &reading->vmas);
	while (pieces_next(&pieces, &verdict->piece) && verdict->piece.end <= address)
		;
	if (piece_is_gap(&verdict->piece))
		judge_free(reading, verdict);
	else
		judge_mapped(reading, verdict);
}
