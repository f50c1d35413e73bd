/* SPDX-License-Identifier: MIT */
/* vactl explain: what is at an address, who put it there, who could have it. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/window.h"
#include "brief.h"
#include "message.h"
#include "names.h"
#include "symbols.h"
#include "utf8.h"
#include "verdict.h"

struct explanation {
	const struct reading *reading;
	struct verdict verdict;
	bool bytes;
	char *place; /* of the caller, NULL: unknown */
};

/* From a process, and so not for a terminal as it is. */
static void print_plain(const char *label, const char *text)
{
	char *copy = memory_text("%s", text);

	utf8_plain(copy);
	printf("%-8s %s\n", label, copy);
	free(copy);
}

static void print_where(const struct explanation *explanation)
{
	const struct verdict *verdict = &explanation->verdict;
	const struct piece *piece = &verdict->piece;
	bool held = piece->entry || piece->vma;
	char size[LISTING_SIZE_MAX];

	brief_size(piece->end - piece->start, explanation->bytes, size);
	printf("0x%012" PRIx64 " is %s%s%s%s\n", verdict->address, verdict_word(verdict),
	       held ? ": " : "", held ? name_kind(piece_kind(piece)) : "",
	       verdict->place == PLACE_BELOW || verdict->place == PLACE_KERNEL ? "" :
	       verdict->inside ? ", inside the window" : ", outside the window");
	printf("%-8s 0x%012" PRIxPTR "-0x%012" PRIxPTR ", %s\n", held ? "in" : "gap", piece->start,
	       piece->end, size);
}

static void print_what(const struct piece *piece)
{
	char perm[VMAS_PERM_MAX];
	char *text;

	if (!piece->vma)
		return;
	vmas_permissions(piece->vma, perm);
	text = memory_text("%s %.*s", perm, (int)piece->vma->name_length, piece->vma->name);
	print_plain("mapping", text);
	free(text);
}

static void print_who(const struct explanation *explanation)
{
	const struct entry *entry = explanation->verdict.piece.entry;
	char *text;

	if (!entry || !entry->detail.caller)
		return;
	text = explanation->place ? memory_text("%s", explanation->place) :
				    memory_text("0x%012" PRIx64 ", where no file is mapped",
						entry->detail.caller);
	print_plain("by", text);
	free(text);
	printf("%-8s operation %" PRIu32 " of %" PRIu32 "\n", "when", entry->detail.when,
	       explanation->reading->table.operation);
}

static void print_text(const struct explanation *explanation)
{
	const struct verdict *verdict = &explanation->verdict;

	print_where(explanation);
	print_what(&verdict->piece);
	print_who(explanation);
	if (verdict->why)
		print_plain("because", verdict->why);
	if (verdict->guest)
		printf("%-8s %s\n", "a guest", verdict->guest);
	if (verdict->host)
		printf("%-8s %s\n", "a host", verdict->host);
}

static void add_mapping(struct json *json, const struct piece *piece)
{
	char perm[VMAS_PERM_MAX] = "";
	char *file = NULL;

	if (piece->vma) {
		vmas_permissions(piece->vma, perm);
		file = memory_text("%.*s", (int)piece->vma->name_length, piece->vma->name);
	}
	json_text(json, "perm", piece->vma ? perm : NULL);
	json_text(json, "file", file);
	free(file);
}

static void add_caller(struct json *json, const struct explanation *explanation)
{
	const struct entry *entry = explanation->verdict.piece.entry;

	json_text(json, "caller", explanation->place);
	if (entry && entry->detail.caller) {
		json_address(json, "pc", entry->detail.caller);
		json_number(json, "when", entry->detail.when);
	} else {
		json_text(json, "pc", NULL);
		json_text(json, "when", NULL);
	}
	json_number(json, "operations", explanation->reading->table.operation);
}

static void print_json(const struct explanation *explanation)
{
	const struct verdict *verdict = &explanation->verdict;
	const struct piece *piece = &verdict->piece;
	bool held = piece->entry || piece->vma;
	struct json json = { 0 };

	json_object(&json, NULL);
	brief_json(&json, explanation->reading);
	json_address(&json, "address", verdict->address);
	json_text(&json, "state", verdict_word(verdict));
	json_text(&json, "kind", held ? name_kind(piece_kind(piece)) : NULL);
	json_boolean(&json, "inside", verdict->inside);
	json_address(&json, "start", piece->start);
	json_address(&json, "end", piece->end);
	json_number(&json, "size", piece->end - piece->start);
	add_mapping(&json, piece);
	add_caller(&json, explanation);
	json_text(&json, "because", verdict->why);
	json_text(&json, "guest", verdict->guest);
	json_text(&json, "host", verdict->host);
	json_object_end(&json);
}

static void explain(struct explanation *explanation, uint64_t address, bool as_json)
{
	struct symbols *symbols = symbols_new(explanation->reading);
	const struct entry *entry;

	verdict_reach(explanation->reading, address, &explanation->verdict);
	entry = explanation->verdict.piece.entry;
	if (entry && entry->detail.caller)
		explanation->place = symbols_place(symbols, entry->detail.caller);
	if (as_json)
		print_json(explanation);
	else
		print_text(explanation);
	free(explanation->place);
	verdict_free(&explanation->verdict);
	symbols_free(symbols);
}

/* 0, or the exit status after a message. */
static int read_address(const struct command *command, const char *word, uint64_t *address)
{
	const char *end;

	if (window_number(word, &end, address) == 0 && !*end)
		return 0;
	return command_misused(command, "'%s' is not an address; it is 0x..., a decimal number that "
			       "may end in K, M, G, T or P, or 2^N", word);
}

static int explain_main(const struct command *command, int argc, char **argv)
{
	struct explanation explanation = { 0 };
	struct reading reading;
	struct target target;
	struct brief brief;
	uint64_t address;
	int status = brief_options(&brief, command, argc, argv);

	if (brief.over)
		return status;
	status = command_target(command, argc, argv, 2, &target);
	if (!status)
		status = read_address(command, argv[optind + 1], &address);
	if (status)
		return status;
	reader_read(&target, &reading);
	reader_explain(&reading);
	if (reading.state == READER_GOOD) {
		explanation.reading = &reading;
		explanation.bytes = brief.bytes;
		explain(&explanation, address, brief.json);
	}
	status = reading.state == READER_GOOD ? 0 : command->failure;
	reader_free(&reading);
	return status;
}

const struct command command_explain = {
	.name = "explain",
	.arguments = "PID|CORE ADDRESS",
	.summary = "Tell what is at an address, who put it there, and who could have it.",
	.notes = "An address is 0x..., a decimal number, also with K, M, G, T or P, or 2^N.\n"
		 "Exit status: 0, or 1 where the table could not be read or something failed.\n",
	.choices = (const struct choice *const[]){ brief_choices, command_choices, NULL },
	.failure = 1,
	.run = explain_main,
};
