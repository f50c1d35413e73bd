/* SPDX-License-Identifier: MIT */
#include "picture.h"

#include "core/utf8.h"

void svg_escape(FILE *out, const char *text)
{
	static const char *const entities[256] = {
		['&'] = "&amp;", ['<'] = "&lt;", ['>'] = "&gt;", ['"'] = "&quot;",
	};
	SCOPED char *copy = memory_text("%s", text);

	utf8_repair(copy);
	for (const unsigned char *at = (const unsigned char *)copy; *at; at++) {
		/* U+FFFE and U+FFFF are valid UTF-8, but no characters of XML. */
		bool none = at[0] == 0xef && at[1] == 0xbf && at[2] >= 0xbe;

		if (entities[*at])
			fputs(entities[*at], out);
		else
			putc(none || (*at < ' ' && *at != '\n') || *at == 0x7f ? '?' : *at, out);
		at += none ? 2 : 0;
	}
}

/* Writes an attribute's number in tenths at most, and in no locale's notation. */
static void put_number(FILE *out, const char *name, double value)
{
	long tenths = (long)(value * 10 + (value < 0 ? -0.5 : 0.5));

	fprintf(out, " %s=\"%s%ld", name, tenths < 0 ? "-" : "", labs(tenths) / 10);
	if (tenths % 10)
		fprintf(out, ".%ld", labs(tenths) % 10);
	putc('"', out);
}

static void open_element(FILE *out, const char *element, const char *class, double x, double y)
{
	fprintf(out, "<%s class=\"%s\"", element, class);
	put_number(out, "x", x);
	put_number(out, "y", y);
}

void svg_rect(FILE *out, const char *class, double x, double y, double width, double height,
	      char *title)
{
	open_element(out, "rect", class, x, y);
	put_number(out, "width", width);
	put_number(out, "height", height);
	if (!title) {
		fputs("/>\n", out);
		return;
	}
	fputs("><title>", out);
	svg_escape(out, title);
	fputs("</title></rect>\n", out);
	free(title);
}

void svg_text(FILE *out, const char *class, double x, double y, const char *text)
{
	open_element(out, "text", class, x, y);
	putc('>', out);
	svg_escape(out, text);
	fputs("</text>\n", out);
}

void svg_markup(FILE *out, const char *class, double x, double y, const char *format, ...)
{
	va_list args;

	open_element(out, "text", class, x, y);
	putc('>', out);
	va_start(args, format);
	vfprintf(out, format, args);
	va_end(args);
	fputs("</text>\n", out);
}
