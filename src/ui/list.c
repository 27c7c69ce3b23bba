#include "ui/list.h"

#include "ui/format.h"

static const void *row_at(const struct view_source *source, uint32_t index)
{
	return (const char *)source->rows + index * source->row_size;
}

void list_rows(const struct state *st, const struct snapshot *s, enum view_id id, struct view_rows *out)
{
	const struct view *view = view_get(id);
	uint64_t cursor = st->panes[id].cursor;
	struct snapshot_window w;

	if (view->rows != NULL) {
		view->rows(st, s, out);
		return;
	}
	w = view->source(s).window;
	*out = (struct view_rows){w.first, w.total, w.count, 0};
	if (!view->is_here(st, s) || out->count == 0)
		out->count = 0;
	else if (cursor > w.first)
		out->cursor = cursor - w.first < w.count ? (uint32_t)(cursor - w.first) : w.count - 1;
}

const void *list_row(const struct state *st, const struct snapshot *s, enum view_id id)
{
	struct view_source source = view_get(id)->source(s);
	struct view_rows rows;

	list_rows(st, s, id, &rows);
	return rows.count > 0 ? row_at(&source, rows.cursor) : NULL;
}

void list_select(struct state *st, const struct snapshot *s, enum view_id id, uint32_t index)
{
	const struct view *view = view_get(id);
	struct view_rows rows;

	if (view->select != NULL) {
		view->select(st, s, index);
		return;
	}
	if (id == st->list)
		st->top_wanted = false;
	if (view->item != NULL) {
		struct view_source source = view->source(s);
		struct view_item item = view->item(row_at(&source, index));

		state_focus_session(st, item.session);
		st->selected = item.number;
	}
	if (view->lead != NULL)
		view->lead(st, s, index);
	list_rows(st, s, id, &rows);
	st->panes[id].cursor = rows.first + index;
	st->panes[id].at_end = st->panes[id].cursor + 1 >= rows.total;
}

/* Whether the cursor goes along with what comes, and how much has come where it does not. */
static void put_follow(const struct state *st, const struct snapshot *s, enum view_id id, struct buffer *out)
{
	const struct pane *pane = &st->panes[id];
	uint64_t known = pane->cursor < pane->known ? pane->known : pane->cursor + 1; /* what it is on is seen */
	char number[FORMAT_SIZE];

	if (!view_get(id)->can_follow || s->capture != SNAPSHOT_LIVE)
		return;
	if (pane->at_end) {
		buffer_append_text(out, "FOLLOW ");
	} else if (s->list.total > known) {
		format_count(number, s->list.total - known);
		buffer_printf(out, "%s %s new ", st->ascii ? "v" : "\xe2\x96\xbc", number);
	}
}

/* "3 of 1,200 ": of a list in the table pane. */
static void put_place(const struct state *st, const struct snapshot *s, enum view_id id, struct buffer *out)
{
	char number[FORMAT_SIZE];

	format_count(number, st->panes[id].cursor + 1);
	buffer_printf(out, "%s of ", number);
	format_count(number, s->list.total);
	buffer_printf(out, "%s ", number);
	put_follow(st, s, id, out);
}

void list_title(const struct state *st, const struct snapshot *s, enum view_id id, struct buffer *out)
{
	const struct view *view = view_get(id);

	if (view->item != NULL) {
		if (!state_has_list(st, s) || s->list.total == 0)
			return;
		put_place(st, s, id, out);
	}
	if (view->title != NULL)
		view->title(st, s, out);
}

bool list_has_names(enum view_id id)
{
	return view_get(id)->table != NULL || view_get(id)->draw_names != NULL;
}

/* The text may still be on its way. */
bool list_copy_ticket(const struct state *st, const struct snapshot *s, struct buffer *out)
{
	if (s->query_serial < st->query.serial)
		return false;
	if (state_has_session(st, s))
		buffer_append_text(out, s->ticket);
	return true;
}

void list_window(struct query *q, uint64_t from)
{
	q->list_rows = (struct query_rows){from, QUERY_ROWS_MAX};
}

static uint32_t hidden(const struct state *st, const struct snapshot *s, enum view_id id)
{
	return view_get(id)->hidden ? view_get(id)->hidden(st, s) : st->hidden[id];
}

void list_put_columns(const struct state *st, const struct snapshot *s, enum view_id id, uint32_t index,
		      struct buffer *out)
{
	struct view_source source = view_get(id)->source(s);

	column_put_row(view_get(id)->table, hidden(st, s, id), st->order[id], row_at(&source, index), out);
}

void list_put_names(const struct state *st, const struct snapshot *s, enum view_id id, struct buffer *out)
{
	column_put_names(view_get(id)->table, hidden(st, s, id), st->order[id], out);
}

static void fit(const struct state *st, const struct snapshot *s, enum view_id id, int columns, int widths[COLUMNS_MAX])
{
	const struct view *view = view_get(id);
	uint64_t largest = view->largest ? view->largest(s) : s->sessions + s->evicted_sessions;

	column_fit(view->table, hidden(st, s, id), largest, columns, widths);
}

static size_t sort_of(const struct state *st, enum view_id id)
{
	return view_get(id)->sort != NULL ? view_get(id)->sort(st) : id;
}

void list_draw_names(const struct state *st, const struct snapshot *s, enum view_id id, struct grid *g,
		     struct rect line)
{
	const struct view *view = view_get(id);
	const struct state_sort *sort = &st->sorts[sort_of(st, id)];
	bool is_sorted = view->item != NULL || view->sort != NULL;
	int widths[COLUMNS_MAX];

	if (view->table == NULL) {
		view->draw_names(st, s, g, line);
		return;
	}
	fit(st, s, id, line.columns, widths);
	column_draw_names(view->table, widths, st->order[id], g, line.column, line.row,
			  is_sorted ? sort->by : COLUMN_UNSORTED, sort->is_descending);
}

void list_draw_row(const struct state *st, const struct snapshot *s, enum view_id id, struct grid *g, struct rect line,
		   uint32_t index)
{
	const struct view *view = view_get(id);
	int widths[COLUMNS_MAX];
	struct view_source source;

	if (view->table == NULL) {
		view->draw_row(st, s, g, line, index);
		return;
	}
	source = view->source(s);
	fit(st, s, id, line.columns, widths);
	column_draw_row(view->table, widths, st->order[id], g, line.column, line.row, row_at(&source, index));
}

int list_column_at(const struct state *st, const struct snapshot *s, enum view_id id, int columns, int place)
{
	int widths[COLUMNS_MAX];

	if (view_get(id)->table == NULL)
		return -1;
	fit(st, s, id, columns, widths);
	return column_at(view_get(id)->table, widths, st->order[id], place);
}

/* ---- sorting ---- */

static bool can_sort(enum view_id id, const struct column *c)
{
	return c->sort != COLUMN_UNSORTED && (view_get(id)->item != NULL || view_get(id)->sort != NULL);
}

/* Of sums the greatest are what one looks for. */
static bool is_descending_first(enum view_id id, const struct column *c)
{
	return view_get(id)->sort != NULL && c->is_right;
}

static void sort_by(struct state *st, enum view_id id, struct state_sort to)
{
	st->sorts[sort_of(st, id)] = to;
	if (id == st->list)
		state_go_to_top(st);
	else
		st->panes[id] = (struct pane){.shift = st->panes[id].shift};
}

void list_sort_by(struct state *st, enum view_id id, int column)
{
	const struct column *c = &view_get(id)->table->columns[column];
	struct state_sort sort = st->sorts[sort_of(st, id)];

	if (!can_sort(id, c)) {
		state_say(st, true, "The rows cannot be sorted by this column");
		return;
	}
	sort.is_descending = sort.by == c->sort ? !sort.is_descending : is_descending_first(id, c);
	sort.by = c->sort;
	sort_by(st, id, sort);
}

/* Two columns may give the same orders. */
static bool has_sort(const struct state_sort *sorts, int count, int by)
{
	for (int i = 0; i < count; i++)
		if (sorts[i].by == by)
			return true;
	return false;
}

static const struct column *column_of_sort(const struct column_table *table, int sort)
{
	for (size_t i = 0; i < table->count; i++)
		if (table->columns[i].sort == sort)
			return &table->columns[i];
	return NULL;
}

/* Of sums: as they are numbered, the greatest first; the other way round is for a click. */
static int sorts_of_sums(enum view_id id, struct state_sort *sorts)
{
	int count = 0;

	for (int sort = 0; sort < QUERY_STATISTICS_SORTS; sort++) {
		const struct column *c = column_of_sort(view_get(id)->table, sort);

		if (c != NULL)
			sorts[count++] = (struct state_sort){sort, is_descending_first(id, c)};
	}
	return count;
}

/* Of a list: those of the shown columns, each both ways. */
static int sorts_of_columns(const struct state *st, const struct snapshot *s, enum view_id id, struct state_sort *sorts)
{
	const struct column_table *table = view_get(id)->table;
	int count = 0;

	for (size_t i = 0; i < table->count; i++) {
		const struct column *c = &table->columns[st->order[id][i]];

		if (!can_sort(id, c) || hidden(st, s, id) >> st->order[id][i] & 1 || has_sort(sorts, count, c->sort))
			continue;
		sorts[count++] = (struct state_sort){c->sort, is_descending_first(id, c)};
		sorts[count++] = (struct state_sort){c->sort, !is_descending_first(id, c)};
	}
	return count;
}

void list_step_sort(struct state *st, const struct snapshot *s, enum view_id id, int step)
{
	bool is_of_sums = view_get(id)->sort != NULL;
	struct state_sort now = st->sorts[sort_of(st, id)];
	struct state_sort sorts[2 * COLUMNS_MAX];
	int count = is_of_sums ? sorts_of_sums(id, sorts) : sorts_of_columns(st, s, id, sorts);
	int at = -1;

	for (int i = 0; i < count; i++)
		if (sorts[i].by == now.by && (is_of_sums || sorts[i].is_descending == now.is_descending))
			at = i;
	if (count > 0)
		sort_by(st, id, sorts[at < 0 ? 0 : (at + step + count) % count]);
}

/* ---- */

/* What was under the cursor is gone, or nothing was: takes the row that is there now. Where that row is not at hand
 * the next snapshot has it. */
static void select_at_cursor(struct state *st, const struct snapshot *s)
{
	struct pane *pane = &st->panes[st->list];
	bool at_end = pane->at_end;

	if (at_end || pane->cursor >= s->list.total)
		pane->cursor = s->list.total - 1;
	if (pane->cursor >= s->list.first && pane->cursor - s->list.first < s->list.count)
		list_select(st, s, st->list, (uint32_t)(pane->cursor - s->list.first));
	pane->at_end = at_end;
}

/* The snapshot tells its row even where that is not at hand, once it was asked for it. */
static bool find_elsewhere(struct state *st, const struct snapshot *s)
{
	if (s->query_serial < st->item_serial || st->query.session != st->session || st->query.item != st->selected)
		return true;
	if (s->item_row == UINT64_MAX)
		return false;
	st->panes[st->list].cursor = s->item_row;
	return true;
}

/* Whether the selected item is among the rows at hand: then the cursor goes there. */
static bool find_selected(struct state *st, const struct snapshot *s)
{
	const struct view *view = view_get(st->list);
	struct view_source source = view->source(s);

	for (uint32_t i = 0; i < source.window.count; i++) {
		struct view_item item = view->item(row_at(&source, i));

		if (item.session != st->session || item.number != st->selected)
			continue;
		st->panes[st->list].cursor = source.window.first + i;
		return true;
	}
	return find_elsewhere(st, s);
}

void list_keep(struct state *st, const struct snapshot *s)
{
	const struct view *view = view_get(st->list);
	bool follows = view->can_follow && st->panes[st->list].at_end;

	if (follows)
		st->panes[st->list].known = s->list.total;
	if (follows || st->session == 0 || !(view->keep ? view->keep(st, s) : find_selected(st, s)))
		select_at_cursor(st, s);
}
