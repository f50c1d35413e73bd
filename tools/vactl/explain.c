/* SPDX-License-Identifier: MIT */
/*
 * vactl explain: the mapping at an address, the call that made it, and the calls that
 * could get the address. Judged by the table, the kernel's list, and the rules in the
 * process's environment.
 */
#include <envz.h>

#include "command.h"
#include "core/utf8.h"
#include "pieces.h"
#include "process.h"
#include "procfile.h"
#include "symbols.h"

/* Pages below a mapping that grows where the kernel places nothing. */
#define GUARD_PAGES 256

/* Bytes of an environment: a larger one does not start a program on most machines. */
#define ENVIRONMENT_MAX (2UL << 20)

static const char mapped[] = "mapped", unmapped[] = "free", unreachable[] = "out of reach";

struct explanation {
	const struct reading *reading;
	uint64_t address;
	bool user;          /* the kernel gives the address to processes */
	bool inside;        /* the window; of a process without a table, user space */
	struct piece piece; /* that holds the address */
	const char *state;  /* mapped, unmapped or unreachable */
	/* Sentences without their full stop. */
	char *why;                /* reason of the state; NULL: nothing to say */
	const char *guest, *host; /* how a guest's or a host's call could get the address */
	const struct entry *call; /* the piece's entry if its caller is known; NULL: none */
	char *place;              /* of the caller; NULL: unknown */
};

/* --- which rule made a call a guest's or a host's --------------------------- */

/* A variable of the environment that the process was started with, of which core files
 * tell nothing. NULL: it is not set, or empty, which counts as not set. */
static char *read_variable(const struct reading *reading, const char *name)
{
	SCOPED char *text = NULL;
	long length = reading->path ? 0 :
		      procfile_read(reading->pid, "environ", ENVIRONMENT_MAX, &text);
	const char *value = length > 0 ? envz_get(text, (size_t)length, name) : NULL;

	return value && *value ? memory_text("%s", value) : NULL;
}

static char *say_rule(const struct mapping_info *info, const struct procmaps_line *owner,
		      const char *host, const char *guest)
{
	bool named = guest && owner && vma_matches(owner, guest);

	if (info->kind == KIND_HOST) {
		if (host && owner && vma_matches(owner, host))
			return memory_text("VA_LIMIT_HOST=%s has the file that called", host);
		if (guest && !named)
			return memory_text("VA_LIMIT_GUEST=%s does not have the file that called",
					   guest);
		return memory_text("the call was in a host scope (valimit_host_enter) or had a "
				   "range outside the window");
	}
	if (named)
		return memory_text("VA_LIMIT_GUEST=%s has the file that called", guest);
	if (host || guest)
		return memory_text("no rule has the file that called for a host's");
	return memory_text("calls are guests' unless something says that they are host, and "
			   "nothing did");
}

static char *why_rule(const struct reading *reading, const struct mapping_info *info)
{
	SCOPED char *host = read_variable(reading, "VA_LIMIT_HOST");
	SCOPED char *guest = read_variable(reading, "VA_LIMIT_GUEST");

	return say_rule(info, vmas_find(&reading->vmas, info->caller), host, guest);
}

/* --- which calls get an address --------------------------------------------- */

/* Judges addresses that are free or have fence. */
static void say_obtainable(struct explanation *explanation)
{
	const struct reading *reading = explanation->reading;
	static const char hint[] = "gets it with a hint or MAP_FIXED, or when the search for room "
				   "comes to it";

	explanation->guest = hint;
	explanation->host = "gets it with MAP_FIXED or a range of its own only";
	if (!explanation->inside) {
		explanation->guest = "gets it with MAP_FIXED or MAP_FIXED_NOREPLACE only, unless "
				     "VA_LIMIT_FIXED is deny";
		explanation->host = hint;
		if (reading->table.fence == FENCE_SEALED)
			explanation->guest = explanation->host = "cannot: the fence is sealed";
	}
	if (!reader_table(reading))
		explanation->host = hint;
	if (explanation->state == unreachable && explanation->piece.entry)
		explanation->guest = "gets it with MAP_FIXED only, and the stack's growth may then "
				     "fault";
}

static void say_both(struct explanation *explanation, const char *text)
{
	explanation->guest = explanation->host = text;
}

/* --- mappings --------------------------------------------------------------- */

static char *why_mapped(const struct explanation *explanation)
{
	static const char *const why[KIND_NAMES] = {
		[KIND_FENCE] = "it is reserved, so that the kernel places nothing there",
		[KIND_GUARD] = "the stack above it grows into it",
		[KIND_OWN] = "it is the library's own memory",
		[KIND_RESERVED] = "the program has reserved it, for calls with a range",
		[KIND_CLAIM] = "a call that is being made has it to itself",
		[KIND_FOREIGN] = "the library has met it, and no call that it saw made it: a "
				 "system call, malloc or ld.so did",
		[KIND_UNKNOWN] = "only the kernel has it: no call that the library saw made it, "
				 "and the library has not met it",
	};
	const struct reading *reading = explanation->reading;
	const struct entry *entry = explanation->piece.entry;
	const struct mapping_info *info = entry ? &entry->info : NULL;
	unsigned int kind = explanation->piece.kind;
	const char *text = why[kind];

	if (kind == KIND_GUEST && info && info->flags & ENTRY_OUTSIDE)
		text = "a guest demanded addresses outside the window, with MAP_FIXED or the like";
	else if (kind == KIND_GUEST && (!info || (!info->caller && reading->table.passthrough)))
		text = "while the fence stands all that the kernel places in the window is a "
		       "guest's; the caller and the time are not recorded then";
	else if (kind == KIND_FOREIGN && info->flags & ENTRY_START)
		text = "it was there before the library";
	else if (kind == KIND_FENCE && explanation->inside)
		text = "it is kept back of the window's top, so that the kernel's choices begin at "
		       "a random address, until a call needs it";
	else if (kind == KIND_UNKNOWN && !reader_table(reading))
		text = "only the kernel's list tells of it: no library's table";
	return text ? memory_text("%s", text) : why_rule(reading, info);
}

static void judge_mapped(struct explanation *explanation)
{
	unsigned int kind = explanation->piece.kind;
	bool growth = kind == KIND_GUARD && !explanation->piece.vma;

	explanation->state = growth ? unreachable : mapped;
	explanation->why = why_mapped(explanation);
	if (kind == KIND_FENCE || growth)
		say_obtainable(explanation);
	else if (kind == KIND_RESERVED)
		say_both(explanation, "gets it with a range that has it, or with MAP_FIXED");
	else
		say_both(explanation, kind == KIND_OWN ? "cannot: no call is given it" :
				      "could only replace it, with MAP_FIXED");
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

static void judge_free(struct explanation *explanation)
{
	const struct reading *reading = explanation->reading;
	const char *why = NULL;

	explanation->state = unmapped;
	if (in_guard_gap(reading, explanation->address)) {
		explanation->state = unreachable;
		why = "it is the guard gap below a stack: the kernel places nothing there";
	} else if (!explanation->inside) {
		why = reading->table.fence == FENCE_OFF ?
		      "it is outside the window, and no fence stands" :
		      "the fence has a hole here: the program has unmapped it, and the kernel may "
		      "place something there";
	}
	say_obtainable(explanation);
	explanation->why = why ? memory_text("%s", why) : NULL;
}

/* Judges addresses that no process gets. */
static void judge_beyond(struct explanation *explanation)
{
	const struct table *table = &explanation->reading->table;
	bool below = explanation->address < table->min;

	explanation->state = unreachable;
	explanation->piece = below ? (struct piece){ .start = 0, .end = table->min } :
				     (struct piece){ .start = table->top, .end = UINTPTR_MAX };
	explanation->why = below ?
		memory_text("it is below 0x%" PRIx64 ", the lowest address that the kernel gives "
			    "(vm.mmap_min_addr)", table->min) :
		memory_text("user space ends at 0x%" PRIx64 "; what is above is the kernel's, or "
			    "no address at all", table->top);
	say_both(explanation, "cannot: no call is given it");
}

static void judge(struct explanation *explanation)
{
	const struct reading *reading = explanation->reading;
	const struct table *table = &reading->table;
	uint64_t address = explanation->address;
	struct pieces pieces;

	explanation->user = address >= table->min && address < table->top;
	if (!explanation->user) {
		judge_beyond(explanation);
		return;
	}
	explanation->inside = image_holds(table, address, address + 1);
	pieces_start(&pieces, table, &reading->intervals, &reading->vmas);
	while (pieces_next(&pieces, &explanation->piece) && explanation->piece.end <= address)
		;
	if (piece_is_gap(&explanation->piece))
		judge_free(explanation);
	else
		judge_mapped(explanation);
}

/* --- the command ------------------------------------------------------------ */

/* Prints a line of any bytes, safe for a terminal, and frees it. */
static void print_plain(const char *label, char *text)
{
	utf8_plain(text);
	printf("%-8s %s\n", label, text);
	free(text);
}

static void print_explanation(const struct explanation *explanation, bool bytes)
{
	const struct reading *reading = explanation->reading;
	const struct piece *piece = &explanation->piece;
	const struct procmaps_line *vma = piece->vma;
	const struct entry *call = explanation->call;
	bool held = !piece_is_gap(piece);

	printf("0x%012" PRIx64 " is %s%s%s%s\n", explanation->address, explanation->state,
	       held ? ": " : "", held ? kind_names[piece->kind] : "",
	       !explanation->user || !reader_table(reading) ? "" :
	       explanation->inside ? ", inside the window" : ", outside the window");
	printf("%-8s 0x%012" PRIxPTR "-0x%012" PRIxPTR ", %s\n", held ? "in" : "gap", piece->start,
	       piece->end, word_size(piece->end - piece->start, bytes).text);
	if (vma)
		print_plain("mapping", memory_text("%s %s %s", word_permissions(vma).text,
						   vma_type(&reading->vmas, vma), vma->name));
	if (call) {
		print_plain("by", explanation->place ? memory_text("%s", explanation->place) :
			    memory_text("0x%012" PRIx64 ", where no file is mapped",
					call->info.caller));
		printf("%-8s operation %" PRIu32 " of %" PRIu32 "\n", "when", call->info.when,
		       reading->table.operation);
	}
	if (explanation->why)
		print_plain("because", memory_text("%s", explanation->why));
	printf("%-8s %s\n", reader_table(reading) ? "a guest" : "a call", explanation->guest);
	if (reader_table(reading))
		printf("%-8s %s\n", "a host", explanation->host);
}

static void print_explanation_json(const struct explanation *explanation)
{
	const struct reading *reading = explanation->reading;
	const struct piece *piece = &explanation->piece;
	const struct procmaps_line *vma = piece->vma;
	const struct entry *call = explanation->call;
	struct json json = { 0 };

	process_json(&json, NULL, reading);
	json_address(&json, "address", explanation->address);
	json_text(&json, "state", explanation->state);
	json_text(&json, "kind", piece_is_gap(piece) ? NULL : kind_names[piece->kind]);
	json_boolean(&json, "inside", explanation->inside);
	json_address(&json, "start", piece->start);
	json_address(&json, "end", piece->end);
	json_number(&json, "size", piece->end - piece->start);
	json_text(&json, "type", vma ? vma_type(&reading->vmas, vma) : NULL);
	vma_json(&json, vma);
	json_text(&json, "caller", explanation->place);
	json_place(&json, "pc", call ? call->info.caller : 0);
	json_print(&json, "when", call ? word_number(call->info.when).text : "null");
	json_number(&json, "operations", reading->table.operation);
	json_text(&json, "because", explanation->why);
	json_text(&json, "guest_call", explanation->guest);
	json_text(&json, "host_call", explanation->host);
	json_close(&json, '}');
}

static int explain_run(const struct command *command, struct arguments *arguments)
{
	const struct reading *reading = &arguments->reading[0];
	struct explanation explanation = { .reading = reading };
	const char *word = arguments->words[1], *end;
	struct symbols symbols = { .reading = reading };
	const struct entry *entry;
	int status;

	if (window_number(word, &end, &explanation.address) || *end)
		return command_misused(command, "'%s' is not an address; it is 0x..., a decimal "
				       "number that may end in K, M, G, T or P, or 2^N", word);
	status = targets_read(command, arguments);
	if (status)
		return status;
	judge(&explanation);
	entry = explanation.piece.entry;
	if (entry && entry->info.caller) {
		explanation.call = entry;
		explanation.place = symbols_name(&symbols, entry->info.caller, true);
	}
	if (arguments->json)
		print_explanation_json(&explanation);
	else
		print_explanation(&explanation, arguments->bytes);
	free(explanation.place);
	free(explanation.why);
	symbols_free(&symbols);
	return 0;
}

const struct command command_explain = {
	.name = "explain",
	.arguments = "PID|CORE ADDRESS",
	.summary = "Tell what is at an address, its caller, and which calls could get it.",
	.notes = "Any call could, in a process that is not confined. An address is 0x..., a "
		 "decimal number, also with K, M, G, T or P, or 2^N.\nExit status: 0, or 1 "
		 "where the table could not be read or something failed.",
	.choices = (const struct choice[]){ OUTPUT_CHOICES, HELP_CHOICE },
	.failure = 1,
	.targets = 1,
	.more = 1,
	.run = explain_run,
};
