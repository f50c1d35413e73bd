/* SPDX-License-Identifier: MIT */
#include "pagedump.h"

#include "core/fmt.h"
#include "sys/maps.h"
#include "sys/sys.h"

#define LINE_LENGTH 56
#define DIGITS 16

/* Whole lines, written when the next might not fit. */
struct page {
	struct log *log;
	struct spans spans;
	struct span span; /* of one protection, not printed yet */
	int prot;
	struct fmt fmt;
	char text[768];
};

static void flush(struct page *page)
{
	if (page->fmt.length > 0)
		log_write(page->log, page->text, page->fmt.length);
	fmt_init(&page->fmt, page->text, sizeof(page->text));
}

static void print_padded(struct fmt *fmt, uint64_t value)
{
	for (int shift = 4 * (DIGITS - 1); shift >= 0; shift -= 4)
		fmt_char(fmt, "0123456789abcdef"[value >> shift & 15]);
}

static void print_span(struct page *page)
{
	struct fmt *fmt = &page->fmt;

	if (span_empty(page->span))
		return;
	if (fmt->length + LINE_LENGTH >= fmt->size)
		flush(page);
	print_padded(fmt, page->span.start);
	fmt_char(fmt, '-');
	print_padded(fmt, page->span.end);
	fmt_char(fmt, ' ');
	print_padded(fmt, page->span.end - page->span.start);
	fmt_char(fmt, ' ');
	fmt_char(fmt, page->prot & PROT_READ ? 'r' : '-');
	fmt_char(fmt, page->prot & PROT_WRITE ? 'w' : '-');
	fmt_char(fmt, page->prot & PROT_EXEC ? 'x' : '-');
	fmt_char(fmt, '\n');
}

static long visit(const struct procmaps_line *line, void *context)
{
	struct page *page = context;

	for (int i = 0; i < page->spans.count; i++) {
		struct span span = span_cut((struct span){ line->start, line->end },
					    page->spans.at[i]);

		if (span_empty(span))
			continue;
		if (span.start == page->span.end && line->prot == page->prot) {
			page->span.end = span.end;
			continue;
		}
		print_span(page);
		page->span = span;
		page->prot = line->prot;
	}
	return 0;
}

static struct spans spans_of(const struct space *space)
{
	return space ? space_spans(space) : (struct spans){ 1, { { 0, UINTPTR_MAX } } };
}

void pagedump_print(struct log *log, const struct space *space, const char *why)
{
	struct page page = { .log = log, .spans = spans_of(space) };

	fmt_init(&page.fmt, page.text, sizeof(page.text));
	fmt_text(&page.fmt, "page layout changed following ");
	fmt_text(&page.fmt, why);
	fmt_text(&page.fmt, "\nstart            end              size             prot\n");
	maps_each(visit, &page);
	print_span(&page);
	flush(&page);
}
