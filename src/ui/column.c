#include "ui/column.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

uint32_t column_hidden(const struct column_table *table)
{
	uint32_t hidden = 0;

	assert(table->count <= COLUMNS_MAX);
	for (size_t i = 0; i < table->count; i++)
		if (table->columns[i].is_hidden)
			hidden |= 1U << i;
	return hidden;
}

/* Columns that the shown ones take, with the blanks between them. */
static int taken(const struct column_table *table, const int widths[COLUMNS_MAX])
{
	int sum = -1;

	for (size_t i = 0; i < table->count; i++)
		if (widths[i] > 0)
			sum += widths[i] + 1;
	return sum;
}

/* Leaves out the shown column of the highest rank; false when none may go. */
static bool leave_one_out(const struct column_table *table, int widths[COLUMNS_MAX])
{
	size_t chosen = table->count;

	for (size_t i = 0; i < table->count; i++)
		if (widths[i] > 0 && table->columns[i].rank > 0 &&
		    (chosen == table->count || table->columns[i].rank > table->columns[chosen].rank))
			chosen = i;
	if (chosen == table->count)
		return false;
	widths[chosen] = 0;
	return true;
}

/* One more for each column of that rank that is not as wide as it would like. */
static int widen_rank(const struct column_table *table, int widths[COLUMNS_MAX], int rank, int spare)
{
	for (size_t i = 0; i < table->count && spare > 0; i++) {
		const struct column *c = &table->columns[i];

		if (widths[i] == 0 || c->rank != rank || widths[i] >= c->ideal)
			continue;
		widths[i]++;
		spare--;
	}
	return spare;
}

static int give_ideal(const struct column_table *table, int widths[COLUMNS_MAX], int spare)
{
	for (int rank = 0; rank < COLUMNS_MAX; rank++) {
		int before;

		do {
			before = spare;
			spare = widen_rank(table, widths, rank, spare);
		} while (spare < before);
	}
	return spare;
}

static void share(const struct column_table *table, int widths[COLUMNS_MAX], int spare)
{
	int shares = 0;

	for (size_t i = 0; i < table->count; i++)
		shares += widths[i] > 0 ? table->columns[i].grow : 0;
	for (size_t i = 0; i < table->count && shares > 0; i++) {
		int part = widths[i] > 0 ? spare * table->columns[i].grow / shares : 0;

		if (widths[i] == 0)
			continue;
		widths[i] += part;
		spare -= part;
		shares -= table->columns[i].grow;
	}
}

static int smallest(const struct column *c, uint64_t largest)
{
	int digits = 1;

	while ((largest /= 10) > 0)
		digits++;
	if (c->digits != COLUMN_NO_DIGITS && digits + c->digits > c->smallest)
		return digits + c->digits;
	return c->smallest;
}

void column_fit(const struct column_table *table, uint32_t hidden, uint64_t largest, int columns,
		int widths[COLUMNS_MAX])
{
	memset(widths, 0, COLUMNS_MAX * sizeof(widths[0]));
	for (size_t i = 0; i < table->count; i++)
		widths[i] = hidden >> i & 1 ? 0 : smallest(&table->columns[i], largest);
	while (taken(table, widths) > columns && leave_one_out(table, widths))
		;
	if (taken(table, widths) <= columns)
		share(table, widths, give_ideal(table, widths, columns - taken(table, widths)));
}

void column_order(const struct column_table *table, uint8_t order[COLUMNS_MAX])
{
	for (size_t i = 0; i < table->count; i++)
		order[i] = (uint8_t)i;
}

void column_move(const struct column_table *table, uint8_t order[COLUMNS_MAX], int column, int step)
{
	int at = 0;
	int to;

	while (order[at] != column)
		at++;
	to = at + step;
	if (to < 0 || to >= (int)table->count || table->columns[order[to]].name[0] == '\0')
		return;
	order[at] = order[to];
	order[to] = (uint8_t)column;
}

/* ---- as text, for the configuration ---- */

void column_put_chosen(const struct column_table *table, uint32_t hidden, const uint8_t order[COLUMNS_MAX], char *out,
		       size_t size)
{
	const char *separator = "";
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < table->count && len < size; i++) {
		const char *name = table->columns[order[i]].name;

		if (name[0] == '\0' || hidden >> order[i] & 1)
			continue;
		len += (size_t)snprintf(out + len, size - len, "%s%s", separator, name);
		separator = ", ";
	}
}

/* What is gathered: a column, and before it those without a name that belong to it. */
struct choice {
	uint8_t order[COLUMNS_MAX];
	size_t count;
	uint32_t taken;
};

static void take(const struct column_table *table, struct choice *c, size_t column)
{
	size_t first = column;

	while (first > 0 && table->columns[first - 1].name[0] == '\0')
		first--;
	for (size_t i = first; i <= column; i++)
		if (!(c->taken >> i & 1)) {
			c->taken |= 1U << i;
			c->order[c->count++] = (uint8_t)i;
		}
}

/* `table->count`: there is none. */
static size_t find_named(const struct column_table *table, struct slice name)
{
	size_t i = 0;

	while (i < table->count && (name.len == 0 || !slice_equals_nocase(name, table->columns[i].name)))
		i++;
	return i;
}

bool column_choose(const struct column_table *table, const char *chosen, uint32_t *hidden, uint8_t order[COLUMNS_MAX],
		   struct error *err)
{
	struct choice c = {.count = 0};
	struct slice rest = slice_from_text(chosen);
	bool is_known = true;
	uint32_t shown;

	while (rest.len > 0) {
		struct slice name = slice_trim(slice_sub(rest, 0, slice_find(rest, ',')));
		size_t column = find_named(table, name);

		if (column < table->count)
			take(table, &c, column);
		else
			is_known =
				error_set(err, "there is no column \"%.*s\"", (int)name.len, (const char *)name.data);
		rest = slice_after(rest, slice_find(rest, ',') + 1);
	}
	if (c.taken == 0)
		return is_known;
	shown = c.taken;
	for (size_t i = 0; i < table->count; i++)
		take(table, &c, i);
	memcpy(order, c.order, sizeof(c.order));
	*hidden = 0;
	for (size_t i = 0; i < table->count; i++)
		if (table->columns[i].name[0] != '\0' && !(shown >> i & 1))
			*hidden |= 1U << i;
	return is_known;
}

int column_at(const struct column_table *table, const int widths[COLUMNS_MAX], const uint8_t order[COLUMNS_MAX],
	      int place)
{
	for (size_t i = 0; i < table->count; i++) {
		int width = widths[order[i]];

		if (width > 0 && place <= width) /* the blank behind it, too */
			return place >= 0 ? order[i] : -1;
		place -= width > 0 ? width + 1 : 0;
	}
	return -1;
}

void column_draw_names(const struct column_table *table, const int widths[COLUMNS_MAX],
		       const uint8_t order[COLUMNS_MAX], struct grid *g, int column, int row, int sort,
		       bool is_descending)
{
	enum symbol arrow = is_descending ? SYMBOL_DESCENDING : SYMBOL_ASCENDING;
	int first = column;
	int end = column + taken(table, widths);

	for (size_t k = 0; k < table->count; k++) {
		size_t i = order[k];
		const struct column *c = &table->columns[i];
		int name = grid_text_columns(c->name);
		/* beside the name; where that fills the column, in the blank between two of them */
		int mark = c->is_right ? column + widths[i] - name - 1 : column + name;
		bool sorts = c->sort != COLUMN_UNSORTED && c->sort == sort;
		bool has_room = mark >= first && mark < end && name <= widths[i];
		int room = sorts && !has_room ? widths[i] - 1 : widths[i];

		if (widths[i] == 0)
			continue;
		if (c->is_right)
			grid_put_right(g, column + widths[i] - room, row, room, c->name, STYLE_HEADING);
		else
			grid_put(g, column, row, room, c->name, STYLE_HEADING);
		if (sorts && has_room)
			grid_put_symbol(g, mark, row, arrow, STYLE_HEADING);
		else if (sorts)
			grid_put_symbol(g, c->is_right ? column : column + room, row, arrow, STYLE_HEADING);
		column += widths[i] + 1;
	}
}

static bool is_address(const char *host)
{
	return host[0] == '[' || host[strspn(host, "0123456789.")] == '\0';
}

/* "a-long-host-na…:25"; of an address, where both its ends tell most, "[2001:…:17]:25". */
static void draw_end_point(struct grid *g, int column, int row, int width, const char *text, uint16_t style)
{
	const char *port = strrchr(text, ':');
	int port_columns = port != NULL ? grid_text_columns(port) : 0;
	char host[COLUMN_TEXT_SIZE];
	int tail;

	if (port == NULL || grid_text_columns(text) <= width || port_columns + 4 > width) {
		grid_put(g, column, row, width, text, style);
		return;
	}
	snprintf(host, sizeof(host), "%.*s", (int)(port - text), text);
	tail = is_address(host) ? (width - port_columns - 1) / 2 : 0;
	column += grid_put(g, column, row, width - port_columns - tail, host, style);
	if (tail > 0)
		column += grid_put_from(g, column, row, tail, (uint32_t)(grid_text_columns(host) - tail), host, style);
	grid_put(g, column, row, port_columns, port, style);
}

static void draw_text(struct grid *g, int column, int row, int width, bool is_right, const struct column_text *out)
{
	uint16_t style = style_of(out->meaning);

	if (out->has_sign && width > 2) {
		grid_put_sign(g, column, row, out->meaning);
		column += 2;
		width -= 2;
	}
	for (int i = 0; i < out->level_count && i < width; i++)
		grid_put_level(g, column + i, row, out->levels[i], style);
	if (is_right)
		grid_put_right(g, column, row, width, out->text, style);
	else if (out->has_port)
		draw_end_point(g, column, row, width, out->text, style);
	else
		grid_put(g, column, row, width, out->text, style);
}

void column_draw_row(const struct column_table *table, const int widths[COLUMNS_MAX], const uint8_t order[COLUMNS_MAX],
		     struct grid *g, int column, int row, const void *data)
{
	for (size_t k = 0; k < table->count; k++) {
		struct column_text out = {.meaning = MEANING_PLAIN};
		size_t i = order[k];

		if (widths[i] == 0)
			continue;
		table->columns[i].text(data, &out);
		draw_text(g, column, row, widths[i], table->columns[i].is_right, &out);
		column += widths[i] + 1;
	}
}

static bool is_told(const struct column_table *table, uint32_t hidden, size_t i)
{
	return table->columns[i].name[0] != '\0' && !(hidden >> i & 1);
}

void column_put_names(const struct column_table *table, uint32_t hidden, const uint8_t order[COLUMNS_MAX],
		      struct buffer *out)
{
	const char *separator = "";

	for (size_t i = 0; i < table->count; i++) {
		if (!is_told(table, hidden, order[i]))
			continue;
		buffer_printf(out, "%s%s", separator, table->columns[order[i]].name);
		separator = "\t";
	}
}

void column_put_row(const struct column_table *table, uint32_t hidden, const uint8_t order[COLUMNS_MAX],
		    const void *data, struct buffer *out)
{
	const char *separator = "";

	for (size_t i = 0; i < table->count; i++) {
		struct column_text text = {.meaning = MEANING_PLAIN};

		if (!is_told(table, hidden, order[i]))
			continue;
		table->columns[order[i]].text(data, &text);
		buffer_printf(out, "%s%s", separator, text.level_count > 0 ? "" : text.text);
		separator = "\t";
	}
}
