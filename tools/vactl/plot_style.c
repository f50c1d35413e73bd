/* SPDX-License-Identifier: MIT */
#include "plot_style.h"

struct paint {
	const char *class;
	const char *light, *dark; /* what it is filled with */
};

/* Told apart by people who see fewer colours as well: they differ in lightness,
 * and ground has patterns. */
static const struct paint paints[LOOKS] = {
	[LOOK_BEYOND] = { "beyond", "#f1f2f4", "#1c2128" },
	[LOOK_ROOM] = { "room", "#dcebfd", "#152b4a" },
	[LOOK_FENCE] = { "fence", "url(#hatch)", "url(#hatch)" },
	[LOOK_GUARD] = { "guard", "url(#dots)", "url(#dots)" },
	[LOOK_GUEST] = { "guest", "#1f66d1", "#58a6ff" },
	[LOOK_ESCAPE] = { "escape", "#c8102e", "#ff5c68" },
	[LOOK_HOST] = { "host", "#e8890c", "#f5a742" },
	[LOOK_FOREIGN] = { "foreign", "#7d4fc4", "#b794f6" },
	[LOOK_OWN] = { "own", "#128277", "#3cc0ae" },
	[LOOK_UNKNOWN] = { "unknown", "#6b737c", "#a0a8b2" },
	[LOOK_STAYED] = { "stayed", "#8d96a1", "#838d99" },
	[LOOK_CAME] = { "came", "#1f66d1", "#58a6ff" },
	[LOOK_WENT] = { "went", "#e8890c", "#f5a742" },
	[LOOK_CHANGED] = { "changed", "#7d4fc4", "#b794f6" },
};

static const char sheet[] =
	"svg{background:#fff;max-width:100%;min-width:480px;height:auto;display:block;"
	"margin:0 auto}\n"
	"text{font:13px system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;"
	"fill:#1f2328}\n"
	".title{font-size:20px;font-weight:600}\n"
	".head{font-size:14px;font-weight:600}\n"
	".soft{fill:#57606a}\n"
	".code,.softcode{font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,"
	"'DejaVu Sans Mono',monospace}\n"
	".softcode{fill:#57606a}\n"
	".end{text-anchor:end}\n"
	".middle{text-anchor:middle}\n"
	".note{font-size:12px;fill:#57606a;text-anchor:middle}\n"
	".paper{fill:#fff}\n"
	".tick,.mesh{fill:none;stroke:#8c959f}\n"
	".mesh{stroke:#1f2328;stroke-opacity:.14}\n"
	".break{fill:none;stroke:#fff;stroke-width:3}\n"
	".window{fill:#1a7f37}\n"
	".hatch{stroke:#b9c0c8;stroke-width:1.4}\n"
	".dot{fill:#8c959f}\n"
	".name{font-size:10.5px;fill:#fff;pointer-events:none}\n"
	".mark:hover{stroke:#1f2328;stroke-width:2}\n";

static const char dark_sheet[] =
	"svg{background:#0d1117}\n"
	"text{fill:#e6edf3}\n"
	".soft,.softcode,.note{fill:#9aa4af}\n"
	".paper{fill:#0d1117}\n"
	".tick{stroke:#6e7681}\n"
	".mesh{stroke:#fff}\n"
	".break{stroke:#0d1117}\n"
	".window{fill:#3fb950}\n"
	".name{fill:#0d1117}\n"
	".hatch{stroke:#454d58}\n"
	".dot{fill:#6e7681}\n"
	".mark:hover{stroke:#fff}\n";

static void print_pattern(FILE *out, const char *name, int size, const char *turn,
			  const char *inside)
{
	fprintf(out, "<pattern id=\"%s\" width=\"%d\" height=\"%d\" "
		"patternUnits=\"userSpaceOnUse\"%s><rect class=\"beyond\" width=\"%d\" "
		"height=\"%d\"/>%s</pattern>\n", name, size, size, turn, size, size, inside);
}

const char *style_class(enum look look)
{
	return paints[look].class;
}

void style_print(FILE *out)
{
	fprintf(out, "<style>\n%s", sheet);
	for (int look = 0; look < LOOKS; look++)
		fprintf(out, ".%s{fill:%s}\n", paints[look].class, paints[look].light);
	fprintf(out, "@media (prefers-color-scheme:dark){\n%s", dark_sheet);
	for (int look = 0; look < LOOKS; look++)
		fprintf(out, ".%s{fill:%s}\n", paints[look].class, paints[look].dark);
	fputs("}\n</style>\n<defs>\n", out);
	print_pattern(out, "hatch", 6, " patternTransform=\"rotate(45)\"",
		      "<path class=\"hatch\" d=\"M0 0V6\"/>");
	print_pattern(out, "dots", 5, "", "<circle class=\"dot\" cx=\"2\" cy=\"2\" r=\"1\"/>");
	fputs("</defs>\n", out);
}
