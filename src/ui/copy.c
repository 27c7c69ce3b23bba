#include "ui/copy.h"

#include "base/clock.h"
#include "ui/list.h"

#define GATHER_NS (3 * CLOCK_NS_PER_S)

void copy_finish(struct state *st)
{
	state_copy(st, STATE_COPYING_NOTHING, STATE_RECEIVER_CLIPBOARD);
}

static void say_nothing(struct state *st)
{
	copy_finish(st);
	state_say(st, true, "There is nothing to copy here");
}

static void put_row(const struct state *st, const struct snapshot *s, enum view_id id, uint32_t index,
		    struct buffer *out)
{
	if (view_get(id)->text != NULL)
		view_get(id)->text(st, s, index, out);
	else
		list_put_columns(st, s, id, index, out);
}

static bool continues(const struct snapshot *s, enum view_id id, uint32_t index)
{
	return view_get(id)->continues != NULL && view_get(id)->continues(s, index);
}

static uint64_t count_lines(struct slice text)
{
	uint64_t count = text.len > 0 && text.data[text.len - 1] != '\n' ? 1 : 0;

	for (size_t at = slice_find(text, '\n'); at < text.len; at += 1 + slice_find(slice_after(text, at + 1), '\n'))
		count++;
	return count;
}

/* ---- a row ---- */

/* All that is at hand of the line under the cursor. */
static void put_line(const struct state *st, const struct snapshot *s, enum view_id id, struct buffer *out)
{
	struct view_rows rows;
	uint32_t at;

	list_rows(st, s, id, &rows);
	if (rows.count == 0)
		return;
	for (at = rows.cursor; at > 0 && continues(s, id, at);)
		at--;
	do
		put_row(st, s, id, at++, out);
	while (at < rows.count && continues(s, id, at));
}

static void take_row(struct state *st, const struct snapshot *s)
{
	struct state_copy *c = &st->copy;
	const struct view *view = view_get(c->view);

	if (view->copy == NULL)
		put_line(st, s, c->view, &c->text);
	else if (!view->copy(st, s, &c->text))
		return;
	c->lines = count_lines(buffer_slice(&c->text));
	c->what = STATE_COPYING_READY;
	if (c->text.len == 0)
		say_nothing(st);
}

/* ---- a view ---- */

static uint64_t key_of(const struct state_copy *c, const struct snapshot *s, const struct view_rows *rows,
		       uint32_t index)
{
	return view_get(c->view)->key != NULL ? view_get(c->view)->key(s, index) : rows->first + index;
}

static void put_view_row(const struct state *st, const struct snapshot *s, uint32_t index, struct buffer *out)
{
	const struct view *view = view_get(st->copy.view);

	if (!continues(s, st->copy.view, index)) {
		if (st->copy.has_rows)
			buffer_append_byte(out, '\n');
		if (view->prefix != NULL)
			view->prefix(st, s, index, out);
	}
	put_row(st, s, st->copy.view, index, out);
}

/* The rows at hand that were not there before. Whether there were any, and there may be more. */
static bool take_rows(struct state *st, const struct snapshot *s)
{
	struct state_copy *c = &st->copy;
	struct view_rows rows;
	bool is_new = false;

	list_rows(st, s, c->view, &rows);
	for (uint32_t i = 0; i < rows.count && !c->is_cut; i++) {
		uint64_t key = key_of(c, s, &rows, i);
		size_t before = c->text.len;

		if (c->has_rows && key <= c->last)
			continue;
		put_view_row(st, s, i, &c->text);
		c->is_cut = c->text.len >= COPY_LEN_MAX;
		if (c->is_cut)
			c->text.len = before;
		c->has_rows = is_new = true;
		c->last = key;
	}
	return is_new && !c->is_cut && view_get(c->view)->window != NULL;
}

static void end_view(struct state *st)
{
	struct state_copy *c = &st->copy;

	if (!c->has_rows) {
		say_nothing(st);
		return;
	}
	buffer_append_byte(&c->text, '\n');
	c->lines = count_lines(buffer_slice(&c->text));
	c->what = STATE_COPYING_READY;
}

static void begin_view(struct state *st, const struct snapshot *s)
{
	struct state_copy *c = &st->copy;

	c->what = STATE_COPYING_ROWS;
	c->serial = st->query.serial + 1;
	c->until_ns = st->now_ns + GATHER_NS;
	if (view_get(c->view)->table != NULL) {
		list_put_names(st, s, c->view, &c->text);
		buffer_append_byte(&c->text, '\n');
	}
	if (view_get(c->view)->window != NULL)
		return;
	take_rows(st, s);
	end_view(st);
}

static void go_on(struct state *st, const struct snapshot *s)
{
	struct state_copy *c = &st->copy;

	bool is_late = st->now_ns >= c->until_ns;
	bool is_here = s->query_serial >= c->serial;
	bool has_more = is_here && take_rows(st, s);

	if (!is_late && !is_here)
		return;
	if (!is_late && has_more) {
		c->serial = st->query.serial + 1;
		return;
	}
	if (!is_here || has_more)
		c->is_cut = c->is_late = true;
	end_view(st);
}

void copy_update(struct state *st, const struct snapshot *s)
{
	if (st->copy.what == STATE_COPYING_ROW)
		take_row(st, s);
	else if (st->copy.what == STATE_COPYING_VIEW)
		begin_view(st, s);
	else if (st->copy.what == STATE_COPYING_ROWS)
		go_on(st, s);
}

bool copy_is_due(const struct state *st)
{
	return st->copy.what == STATE_COPYING_READY ||
	       (st->copy.what == STATE_COPYING_ROWS && st->copy.serial > st->query.serial);
}
