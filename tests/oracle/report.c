/* SPDX-License-Identifier: MIT */
#include "report.h"

#include <stdio.h>
#include <string.h>

static unsigned long made[OP_KINDS], worked[OP_KINDS], total, host_operations;

const char *report_difference(enum difference difference)
{
	static const char *const texts[] = {
		"no difference", "different answers", "different memory",
		"a call that failed has changed something", "a call that worked has set errno",
		"a process has ended",
	};

	return texts[difference];
}

void report_call(const struct pair *pair, const struct op *op, uint32_t at)
{
	char text[256], kernel[32], library[32];

	op_answer_text(pair->shared->outcome[SIDE_KERNEL][at].answer, kernel, sizeof(kernel));
	op_answer_text(pair->shared->outcome[SIDE_LIBRARY][at].answer, library, sizeof(library));
	printf("  %-64s -> %s", op_text(op, text, sizeof(text)), kernel);
	if (strcmp(kernel, library) != 0)
		printf("   BUT WITH THE LIBRARY %s", library);
	putchar('\n');
}

static const char *next_line(const char *text, const char **end)
{
	*end = strchr(text, '\n');
	return *end ? *end + 1 : NULL;
}

/* Whether the text has the line. */
static bool has_line(const char *text, const char *line, size_t length)
{
	for (const char *end, *next; (next = next_line(text, &end)); text = next)
		if ((size_t)(end - text) == length && memcmp(text, line, length) == 0)
			return true;
	return false;
}

/* The lines that the other text does not have. */
static void print_lines(const char *title, const char *text, const char *other)
{
	printf("  %s:\n", title);
	for (const char *end, *next; (next = next_line(text, &end)); text = next)
		printf("  %c %.*s\n", has_line(other, text, (size_t)(end - text)) ? ' ' : '*',
		       (int)(end - text), text);
}

void report(const struct pair *pair, const struct op *ops, const struct oracle_verdict *verdict)
{
	const struct shared *shared = pair->shared;

	for (uint32_t i = 0; i <= verdict->at; i++)
		report_call(pair, &ops[i], i);
	printf("%s: %s\n", pair->config->name, report_difference(verdict->difference));
	if (verdict->difference == DIFFERENCE_END)
		printf("  exit status %d without the library after %u, %d with it after %u\n",
		       verdict->status[SIDE_KERNEL], shared->done[SIDE_KERNEL],
		       verdict->status[SIDE_LIBRARY], shared->done[SIDE_LIBRARY]);
	if (verdict->difference == DIFFERENCE_STATE && verdict->at + 1 == shared->count) {
		print_lines("without the library", shared->text[0], shared->text[1]);
		print_lines("with it", shared->text[1], shared->text[0]);
	}
}

void report_count(const struct pair *pair, uint32_t count)
{
	for (uint32_t i = 0; i < count; i++) {
		int kind = pair->shared->ops[i].kind;
		int64_t answer = pair->shared->outcome[SIDE_KERNEL][i].answer;

		made[kind]++;
		worked[kind] += answer >= 0 || answer < -4095;
	}
	total += count;
}

void report_hosts(const struct pair *pair)
{
	host_operations += pair->shared->host_operations;
}

void report_totals(void)
{
	printf("operations: %lu; of them worked:", total);
	for (int kind = 0; kind < OP_KINDS; kind++)
		printf(" %s %lu of %lu", op_kind_name(kind), worked[kind], made[kind]);
	putchar('\n');
	if (host_operations)
		printf("operations of hosts meanwhile: %lu\n", host_operations);
}
