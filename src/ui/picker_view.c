#include "ui/picker_view.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/rowtext.h"
#include "ui/column.h"
#include "ui/format.h"

enum {
	HEAD_LINES = 2, /* title, names of the columns */
	FOOT_LINES = 2, /* message, keys */
	LEAST_LINES = HEAD_LINES + FOOT_LINES + 1,
	LEAST_COLUMNS = 20,
	GAP = 2,
};

static const char title[] = "choose where to capture";
static const char help[] =
	"Figures are of the last half second, of both directions; beside each mail port its packets of the last 10 "
	"seconds. Without this list: mailtap -i NAME, or a line interface = \"NAME\" in mailtap.conf(5).";

/* ---- rows ---- */

static void name_text(const void *row, struct column_text *out)
{
	const struct interface_row *r = row;

	rowtext_put(out->text, sizeof(out->text), slice_from_text(r->name));
}

static void state_text(const void *row, struct column_text *out)
{
	static const struct {
		const char *text;
		enum snapshot_meaning meaning;
	} states[] = {
		[INTERFACE_ROW_UP] = {"up", MEANING_PLAIN},
		[INTERFACE_ROW_NO_CARRIER] = {"no carrier", MEANING_MUTED},
		[INTERFACE_ROW_DOWN] = {"down", MEANING_MUTED},
	};
	const struct interface_row *r = row;

	snprintf(out->text, sizeof(out->text), "%s", states[r->state].text);
	out->meaning = states[r->state].meaning;
}

static void packets_text(const void *row, struct column_text *out)
{
	char number[FORMAT_SIZE];

	format_count(number, ((const struct interface_row *)row)->packets);
	snprintf(out->text, sizeof(out->text), "%s", number);
}

static void bytes_text(const void *row, struct column_text *out)
{
	char number[FORMAT_SIZE];

	format_bytes(number, ((const struct interface_row *)row)->bytes);
	snprintf(out->text, sizeof(out->text), "%s", number);
}

static void ports_text(const void *row, struct column_text *out)
{
	const struct interface_row *r = row;
	char number[FORMAT_SIZE];
	char text[2 * FORMAT_SIZE];

	for (size_t i = 0; i < r->port_count; i++) {
		format_bytes_short(number, r->ports[i].packets);
		snprintf(text, sizeof(text), "%s%u (%s)", i > 0 ? " " : "", (unsigned int)r->ports[i].port, number);
		rowtext_append(out->text, sizeof(out->text), slice_from_text(text));
	}
	out->meaning = MEANING_GOOD;
}

static void addresses_text(const void *row, struct column_text *out)
{
	snprintf(out->text, sizeof(out->text), "%s", ((const struct interface_row *)row)->addresses);
}

static const struct column columns[] = {
	{"Interface", 5, 15, 0, 0, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, name_text},
	{"State", 5, 10, 0, 3, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, state_text},
	{"Packets/s", 9, 9, 0, 1, true, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, packets_text},
	{"Bytes/s", 7, 7, 0, 4, true, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, bytes_text},
	{"Mail ports", 14, 24, 2, 2, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, ports_text},
	{"Addresses", 9, 15, 3, 5, false, false, COLUMN_NO_DIGITS, COLUMN_UNSORTED, addresses_text},
};

static const struct column_table table = {columns, sizeof(columns) / sizeof(columns[0])};

static void add_port(struct interface_row *sum, const struct interface_row_port *port)
{
	size_t at = 0;

	while (at < sum->port_count && sum->ports[at].port < port->port)
		at++;
	if (at < sum->port_count && sum->ports[at].port == port->port) {
		sum->ports[at].packets += port->packets;
		return;
	}
	if (sum->port_count == INTERFACE_ROW_PORTS)
		return;
	memmove(&sum->ports[at + 1], &sum->ports[at], (sum->port_count - at) * sizeof(sum->ports[0]));
	sum->ports[at] = *port;
	sum->port_count++;
}

static void begin_rows(struct picker_view *v)
{
	v->rows[0] = (struct interface_row){.name = "any", .addresses = "all of them", .state = INTERFACE_ROW_UP};
	v->count = 1;
}

static void add_row(struct picker_view *v, const struct interface_row *row)
{
	struct interface_row *any = &v->rows[0];

	v->rows[v->count++] = *row;
	any->packets += row->packets;
	any->bytes += row->bytes;
	for (size_t i = 0; i < row->port_count; i++)
		add_port(any, &row->ports[i]);
}

/* ---- the cursor ---- */

static size_t room(const struct picker_view *v)
{
	return v->lines > HEAD_LINES + FOOT_LINES ? (size_t)(v->lines - HEAD_LINES - FOOT_LINES) : 1;
}

static void scroll(struct picker_view *v)
{
	size_t lines = room(v);

	if (v->cursor < v->top)
		v->top = v->cursor;
	if (v->cursor >= v->top + lines)
		v->top = v->cursor - lines + 1;
	if (v->top + lines > v->count)
		v->top = v->count > lines ? v->count - lines : 0;
}

static void move_to(struct picker_view *v, size_t row)
{
	v->cursor = row < v->count ? row : v->count - 1;
	v->message[0] = '\0';
	scroll(v);
}

void picker_view_init(struct picker_view *v)
{
	*v = (struct picker_view){.columns = 80, .lines = 24};
	begin_rows(v);
}

void picker_view_resize(struct picker_view *v, int width, int lines)
{
	v->columns = width;
	v->lines = lines;
	v->redraw = true;
	scroll(v);
}

void picker_view_update(struct picker_view *v, const struct interface_row *rows, size_t count)
{
	char chosen[INTERFACE_ROW_NAME_SIZE];
	bool was_any = v->cursor == 0;

	memcpy(chosen, v->rows[v->cursor].name, sizeof(chosen));
	begin_rows(v);
	v->cursor = 0;
	for (size_t i = 0; i < count && v->count < PICKER_VIEW_ROWS; i++) {
		if (!was_any && strcmp(rows[i].name, chosen) == 0)
			v->cursor = v->count;
		add_row(v, &rows[i]);
	}
	if (!was_any && v->cursor == 0) {
		rowtext_put(v->message, sizeof(v->message), slice_from_text(chosen));
		rowtext_append(v->message, sizeof(v->message), slice_from_text(" is gone"));
	}
	scroll(v);
}

/* ---- keys ---- */

static void choose(struct picker_view *v)
{
	const struct interface_row *row = &v->rows[v->cursor];
	char name[4 * INTERFACE_ROW_NAME_SIZE];

	if (row->state != INTERFACE_ROW_DOWN) {
		v->end = PICKER_VIEW_CHOSEN;
		return;
	}
	rowtext_put(name, sizeof(name), slice_from_text(row->name));
	rowtext_printf(v->message, sizeof(v->message), "%s is down; bring it up with: ip link set %s up", name, name);
}

/* A click on the row under the cursor is Enter. */
static void click(struct picker_view *v, int line)
{
	size_t row = v->top + (size_t)(line - HEAD_LINES);

	if (line < HEAD_LINES || line >= v->lines - FOOT_LINES || row >= v->count)
		return;
	if (row == v->cursor)
		choose(v);
	else
		move_to(v, row);
}

static size_t up(const struct picker_view *v, size_t rows)
{
	return v->cursor > rows ? v->cursor - rows : 0;
}

static void press(struct picker_view *v, int key)
{
	switch (key) {
	case INPUT_ENTER:
		choose(v);
		break;
	case INPUT_ESCAPE:
	case 'q':
		v->end = PICKER_VIEW_LEFT;
		break;
	case '?':
	case INPUT_F1:
		v->has_help = !v->has_help;
		break;
	case INPUT_CONTROL('l'):
		v->redraw = true;
		break;
	default:
		break;
	}
}

void picker_view_input(struct picker_view *v, const struct input *in)
{
	if (in->is_pasted || v->end != PICKER_VIEW_OPEN)
		return;
	switch (in->key) {
	case INPUT_UP:
	case INPUT_WHEEL_UP:
	case 'k':
		move_to(v, up(v, 1));
		break;
	case INPUT_DOWN:
	case INPUT_WHEEL_DOWN:
	case 'j':
		move_to(v, v->cursor + 1);
		break;
	case INPUT_PAGE_UP:
		move_to(v, up(v, room(v)));
		break;
	case INPUT_PAGE_DOWN:
		move_to(v, v->cursor + room(v));
		break;
	case INPUT_HOME:
	case 'g':
		move_to(v, 0);
		break;
	case INPUT_END:
	case 'G':
		move_to(v, v->count - 1);
		break;
	case INPUT_CLICK:
		click(v, in->row);
		break;
	default:
		press(v, in->key);
	}
}

/* ---- drawing ---- */

static void draw_title(const struct picker_view *v, struct grid *g)
{
	int column = grid_put(g, 0, 0, g->columns, "mailtap", STYLE_TITLE) + GAP;
	char place[2 * FORMAT_SIZE];

	column += grid_put(g, column, 0, g->columns - column, title, STYLE_PLAIN) + GAP;
	snprintf(place, sizeof(place), "%zu of %zu", v->cursor + 1, v->count);
	if (column + grid_text_columns(place) <= g->columns)
		grid_put_right(g, column, 0, g->columns - column, place, STYLE_MUTED);
}

static void draw_rows(const struct picker_view *v, struct grid *g)
{
	uint8_t order[COLUMNS_MAX];
	int widths[COLUMNS_MAX];
	size_t lines = room(v);

	column_order(&table, order);
	column_fit(&table, 0, 0, g->columns, widths);
	column_draw_names(&table, widths, order, g, 0, 1, COLUMN_UNSORTED, false);
	for (size_t i = 0; i < lines && v->top + i < v->count; i++) {
		int line = HEAD_LINES + (int)i;

		column_draw_row(&table, widths, order, g, 0, line, &v->rows[v->top + i]);
		if (v->top + i == v->cursor)
			grid_flag(g, (struct rect){0, line, g->columns, 1}, STYLE_CURSOR);
	}
}

static int help_lines(int width)
{
	const char *at = help;
	int lines = 0;

	for (; *at != '\0'; lines++) {
		at += format_line_len(at, (size_t)width);
		at += strspn(at, " ");
	}
	return lines;
}

static void draw_message(const struct picker_view *v, struct grid *g)
{
	int lines = help_lines(g->columns);
	struct rect rect;

	if (v->message[0] != '\0')
		grid_put(g, 0, g->rows - FOOT_LINES, g->columns, v->message, STYLE_WARNING);
	if (!v->has_help || v->message[0] != '\0')
		return;
	if (lines > g->rows - HEAD_LINES - 1)
		lines = g->rows - HEAD_LINES - 1;
	rect = (struct rect){0, g->rows - 1 - lines, g->columns, lines};
	grid_blank(g, rect, STYLE_PLAIN);
	grid_put_wrapped(g, rect, help, STYLE_NOTICE);
}

static void draw_keys(struct grid *g)
{
	static const struct {
		const char *key;
		const char *label;
	} keys[] = {{"Enter", "Start"}, {"q", "Quit"}, {"?", "Help"}, {"Up Down Home End", "Move"}};
	int column = 0;

	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		int needed = grid_text_columns(keys[i].key) + 1 + grid_text_columns(keys[i].label);

		if (column + needed > g->columns)
			return;
		column += grid_put(g, column, g->rows - 1, g->columns - column, keys[i].key, STYLE_KEY) + 1;
		column += grid_put(g, column, g->rows - 1, g->columns - column, keys[i].label, STYLE_LABEL) + GAP;
	}
}

void picker_view_draw(const struct picker_view *v, struct grid *g)
{
	g->ascii = v->ascii;
	grid_reset(g, v->columns, v->lines);
	if (v->lines < LEAST_LINES || v->columns < LEAST_COLUMNS) {
		grid_put(g, 0, 0, g->columns, "terminal too small", STYLE_WARNING);
		grid_put(g, 0, 1, g->columns, "q quits", STYLE_PLAIN);
		return;
	}
	draw_title(v, g);
	draw_rows(v, g);
	draw_message(v, g);
	draw_keys(g);
}
