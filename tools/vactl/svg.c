/* SPDX-License-Identifier: MIT */
#include "svg.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "utf8.h"

/* U+FFFE and U+FFFF are characters for UTF-8 and none for XML. */
static int is_noncharacter(const unsigned char *at)
{
	return at[0] == 0xef && at[1] == 0xbf && at[2] >= 0xbe;
}

static void escape_character(FILE *out, const char *at)
{
	unsigned char c = (unsigned char)*at;

	if (c == '&')
		fputs("&amp;", out);
	else if (c == '<')
		fputs("&lt;", out);
	else if (c == '>')
		fputs("&gt;", out);
	else if (c == '"')
		fputs("&quot;", out);
	else if ((c < ' ' && c != '\n') || c == 0x7f)
		putc('?', out);
	else
		putc(c, out);
}

void svg_escape(FILE *out, const char *text, size_t length)
{
	/* A zero byte would end it for utf8_repair(); names have none. */
	char *copy = memory_text("%.*s", (int)length, text);

	utf8_repair(copy);
	for (const char *at = copy; *at; at++) {
		if (is_noncharacter((const unsigned char *)at)) {
			putc('?', out);
			at += 2;
		} else {
			escape_character(out, at);
		}
	}
	free(copy);
}

void svg_printf(FILE *out, const char *format, ...)
{
	char *text;
	va_list args;

	va_start(args, format);
	text = memory_text_of(format, args);
	va_end(args);
	svg_escape(out, text, strlen(text));
	free(text);
}

/* Tenths are enough, and most numbers have none. In no locale's notation. */
static void put_number(FILE *out, const char *name, double value)
{
	long tenths = (long)(value * 10 + (value < 0 ? -0.5 : 0.5));

	fprintf(out, " %s=\"%s%ld", name, tenths < 0 ? "-" : "", labs(tenths) / 10);
	if (tenths % 10)
		fprintf(out, ".%ld", labs(tenths) % 10);
	putc('"', out);
}

void svg_rect(FILE *out, const char *class, double x, double y, double width, double height)
{
	fprintf(out, "<rect class=\"%s\"", class);
	put_number(out, "x", x);
	put_number(out, "y", y);
	put_number(out, "width", width);
	put_number(out, "height", height);
	putc('>', out);
}

void svg_text(FILE *out, const char *class, double x, double y)
{
	fprintf(out, "<text class=\"%s\"", class);
	put_number(out, "x", x);
	put_number(out, "y", y);
	putc('>', out);
}

void svg_close(FILE *out, const char *element)
{
	fprintf(out, "</%s>\n", element);
}
