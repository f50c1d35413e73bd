/* SPDX-License-Identifier: MIT */
/* vactl explain: what is at an address, the call that mapped it, and which calls
 * could get it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "command.h"
#include "core/utf8.h"
#include "core/window.h"
#include "message.h"
#include "names.h"
#include "proc_header.h"
#include "symbols.h"
#include "verdict.h"

struct explanation {
	const struct arguments *arguments;
	const struct reading *reading;
	struct address_verdict verdict;
	const struct entry *call; /* the entry of a piece whose caller is known; NULL: none */
	char *place;              /* of the caller; NULL: unknown */
};

static const char *const state_names[] = {
	[VERDICT_MAPPED] = "mapped", [VERDICT_FREE] = "free", [VERDICT_GUARD] = "out of reach",
	[VERDICT_BELOW] = "out of reach", [VERDICT_KERNEL] = "out of reach",
};

/* A line of any bytes of the process, safe for a terminal. */
static void print_plain(const char *label, char *text)
{
	utf8_plain(text);
	printf("%-8s %s\n", label, text);
	free(text);
}

static void print_explanation(const struct explanation *explanation)
{
	const struct address_verdict *verdict = &explanation->verdict;
	const struct piece *piece = &verdict->piece;
	const struct procmaps_line *vma = piece->vma;
	const struct entry *call = explanation->call;
	bool held = !piece_is_gap(piece);

	printf("0x%012" PRIx64 " is %s%s%s%s\n", verdict->address, state_names[verdict->state],
	       held ? ": " : "", held ? kind_names[piece->kind] : "",
	       verdict->state >= VERDICT_BELOW || !reader_table(explanation->reading) ? "" :
	       verdict->inside ? ", inside the window" : ", outside the window");
	printf("%-8s 0x%012" PRIxPTR "-0x%012" PRIxPTR ", %s\n", held ? "in" : "gap", piece->start,
	       piece->end, word_size(piece->end - piece->start, explanation->arguments->bytes).text);
	if (vma)
		print_plain("mapping", memory_text("%s %s %s", word_permissions(vma).text,
						   vma_type(&explanation->reading->vmas, vma),
						   vma->name));
	if (call) {
		print_plain("by", explanation->place ? memory_text("%s", explanation->place) :
			    memory_text("0x%012" PRIx64 ", where no file is mapped",
					call->info.caller));
		printf("%-8s operation %" PRIu32 " of %" PRIu32 "\n", "when", call->info.when,
		       explanation->reading->table.operation);
	}
	if (verdict->why)
		print_plain("because", memory_text("%s", verdict->why));
	if (reader_table(explanation->reading))
		printf("%-8s %s\n%-8s %s\n", "a guest", verdict->guest, "a host", verdict->host);
	else
		printf("%-8s %s\n", "a call", verdict->guest);
}

static void print_explanation_json(const struct explanation *explanation)
{
	const struct address_verdict *verdict = &explanation->verdict;
	const struct piece *piece = &verdict->piece;
	const struct procmaps_line *vma = piece->vma;
	const struct entry *call = explanation->call;
	struct json json = { 0 };

	proc_header_json(&json, NULL, explanation->reading);
	json_address(&json, "address", verdict->address);
	json_text(&json, "state", state_names[verdict->state]);
	json_text(&json, "kind", piece_is_gap(piece) ? NULL : kind_names[piece->kind]);
	json_boolean(&json, "inside", verdict->inside);
	json_address(&json, "start", piece->start);
	json_address(&json, "end", piece->end);
	json_number(&json, "size", piece->end - piece->start);
	json_text(&json, "type", vma ? vma_type(&explanation->reading->vmas, vma) : NULL);
	vma_json(&json, vma);
	json_text(&json, "caller", explanation->place);
	json_place(&json, "pc", call ? call->info.caller : 0);
	if (call)
		json_number(&json, "when", call->info.when);
	else
		json_text(&json, "when", NULL);
	json_number(&json, "operations", explanation->reading->table.operation);
	json_text(&json, "because", verdict->why);
	json_text(&json, "guest_call", verdict->guest);
	json_text(&json, "host_call", verdict->host);
	json_close(&json, '}');
}

static int explain_run(const struct command *command, struct arguments *arguments)
{
	struct explanation explanation = {
		.arguments = arguments, .reading = &arguments->reading[0],
	};
	const char *word = arguments->words[1], *end;
	struct symbols *symbols;
	const struct entry *entry;
	uint64_t address;
	int status;

	if (window_number(word, &end, &address) || *end)
		return command_misused(command, "'%s' is not an address; it is 0x..., a decimal "
				       "number that may end in K, M, G, T or P, or 2^N", word);
	status = targets_read(command, arguments);
	if (status)
		return status;
	symbols = symbols_new(explanation.reading);
	verdict_reach(explanation.reading, address, &explanation.verdict);
	entry = explanation.verdict.piece.entry;
	if (entry && entry->info.caller) {
		explanation.call = entry;
		explanation.place = symbols_name(symbols, entry->info.caller, true);
	}
	if (arguments->json)
		print_explanation_json(&explanation);
	else
		print_explanation(&explanation);
	free(explanation.place);
	free(explanation.verdict.why);
	symbols_free(symbols);
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
