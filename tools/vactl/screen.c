/* SPDX-License-Identifier: MIT */
#include "screen.h"

#include <langinfo.h>
#include <poll.h>
#include <signal.h>
#include <wchar.h>

#include "core/size.h"

#define TEXT_MAX 512
#define ESCAPE 27

static volatile sig_atomic_t ended; /* the signal that asked for the end */
static SCREEN *terminal;
static bool utf8, colors;

static void on_signal(int number)
{
	ended = number;
}

/* Sets the handler of signals that would leave the terminal unrestored. ncurses handles
 * SIGTSTP and SIGWINCH. */
static void set_signals(void (*handler)(int))
{
	static const int signals[] = { SIGINT, SIGTERM, SIGHUP, SIGQUIT };
	/* SA_RESTART is missing, since the signal ends the wait for a key. */
	struct sigaction action = { .sa_handler = handler };

	for (size_t i = 0; i < ARRAY_SIZE(signals); i++)
		sigaction(signals[i], &action, NULL);
}

static void set_colors(void)
{
	const char *no_color = getenv("NO_COLOR");

	colors = has_colors() && !(no_color && *no_color) && start_color() == OK;
	if (!colors)
		return;
	use_default_colors();
	for (short look = 0; look < LOOKS; look++)
		init_pair((short)(look + 1), COLORS >= 256 ? look_styles[look].many :
							     look_styles[look].few, -1);
}

static bool has_capability(const char *name)
{
	const char *value = tigetstr(name);

	return value && value != (const char *)-1 && *value;
}

static void leave_terminal(void)
{
	endwin();
	delscreen(terminal);
	terminal = NULL;
}

bool screen_open(void)
{
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal)
		return false;
	/* Drawing takes cursor addressing. */
	if (!has_capability("cup") || !has_capability("clear")) {
		leave_terminal();
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
	leave_terminal();
	set_signals(SIG_DFL);
	if (number)
		raise(number);
}

/* Converts as many characters as fit `width` columns. Replaces characters that the locale
 * does not know by '?'. Returns the columns taken. */
static int convert_text(const char *text, int width, wchar_t *wide)
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

static int put_text(int line, int column, int width, attr_t attributes, short pair,
		    const char *text)
{
	wchar_t wide[TEXT_MAX];
	int used;

	if (line < 0 || line >= LINES || column < 0 || column >= COLS)
		return 0;
	if (width > COLS - column)
		width = COLS - column;
	used = convert_text(text, width, wide);
	attr_set(attributes, pair, NULL);
	mvaddwstr(line, column, wide);
	attr_set(A_NORMAL, 0, NULL);
	return used;
}

int screen_put(int line, int column, attr_t attributes, const char *format, ...)
{
	SCOPED char *text = NULL;
	va_list args;

	va_start(args, format);
	text = memory_text_of(format, args);
	va_end(args);
	return put_text(line, column, COLS, attributes, 0, text);
}

static short pair_of(enum look look)
{
	return colors ? (short)(look + 1) : 0;
}

void screen_put_look(int line, int column, int width, enum look look, const char *text)
{
	put_text(line, column, width, A_NORMAL, pair_of(look), text);
}

/* The text of a cell: a letter without colours, else a shade or a sign. */
static const char *glyph_of(const struct cell *cell)
{
	static const char *const shades[] = { "░", "▒", "▓", "█" };
	const struct look_style *style = &look_styles[cell->look];

	if (!colors || look_rank(cell->look) < 2)
		return cell->fill < 4 && style->part ? style->part : style->full;
	if (utf8)
		return shades[cell->fill >= 8 ? 3 : cell->fill / 3];
	return cell->fill < 4 ? "+" : "#";
}

void screen_cell(int line, int column, const struct cell *cell, bool chosen)
{
	attr_t attributes = !look_ground(cell->look) ? A_NORMAL : chosen ? A_BOLD : A_DIM;

	put_text(line, column, 1, attributes, pair_of(cell->look), glyph_of(cell));
}

static int translate_key(int key)
{
	switch (key) {
	case 'k': return KEY_UP;
	case 'j': return KEY_DOWN;
	case 'g': return KEY_HOME;
	case 'G': return KEY_END;
	case '\n': case '\r': case '+': case KEY_RIGHT: case 'l': return KEY_ENTER;
	case '\b': case 127: case '-': case KEY_LEFT: case 'h': case ESCAPE: return KEY_BACKSPACE;
	case '?': case KEY_F(1): return KEY_HELP;
	case 'q': case 'Q': return KEY_EXIT;
	}
	return key;
}

int screen_key(double until, int fd)
{
	struct pollfd files[] = { { .fd = STDIN_FILENO, .events = POLLIN },
				  { .fd = fd, .events = POLLIN } };
	double left = until - snapshot_clock();
	int key = getch(), ready;

	if (ended)
		return KEY_EXIT;
	if (key != ERR)
		return translate_key(key);
	ready = poll(files, 2, left > 0 ? (int)(left * 1000) + 1 : 0);
	if (ended || (ready < 0 && errno != EINTR))
		return KEY_EXIT;
	key = getch();
	if (key != ERR)
		return translate_key(key);
	/* Ready without a key: the terminal is gone. */
	return ready > 0 && files[0].revents ? KEY_EXIT : ERR;
}

long screen_move(int key, long at, long last, long page)
{
	switch (key) {
	case KEY_UP: at--; break;
	case KEY_DOWN: at++; break;
	case KEY_PPAGE: at -= page; break;
	case KEY_NPAGE: at += page; break;
	case KEY_HOME: at = 0; break;
	case KEY_END: at = last; break;
	}
	return at < 0 ? 0 : at > last ? last : at;
}
