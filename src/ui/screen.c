#include "ui/screen.h"

#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <ncurses.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <term.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>

#include "base/clock.h"
#include "base/text.h"
#include "ui/clipboard.h"
#include "ui/keyseq.h"

#undef columns /* term.h makes macros of such words */

enum {
	/* backgrounds among 256 colours, on which all of the theme's colours can be read */
	CURSOR_DARK = 238,
	TRACE_DARK = 235,
	CURSOR_LIGHT = 252,
	TRACE_LIGHT = 255,
	RESTORE_SIZE = 256,
	READ_SIZE = 4096, /* what a terminal's line holds */
};

/* Buttons and the wheel, with coordinates of any size; pasted text between brackets. Terminals that know neither pass
 * over it. */
static const char mouse_on[] = "\033[?1000h\033[?1006h";
static const char paste_on[] = "\033[?2004h";
static const char reports_off[] = "\033[?2004l\033[?1006l\033[?1000l";

static struct {
	SCREEN *terminal;
	FILE *tty;  /* opened by us, or NULL */
	int fd;	    /* of the keyboard */
	int out_fd; /* the same terminal */
	enum theme theme;
	struct grid shown;
	struct termios modes;
	struct winsize size;
	struct keyseq keys;
	uint8_t bytes[READ_SIZE]; /* that the keys are read from */
	bool has_mouse;
	struct sigaction suspend; /* as ncurses has it */
	bool knows_suspend;
	struct sigaction suspend_lent;
	char restore[RESTORE_SIZE]; /* what puts the terminal back, for the signal handler */
	size_t restore_len;
} screen;

enum {
	CRASH_SIGNALS = 6,
};

static const int crash_signals[CRASH_SIGNALS] = {SIGABRT, SIGQUIT, SIGSEGV, SIGBUS, SIGFPE, SIGILL};
static struct sigaction before[CRASH_SIGNALS]; /* what they did before us */

/* Only functions that are safe in a handler. SA_RESETHAND has put the default back: raising it again ends us. */
static void on_crash(int number)
{
	if (write(screen.out_fd, screen.restore, screen.restore_len) >= 0)
		tcsetattr(screen.fd, TCSANOW, &screen.modes);
	raise(number);
}

/* Who was here before us may know what to do: a mapped file that shrinks is no crash. If not, he has put another action
 * in our place. */
static void on_fault(int number, siginfo_t *info, void *context)
{
	struct sigaction now;

	for (int i = 0; i < CRASH_SIGNALS; i++)
		if (crash_signals[i] == number)
			before[i].sa_sigaction(number, info, context);
	sigaction(number, NULL, &now);
	if ((now.sa_flags & SA_SIGINFO) && now.sa_sigaction == on_fault)
		return;
	signal(number, SIG_DFL);
	on_crash(number);
}

static void add_restore(const char *capability)
{
	const char *text = tigetstr(capability);
	size_t len;

	if (text == NULL || text == (const char *)-1)
		return;
	len = strlen(text);
	if (len >= RESTORE_SIZE - screen.restore_len)
		return;
	memcpy(screen.restore + screen.restore_len, text, len);
	screen.restore_len += len;
}

static void send(const char *text)
{
	if (write(screen.out_fd, text, strlen(text)) < 0)
		beep();
}

static void ask_for_reports(void)
{
	send(paste_on);
	if (screen.has_mouse)
		send(mouse_on);
}

/* While we are stopped the terminal is the shell's. The handler of ncurses stops us, and returns when we go on. */
static void on_suspend(int number)
{
	int error = errno;

	if (write(screen.out_fd, reports_off, sizeof(reports_off) - 1) >= 0)
		screen.suspend.sa_handler(number);
	if (write(screen.out_fd, paste_on, sizeof(paste_on) - 1) >= 0 && screen.has_mouse &&
	    write(screen.out_fd, mouse_on, sizeof(mouse_on) - 1) < 0)
		error = errno;
	errno = error;
}

static bool has_suspend(void)
{
	return screen.knows_suspend && screen.suspend.sa_handler != SIG_DFL && screen.suspend.sa_handler != SIG_IGN;
}

/* Where the screen is opened again, ncurses puts back what was there before its handler. */
static void prepare_suspend(void)
{
	struct sigaction action;

	if (!screen.knows_suspend)
		screen.knows_suspend = sigaction(SIGTSTP, NULL, &screen.suspend) == 0;
	if (!has_suspend())
		return;
	action = screen.suspend;
	action.sa_handler = on_suspend;
	sigaction(SIGTSTP, &action, NULL);
}

static void forget_suspend(void)
{
	struct sigaction plain = {.sa_handler = SIG_DFL};

	if (has_suspend())
		sigaction(SIGTSTP, &plain, NULL);
}

static bool is_chained(int i)
{
	return crash_signals[i] == SIGBUS && (before[i].sa_flags & SA_SIGINFO);
}

static void prepare_crash(void)
{
	struct sigaction crash = {.sa_handler = on_crash, .sa_flags = (int)SA_RESETHAND};
	struct sigaction fault = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};

	memcpy(screen.restore, reports_off, sizeof(reports_off) - 1);
	screen.restore_len = sizeof(reports_off) - 1;
	add_restore("sgr0");
	add_restore("cnorm");
	add_restore("rmkx");
	add_restore("rmcup");
	for (int i = 0; i < CRASH_SIGNALS; i++) {
		sigaction(crash_signals[i], NULL, &before[i]);
		sigaction(crash_signals[i], is_chained(i) ? &fault : &crash, NULL);
	}
}

static void forget_crash(void)
{
	for (int i = 0; i < CRASH_SIGNALS; i++)
		sigaction(crash_signals[i], &before[i], NULL);
}

static bool has_many_colours(void)
{
	return COLORS >= 256;
}

static void make_pairs(void)
{
	bool is_light = screen.theme == THEME_LIGHT;
	short trace = has_many_colours() ? is_light ? TRACE_LIGHT : TRACE_DARK : -1;
	short cursor = has_many_colours() ? is_light ? CURSOR_LIGHT : CURSOR_DARK : -1;

	if (!has_colors())
		return;
	for (int i = 0; i < STYLES; i++) {
		struct style_look look = style_look(screen.theme, (enum style)i);
		short colour = has_many_colours() ? look.colour : look.basic_colour;

		init_pair((short)(1 + i), colour, -1);
		init_pair((short)(1 + STYLES + i), colour, trace);
		init_pair((short)(1 + 2 * STYLES + i), colour, cursor);
	}
}

static attr_t attributes_of(const struct style_look *look)
{
	attr_t attributes = A_NORMAL;

	if (look->attributes & STYLE_BOLD)
		attributes |= A_BOLD;
	if ((look->attributes & STYLE_DIM) && (look->colour < 0 || !has_many_colours()))
		attributes |= A_DIM;
	if (look->attributes & STYLE_REVERSE)
		attributes |= A_REVERSE;
	if (look->attributes & STYLE_UNDERLINE)
		attributes |= A_UNDERLINE;
	return attributes;
}

/* With few colours the row under the cursor is reversed whole: pieces of it in colours would be a patchwork. */
static attr_t cell_look(uint16_t style, short *pair)
{
	int meaning = style & ~STYLE_FLAGS;
	struct style_look look = style_look(screen.theme, (enum style)meaning);
	attr_t attributes = attributes_of(&look);
	bool has_colours = has_colors() && screen.theme != THEME_MONO;

	*pair = has_colours ? (short)(1 + meaning) : 0;
	if ((style & STYLE_FLAGS) == 0)
		return attributes;
	if (has_colours && has_many_colours()) {
		*pair = (short)(*pair + (style & STYLE_CURSOR ? 2 : 1) * STYLES);
		return attributes;
	}
	if (style & STYLE_CURSOR) {
		*pair = 0;
		return (attributes & ~(attr_t)A_DIM) | A_REVERSE;
	}
	return attributes | A_BOLD;
}

/* Where the terminal's library gives the character another width than we do, a replacement keeps the columns right. */
static void cell_text(const struct grid_cell *cell, wchar_t out[CCHARW_MAX])
{
	int at = 0;

	memset(out, 0, CCHARW_MAX * sizeof(out[0]));
	if (wcwidth((wchar_t)cell->character) != cell->width) {
		out[at] = screen_is_utf8() ? TEXT_REPLACEMENT : L'?';
		return;
	}
	out[at++] = (wchar_t)cell->character;
	for (int i = 0; i < GRID_COMBINING && cell->combining[i] != 0; i++)
		if (wcwidth((wchar_t)cell->combining[i]) == 0)
			out[at++] = (wchar_t)cell->combining[i];
}

static void show_cell(const struct grid_cell *cell, int column, int row)
{
	wchar_t text[CCHARW_MAX];
	cchar_t shown;
	short pair;
	attr_t attributes = cell_look(cell->style, &pair);

	if (cell->width == 0)
		return;
	cell_text(cell, text);
	if (cell->width == 2 && (text[0] == TEXT_REPLACEMENT || text[0] == L'?'))
		mvaddch(row, column + 1, ' ');
	setcchar(&shown, text, attributes, pair, NULL);
	mvadd_wch(row, column, &shown);
}

static bool is_same(const struct grid_cell *a, const struct grid_cell *b)
{
	return a->character == b->character && a->style == b->style && a->width == b->width &&
	       memcmp(a->combining, b->combining, sizeof(a->combining)) == 0;
}

void screen_draw(const struct grid *g, bool is_whole)
{
	bool is_new = g->columns != screen.shown.columns || g->rows != screen.shown.rows;

	if (is_new || is_whole) {
		grid_reset(&screen.shown, g->columns, g->rows);
		erase();
		clearok(stdscr, TRUE);
	}
	for (int row = 0; row < g->rows; row++) {
		for (int column = 0; column < g->columns; column++) {
			const struct grid_cell *cell = grid_cell(g, column, row);

			if (!is_same(cell, grid_cell(&screen.shown, column, row)))
				show_cell(cell, column, row);
		}
	}
	memcpy(screen.shown.cells, g->cells, (size_t)g->columns * (size_t)g->rows * sizeof(*g->cells));
	curs_set(g->cursor_row >= 0 ? 1 : 0);
	if (g->cursor_row >= 0)
		move(g->cursor_row, g->cursor_column);
	refresh();
}

/* What came since the last look: false when nothing did. */
static bool read_terminal(void)
{
	struct pollfd fd = {.fd = screen.fd, .events = POLLIN};
	ssize_t len;

	if (poll(&fd, 1, 0) <= 0 || !(fd.revents & POLLIN))
		return false;
	len = read(screen.fd, screen.bytes, sizeof(screen.bytes));
	if (len <= 0)
		return false;
	keyseq_feed(&screen.keys, slice_of(screen.bytes, (size_t)len), clock_monotonic_ns());
	return true;
}

/* SIGWINCH only wakes us up: it may come while nobody waits. */
static bool is_resized(void)
{
	struct winsize size;

	if (ioctl(screen.fd, TIOCGWINSZ, &size) != 0 || size.ws_row == 0 || size.ws_col == 0 ||
	    (size.ws_row == screen.size.ws_row && size.ws_col == screen.size.ws_col))
		return false;
	screen.size = size;
	resizeterm(size.ws_row, size.ws_col);
	return true;
}

bool screen_read(struct input *out)
{
	if (is_resized()) {
		*out = (struct input){.key = INPUT_RESIZE};
		return true;
	}
	/* time counts only when nothing waits: what came in two pieces may have come while something else was done */
	while (screen.keys.unread.len > 0 || read_terminal())
		if (keyseq_next(&screen.keys, clock_monotonic_ns(), out))
			return true;
	return keyseq_next(&screen.keys, clock_monotonic_ns(), out);
}

int screen_wait_ms(void)
{
	return keyseq_wait_ms(&screen.keys, clock_monotonic_ns());
}

/* The terminal for one direction: the standard stream, or /dev/tty. */
static FILE *stream_for(FILE *standard)
{
	if (isatty(fileno(standard)))
		return standard;
	if (screen.tty == NULL)
		screen.tty = fopen("/dev/tty", "r+e");
	return screen.tty;
}

static void set_modes(void)
{
	cbreak();
	noecho();
	nonl();
	curs_set(0);
	if (has_colors()) {
		start_color();
		use_default_colors();
	}
}

static void close_tty(void)
{
	if (screen.tty != NULL)
		fclose(screen.tty);
	screen.tty = NULL;
}

static bool has_capability(const char *name)
{
	const char *text = tigetstr(name);

	return text != NULL && text != (const char *)-1;
}

bool screen_open(enum theme theme, struct error *err)
{
	FILE *in = stream_for(stdin);
	FILE *out = stream_for(stdout);

	if (in == NULL || out == NULL)
		return error_set(err, "no terminal for the screen (%s): use --no-ui, --json or --report",
				 strerror(errno));
	if (strcmp(setlocale(LC_CTYPE, NULL), "C") == 0)
		setlocale(LC_CTYPE, "");
	screen.fd = fileno(in);
	screen.out_fd = fileno(out);
	tcgetattr(screen.fd, &screen.modes);
	screen.terminal = newterm(NULL, out, in);
	if (screen.terminal == NULL) {
		const char *type = getenv("TERM");

		close_tty();
		return error_set(err, "the terminal type \"%s\" is not known: set TERM, or use --no-ui",
				 type ? type : "");
	}
	if (!has_capability("cup")) {
		endwin();
		delscreen(screen.terminal);
		close_tty();
		return error_set(err, "the terminal type \"%s\" cannot show a screen: set TERM, or use --no-ui",
				 getenv("TERM"));
	}
	set_modes();
	keyseq_init(&screen.keys, screen_is_utf8());
	ioctl(screen.fd, TIOCGWINSZ, &screen.size);
	screen.has_mouse = has_capability("kmous");
	prepare_crash();
	prepare_suspend();
	ask_for_reports();
	screen_theme(theme);
	return true;
}

/* Who is stopped and goes on while another has the terminal does not draw. */
void screen_lend(void)
{
	struct sigaction plain = {.sa_handler = SIG_DFL};

	send(reports_off);
	endwin();
	sigaction(SIGTSTP, &plain, &screen.suspend_lent);
}

void screen_take_back(void)
{
	const char *modes = tigetstr("is2"); /* that somebody may have changed */

	sigaction(SIGTSTP, &screen.suspend_lent, NULL);
	if (modes != NULL && modes != (const char *)-1)
		send(modes);
	refresh();
	ask_for_reports();
}

void screen_close(void)
{
	send(reports_off);
	forget_crash();
	forget_suspend();
	if (!has_capability("rmcup")) { /* the prompt would come into what is left of the screen */
		erase();
		refresh();
	}
	endwin();
	delscreen(screen.terminal);
	grid_fini(&screen.shown);
	close_tty();
}

bool screen_is_utf8(void)
{
	return strcmp(nl_langinfo(CODESET), "UTF-8") == 0;
}

int screen_fd(void)
{
	return screen.fd;
}

void screen_size(int *columns, int *rows)
{
	getmaxyx(stdscr, *rows, *columns);
}

static enum clipboard clipboard(void)
{
	return clipboard_of(getenv("TERM"), getenv("TMUX"), getenv("STY"));
}

bool screen_has_clipboard(void)
{
	return clipboard() != CLIPBOARD_NONE;
}

bool screen_copy(struct slice text)
{
	struct buffer out = {0};
	struct slice rest;
	ssize_t written = 0;

	clipboard_put(clipboard(), text, &out);
	rest = buffer_slice(&out);
	while (rest.len > 0 && (written >= 0 || errno == EINTR)) {
		written = write(screen.out_fd, rest.data, rest.len);
		rest = slice_after(rest, written > 0 ? (size_t)written : 0);
	}
	buffer_fini(&out);
	return rest.len == 0;
}

void screen_theme(enum theme theme)
{
	screen.theme = theme;
	make_pairs();
}
