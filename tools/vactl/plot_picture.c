/* SPDX-License-Identifier: MIT */
#include "plot_picture.h"

#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "plot_draw.h"
#include "plot_style.h"
#include "svg.h"

/* The size comes first and is known last: the body is kept meanwhile. */
void picture_draw(const struct picture *picture, FILE *out)
{
	struct drawing drawing = { .picture = picture };
	char *body = NULL;
	size_t length;

	drawing.out = open_memstream(&body, &length);
	if (!drawing.out)
		memory_out();
	draw_head(&drawing);
	draw_legend(&drawing);
	draw_overview(&drawing);
	draw_rows(&drawing);
	if (fclose(drawing.out))
		memory_out();
	fprintf(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
		"<svg xmlns=\"http://www.w3.org/2000/svg\" role=\"img\" width=\"%d\" "
		"height=\"%d\" viewBox=\"0 0 %d %d\">\n<title>", picture->width,
		(int)drawing.y + 12, picture->width, (int)drawing.y + 12);
	svg_escape(out, picture->title, strlen(picture->title));
	fputs("</title>\n<desc>", out);
	svg_escape(out, picture->facts, strlen(picture->facts));
	fputs("</desc>\n", out);
	style_print(out);
	svg_rect(out, "paper", 0, 0, picture->width, drawing.y + 12);
	svg_close(out, "rect");
	fwrite(body, 1, length, out);
	fputs("</svg>\n", out);
	free(body);
}
