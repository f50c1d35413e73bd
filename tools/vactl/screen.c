/* SPDX-License-Identifier: MIT */
#define NCURSES_WIDECHAR 1
#include "screen.h"

#include <errno.h>
#include <langinfo.h>
#include <ncurses.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <wchar.h>

#include "sight.h"

#define TEXT_MAX 512
#define ESCAPE 27

static volatile sig_atomic_t ended; /* the signal that asked for the end */
static SCREEN *terminal;
static bool utf8, colors;

static void on_signal(int number)
{
	ended = number;
}

/* Those that would leave the terminal as it is. ncurses itself stops and goes
 * on for SIGTSTP, and notes SIGWINCH. */
static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };

static void set_signals(void (*handler)(int))
{
	struct sigaction action = { .sa_handler = handler };

	/* No restart: they interrupt the wait for a key. */
	for (size_t i = 0; i < sizeof(signals) / sizeof(signals[0]); i++)
		sigaction(signals[i], &action, NULL);
}

/* On a terminal of many colours, and on one of eight. */
static void set_colors(void)
{
	static const short many[LOOKS] = {
		[LOOK_BEYOND] = 240, [LOOK_ROOM] = 110, [LOOK_FENCE] = 242, [LOOK_GUARD] = 144,
		[LOOK_GUEST] = 33, [LOOK_ESCAPE] = 196, [LOOK_HOST] = 208, [LOOK_FOREIGN] = 141,
		[LOOK_OWN] = 37, [LOOK_UNKNOWN] = 246,
	};
	static const short few[LOOKS] = {
		[LOOK_BEYOND] = COLOR_WHITE, [LOOK_ROOM] = COLOR_CYAN, [LOOK_FENCE] = COLOR_WHITE,
		[LOOK_GUARD] = COLOR_WHITE, [LOOK_GUEST] = COLOR_BLUE, [LOOK_ESCAPE] = COLOR_RED,
		[LOOK_HOST] = COLOR_YELLOW, [LOOK_FOREIGN] = COLOR_MAGENTA,
		[LOOK_OWN] = COLOR_GREEN, [LOOK_UNKNOWN] = COLOR_WHITE,
	};
	const char *no_color = getenv("NO_COLOR");

	colors = has_colors() && !(no_color && *no_color) && start_color() == OK;
	if (!colors)
		return;
	use_default_colors();
	for (short look = 0; look < LOOKS; look++)
		init_pair((short)(look + 1), COLORS >= 256 ? many[look] : few[look], -1);
}

static bool has_capability(const char *name)
{
	const char *value = tigetstr(name);

	return value && value != (const char *)-1 && *value;
}

bool screen_open(void)
{
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal)
		return false;
	/* Without moving about there is nothing to draw with. */
	if (!has_capability("cup") || !has_capability("clear")) {
		endwin();
		delscreen(terminal);
		terminal = NULL;
		return false;
	}
	utf8 = strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
	set_signals(on_signal);
	atexit(screen_close);
	set_colors();
	cbreak();
	noecho();
	curs_set(0);
	nodelay(stdscr, TRUE);
	keypad(stdscr, TRUE);
	set_escdelay(50);
	return true;
}

void screen_close(void)
{
	int number = ended;

	if (!terminal)
		return;
	endwin();
	delscreen(terminal);
	terminal = NULL;
	set_signals(SIG_DFL);
	if (number)
		raise(number);
}

int screen_lines(void)
{
	return LINES;
}

int screen_columns(void)
{
	return COLS;
}

void screen_begin(void)
{
	erase();
}

void screen_finish(void)
{
	refresh();
}

/* As many characters as have room; what the locale does not know is '?'. The
 * last cell of the screen is left free: to fill it would scroll. Returns the
 * columns taken. */
static int convert(const char *text, int width, wchar_t *wide)
{
	mbstate_t state = { 0 };
	int used = 0;
	size_t length = 0;

	while (*text && length < TEXT_MAX - 1) {
		wchar_t c;
		size_t bytes = mbrtowc(&c, text, MB_CUR_MAX, &state);
		int columns = bytes <= MB_CUR_MAX ? wcwidth(c) : -1;

		if (columns < 0) {
			memset(&state, 0, sizeof(state));
			c = L'?';
			columns = 1;
			bytes = bytes <= MB_CUR_MAX ? bytes : 1;
		}
		if (used + columns > width)
			break;
		wide[length++] = c;
		used += columns;
		text += bytes;
	}
	wide[length] = 0;
	return used;
}

static int put(int line, int column, int width, attr_t attributes, short pair, const char *text)
{
	wchar_t wide[TEXT_MAX];
	int used;

	if (line < 0 || line >= LINES || column < 0 || column >= COLS)
		return 0;
	if (width > COLS - column)
		width = COLS - column;
	used = convert(text, width, wide);
	attr_set(attributes, pair, NULL);
	mvaddwstr(line, column, wide);
	attr_set(A_NORMAL, 0, NULL);
	return used;
}

int screen_put(int line, int column, int width, enum screen_style style, const char *text)
{
	static const attr_t attributes[] = {
		[STYLE_PLAIN] = A_NORMAL, [STYLE_TITLE] = A_REVERSE | A_BOLD, [STYLE_SOFT] = A_DIM,
		[STYLE_STRONG] = A_BOLD, [STYLE_CHOSEN] = A_REVERSE,
	};

	return put(line, column, width, attributes[style], 0, text);
}

static short pair_of(enum look look)
{
	return colors ? (short)(look + 1) : 0;
}

int screen_put_look(int line, int column, int width, enum look look, const char *text)
{
	return put(line, column, width, A_NORMAL, pair_of(look), text);
}

/* Without colours each kind has its letter, a small one where the cell is
 * mostly free. */
static const char *letter_of(const struct cell *cell)
{
	static const char *const full[LOOKS] = {
		[LOOK_BEYOND] = " ", [LOOK_ROOM] = ".", [LOOK_FENCE] = "/", [LOOK_GUARD] = ":",
		[LOOK_GUEST] = "G", [LOOK_ESCAPE] = "!", [LOOK_HOST] = "H", [LOOK_FOREIGN] = "F",
		[LOOK_OWN] = "O", [LOOK_UNKNOWN] = "U", [LOOK_STAYED] = " ", [LOOK_CAME] = " ",
		[LOOK_WENT] = " ", [LOOK_CHANGED] = " ",
	};
	static const char *const part[LOOKS] = {
		[LOOK_GUEST] = "g", [LOOK_HOST] = "h", [LOOK_FOREIGN] = "f", [LOOK_OWN] = "o",
		[LOOK_UNKNOWN] = "u",
	};

	return cell->fill < 4 && part[cell->look] ? part[cell->look] : full[cell->look];
}

static const char *glyph_of(const struct cell *cell)
{
	static const char *const shades[] = { "░", "▒", "▓", "█" };

	if (!colors || look_ground(cell->look))
		return letter_of(cell);
	if (utf8)
		return shades[cell->fill >= 8 ? 3 : cell->fill / 3];
	return cell->fill < 4 ? "+" : "#";
}

void screen_cell(int line, int column, const struct cell *cell, bool chosen)
{
	attr_t attributes = look_ground(cell->look) && !chosen ? A_DIM : A_NORMAL;

	put(line, column, 1, chosen && look_ground(cell->look) ? A_BOLD : attributes,
	    pair_of(cell->look), glyph_of(cell));
}

static int translate(int key)
{
	switch (key) {
	case KEY_UP: case 'k': return SCREEN_UP;
	case KEY_DOWN: case 'j': return SCREEN_DOWN;
	case KEY_PPAGE: return SCREEN_PAGE_UP;
	case KEY_NPAGE: return SCREEN_PAGE_DOWN;
	case KEY_HOME: case 'g': return SCREEN_FIRST;
	case KEY_END: case 'G': return SCREEN_LAST;
	case KEY_ENTER: case '\n': case '\r': case '+': case KEY_RIGHT: case 'l':
		return SCREEN_ENTER;
	case KEY_BACKSPACE: case '\b': case 127: case '-': case KEY_LEFT: case 'h': case ESCAPE:
		return SCREEN_BACK;
	case KEY_RESIZE: return SCREEN_RESIZED;
	case 'q': case 'Q': return SCREEN_END;
	}
	return key < 256 ? key : 0;
}

int screen_key(double until, int fd)
{
	struct pollfd files[] = { { .fd = STDIN_FILENO, .events = POLLIN },
				  { .fd = fd, .events = POLLIN } };
	double left = until - sight_clock();
	int key = getch(), ready;

	if (ended)
		return SCREEN_END;
	if (key != ERR)
		return translate(key);
	ready = poll(files, 2, left > 0 ? (int)(left * 1000) + 1 : 0);
	if (ended || (ready < 0 && errno != EINTR))
		return SCREEN_END;
	key = getch();
	if (key != ERR)
		return translate(key);
	/* Ready, and nothing to read: nobody is at the other end. */
	return ready > 0 && files[0].revents ? SCREEN_END : SCREEN_NONE;
}
