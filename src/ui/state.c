#include "ui/state.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "ui/find.h"
#include "ui/list.h"
#include "ui/pane.h"

enum {
	COPY_TEXT_WIDTH = 4096, /* more than a row holds */
};

#define MESSAGE_NS (5 * CLOCK_NS_PER_S)

/* The line is there for some seconds; what it warned of is still so. */
static void keep_warning(struct state *st, const char *text)
{
	size_t size = sizeof(st->warnings[0]);

	for (size_t i = 0; i < st->warning_count; i++)
		if (strncmp(st->warnings[i], text, size - 1) == 0)
			return;
	if (st->warning_count == STATE_WARNINGS_MAX)
		memmove(st->warnings[0], st->warnings[1], --st->warning_count * size);
	snprintf(st->warnings[st->warning_count++], size, "%s", text);
}

static void init_columns(struct state *st, enum view_id id)
{
	const struct column_table *table = view_get(id)->table;
	const char *setting = view_get(id)->columns_setting;
	char value[REWRITE_VALUE_SIZE];
	const char *chosen;
	struct error err;

	if (table == NULL)
		return;
	st->hidden[id] = column_hidden(table);
	column_order(table, st->order[id]);
	if (setting == NULL)
		return;
	chosen = options_text(st->options, options_setting(setting));
	if (chosen != NULL && !column_choose(table, chosen, &st->hidden[id], st->order[id], &err)) {
		state_say(st, true, "%s: %s", setting, err.text);
		keep_warning(st, st->message);
	}
	column_put_chosen(table, st->hidden[id], st->order[id], value, sizeof(value));
	changed_settings_know(&st->changed_settings, setting, value);
}

static void init_sorts(struct state *st)
{
	for (int i = 0; i < VIEWS; i++)
		st->sorts[i].by = (int)view_get((enum view_id)i)->first;
	for (int i = 0; i < STATISTICS_KINDS; i++)
		st->sorts[VIEWS + i] = (struct state_sort){QUERY_STATISTICS_SESSIONS, true};
	st->sorts[VIEWS + STATISTICS_VERB].by = QUERY_STATISTICS_SLOWEST; /* what commands are looked at for */
}

void state_init(struct state *st, const struct options *options)
{
	memset(st, 0, sizeof(*st));
	st->options = options;
	st->now_ns = clock_wall_ns(); /* for what is said of the options */
	st->ascii = options->ascii_lines;
	st->theme = style_theme(options->theme);
	st->list = st->focus = VIEW_SESSIONS;
	st->lower = VIEW_TIMELINE;
	st->numeric = options->numeric;
	st->resolve = options->resolve;
	st->show_secrets = options->secrets == OPTIONS_SECRETS_SHOW;
	/* what happens now is followed; a file is read from its beginning */
	st->panes[VIEW_SESSIONS].at_end = options->file_count == 0 || options->replay_speed > 0;
	for (int i = 0; i < VIEWS; i++)
		init_columns(st, (enum view_id)i);
	init_sorts(st);
	st->has_opened = wanted_is_all(&options->wanted);
	snprintf(st->save.directory, sizeof(st->save.directory), "%s", options->save_dir ? options->save_dir : ".");
	st->save.format = (enum request_format)options->save_format;
	if (options->save_format != OPTIONS_SAVE_MBOX && strcmp(st->save.directory, ".") != 0)
		snprintf(st->save.export_folder, sizeof(st->save.export_folder), "%s", st->save.directory);
}

void state_fini(struct state *st)
{
	find_fini(st);
	buffer_fini(&st->copy.text);
	free(st->requests);
	st->requests = NULL;
	st->request_count = st->request_cap = 0;
}

enum view_id state_view(const struct state *st)
{
	enum view_id top = view_stack_top(&st->above);

	return top != VIEWS ? top : st->focus;
}

uint64_t state_packet(const struct state *st)
{
	uint64_t packet = view_stack_item(&st->above, VIEW_PACKET);

	return packet != 0 ? packet : view_stack_item(&st->above, VIEW_BYTES);
}

uint32_t state_mail(const struct state *st)
{
	return (uint32_t)view_stack_item(&st->above, VIEW_MAIL);
}

enum query_list state_list(const struct state *st)
{
	return view_get(st->list)->query;
}

uint32_t state_finding(const struct state *st)
{
	return st->list == VIEW_FINDINGS ? st->selected : UINT32_MAX;
}

bool state_is_top(const struct state *st)
{
	return state_view(st) == VIEW_SESSIONS && !st->zoom && !st->statistics.is_below && !state_is_below_compare(st);
}

void state_layout(const struct state *st, struct layout *out)
{
	enum view_id view = state_view(st);
	struct layout_wish wish = {
		.columns = st->columns,
		.rows = st->rows,
		.focus = st->focus,
		.list = st->list,
		.lower = st->lower,
		.whole = view != st->focus || st->zoom ? view : VIEWS,
	};

	layout_compute(out, &wish);
}

bool state_has_session(const struct state *st, const struct snapshot *s)
{
	return st->session != 0 && s->session == st->session;
}

bool state_has_list(const struct state *st, const struct snapshot *s)
{
	return st->query.list == state_list(st) && s->query_serial > 0 && s->query_serial >= st->list_serial;
}

bool state_has_mail(const struct state *st, const struct snapshot *s)
{
	return state_mail(st) != 0 && state_has_session(st, s) && s->mail == state_mail(st) &&
	       s->query_serial >= st->mail_serial;
}

bool state_has_statistics(const struct state *st, const struct snapshot *s)
{
	return s->statistics_head.is_known && s->query_serial >= st->statistics.serial;
}

void state_copy(struct state *st, enum state_copying what, enum state_receiver receiver)
{
	buffer_fini(&st->copy.text);
	st->copy = (struct state_copy){.what = what, .receiver = receiver, .view = state_view(st)};
}

uint32_t state_mail_at_hand(const struct state *st)
{
	return state_mail(st) != 0 ? state_mail(st) : view_get(st->list)->has_mails ? st->selected : 0;
}

void state_give(struct state *st)
{
	bool is_mail = state_view(st) == VIEW_MAIL || (state_view(st) == st->list && state_mail_at_hand(st) != 0);

	if (!is_mail)
		state_copy(st, STATE_COPYING_VIEW, STATE_RECEIVER_COMMAND);
	else if (!st->gift.is_waiting)
		st->gift = (struct state_gift){.is_wanted = true,
					       .session = st->session,
					       .mail = state_mail_at_hand(st),
					       .part = state_part(st)};
}

struct part_path state_part(const struct state *st)
{
	struct part_path path = {0};

	if (state_mail(st) == 0)
		return path;
	path = st->mail_part;
	if (st->part != 0)
		part_path_enter(&path, st->part);
	return path;
}

bool state_has_compare(const struct state *st, const struct snapshot *s)
{
	return s->compare_head.serial == st->compare.serial && s->compare_head.state != SNAPSHOT_COMPARE_CHOOSING;
}

bool state_is_below_compare(const struct state *st)
{
	return st->compare.below != 0 && st->compare.below == st->session;
}

void state_filter(struct state *st, const char *text)
{
	struct request *r = state_request(st, REQUEST_FILTER);

	snprintf(r->text, sizeof(r->text), "%s", text);
	edit_remember(&st->filters, text);
	if (text[0] != '\0')
		state_say(st, false, "Filter: %s (F7 changes it)", text);
	else
		state_say(st, false, "No filter: all sessions");
}

const struct snapshot_session_row *state_session_row(const struct state *st, const struct snapshot *s)
{
	if (state_has_session(st, s))
		return &s->session_head;
	/* The cursor has just gone there: what its row in the list tells is enough, and a key pressed at once counts.
	 */
	for (uint32_t i = 0; st->list == VIEW_SESSIONS && state_has_list(st, s) && i < s->list.count; i++)
		if (s->session_rows[i].number == st->session)
			return &s->session_rows[i];
	return NULL;
}

void state_follow_row(struct state *st, uint64_t timeline_row, uint64_t position, uint64_t packet)
{
	st->panes[VIEW_TIMELINE].cursor = timeline_row;
	st->panes[VIEW_STREAM].cursor = position;
	st->panes[VIEW_TIMELINE].at_end = st->panes[VIEW_STREAM].at_end = false;
	if (packet != 0) {
		st->panes[VIEW_PACKETS].cursor = packet;
		st->panes[VIEW_PACKETS].at_end = false;
	}
}

void state_go_to(struct state *st, const struct snapshot_place *place)
{
	state_follow_row(st, place->timeline_row, place->position, place->packet);
}

void state_go_to_top(struct state *st)
{
	st->panes[st->list] = (struct pane){.shift = st->panes[st->list].shift};
	st->top_wanted = true;
}

void state_focus_session(struct state *st, uint64_t session)
{
	if (st->session == session)
		return;
	st->session = session;
	st->culprit_wanted = true;
	st->panes[VIEW_TIMELINE] = st->panes[VIEW_STREAM] = (struct pane){0};
	if (!st->all_packets)
		st->panes[VIEW_PACKETS] = (struct pane){0};
}

void state_say(struct state *st, bool is_error, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(st->message, sizeof(st->message), format, args);
	va_end(args);
	st->message_is_error = is_error;
	st->message_until_ns = st->now_ns + MESSAGE_NS;
	st->message_stays = false;
}

struct request *state_request(struct state *st, enum request_kind kind)
{
	struct request *r;

	st->requests = mem_grow(st->requests, &st->request_cap, st->request_count + 1, sizeof(*st->requests));
	r = &st->requests[st->request_count++];
	memset(r, 0, sizeof(*r));
	r->kind = kind;
	return r;
}

/* Once the rows are in their order. */
static void take_top(struct state *st, const struct snapshot *s)
{
	if (s->filter_busy || s->list.total == 0 || s->list.first > 0)
		return;
	list_select(st, s, st->list, 0);
	st->panes[st->list].at_end = false;
}

/* Whoever has gone elsewhere in the session meanwhile stays there. */
static void show_culprit(struct state *st, const struct snapshot *s)
{
	bool has_moved = st->panes[VIEW_TIMELINE].cursor != 0 || st->panes[VIEW_STREAM].cursor != 0;

	if (!st->culprit_wanted || !state_has_session(st, s) || s->query_serial < st->session_serial)
		return;
	st->culprit_wanted = false;
	if (s->culprit.is_known && !has_moved)
		state_go_to(st, &s->culprit);
}

static void update_list(struct state *st, const struct snapshot *s)
{
	if (!state_has_list(st, s) || state_mail(st) != 0) /* an opened mail stays what it is */
		return;
	if (st->top_wanted) {
		take_top(st, s);
		return;
	}
	if (s->list.total == 0) {
		state_focus_session(st, 0);
		st->panes[st->list].cursor = 0;
	} else {
		list_keep(st, s);
	}
}

/* The focused pane stays on the last row if it was there, and takes the others along. */
static void update_focus(struct state *st, const struct snapshot *s)
{
	struct pane *pane = &st->panes[st->focus];
	struct view_rows rows;
	bool at_end = pane->at_end;

	if (st->focus == st->list || !(at_end || st->sync))
		return;
	list_rows(st, s, st->focus, &rows);
	if (rows.count == 0 || s->query_serial < st->query.serial || s->query_serial < st->sync_serial)
		return;
	st->sync = false;
	list_select(st, s, st->focus, at_end ? rows.count - 1 : rows.cursor);
	pane->at_end = at_end;
}

/* With all that is above it, or else so far up that what follows it is seen, too. */
static void update_compare(struct state *st, const struct snapshot *s)
{
	struct pane *pane = &st->panes[VIEW_COMPARE];
	int height = pane_height(st, VIEW_COMPARE);

	if (!st->compare.is_new || !state_has_compare(st, s) || s->compare_head.state != SNAPSHOT_COMPARE_READY)
		return;
	st->compare.is_new = false;
	pane->cursor = s->compare_head.first_row;
	pane->offset = pane->cursor + 1 < (uint64_t)height ? (int)pane->cursor : height * 2 / 3;
}

static void update_message(struct state *st, const struct snapshot *s)
{
	if (s->message_serial == st->message_serial)
		return;
	st->message_serial = s->message_serial;
	if (s->message[0] != '\0' && s->message_is_error)
		keep_warning(st, s->message);
	if (st->message_stays && st->now_ns < st->message_until_ns && !s->message_is_error)
		return;
	if (s->message[0] != '\0')
		state_say(st, s->message_is_error, "%s", s->message);
}

/* Once it is there, and as Enter in the list does. Whoever looks at something else meanwhile is not disturbed. Whether
 * its row in the list is still to come. */
static bool open_wanted(struct state *st, const struct snapshot *s)
{
	if (st->has_opened || s->wanted_session == 0 || st->list != VIEW_SESSIONS || !state_is_top(st))
		return false;
	if (s->filter[0] != '\0') { /* it may be hidden, and for ever */
		st->has_opened = true;
		return false;
	}
	st->panes[VIEW_SESSIONS].at_end = false;
	state_focus_session(st, s->wanted_session);
	if (!state_has_session(st, s) || s->session_row == UINT64_MAX)
		return true;
	st->has_opened = true;
	view_get(VIEW_SESSIONS)->enter(st, s);
	return false;
}

void state_update(struct state *st, const struct snapshot *s)
{
	update_message(st, s);
	find_update(st, s);
	if (!open_wanted(st, s))
		update_list(st, s);
	show_culprit(st, s);
	update_focus(st, s);
	update_compare(st, s);
	dialog_update(st, s);
}

/* A window that stays the same while the cursor moves within a hundred rows. */
static struct query_rows rows_around(uint64_t cursor)
{
	uint64_t step = QUERY_ROWS_MAX / 4;
	uint64_t first = cursor / step * step;

	return (struct query_rows){first > step ? first - step : 0, QUERY_ROWS_MAX};
}

static struct query_around around(const struct pane *pane, bool knows_end)
{
	return (struct query_around){
		.anchor = knows_end && pane->at_end ? UINT64_MAX : pane->cursor,
		.before = STATE_WINDOW_BEFORE,
		.after = STATE_WINDOW_AFTER,
	};
}

static void fill_windows(const struct state *st, struct query *q)
{
	const struct pane *list = &st->panes[st->list];

	q->list_rows = rows_around(list->cursor);
	if (list->at_end)
		q->list_rows.first = UINT64_MAX;
	q->timeline = around(&st->panes[VIEW_TIMELINE], false);
	q->stream = around(&st->panes[VIEW_STREAM], true);
	q->packets = around(&st->panes[VIEW_PACKETS], true);
	if (state_mail(st) != 0)
		q->mail_lines = rows_around(st->panes[VIEW_MAIL].cursor);
}

/* Where nobody looks nothing is asked for. */
static void fill_statistics(const struct state *st, struct query *q)
{
	const struct state_sort *sort;

	q->statistics = view_stack_holds(&st->above, VIEW_STATISTICS);
	if (!q->statistics)
		return;
	sort = &st->sorts[VIEWS + st->statistics.of];
	q->statistics_of = st->statistics.of;
	q->statistics_sort = (enum query_statistics_sort)sort->by;
	q->statistics_reversed = sort->is_descending == (sort->by == QUERY_STATISTICS_KEY);
	q->statistics_rows = rows_around(st->panes[VIEW_STATISTICS].cursor);
}

/* The rows that come next, and a mail's lines as they are. */
static void fill_copy(const struct state_copy *c, struct query *q)
{
	if (c->what != STATE_COPYING_ROWS)
		return;
	view_get(c->view)->window(q, c->has_rows ? c->last + 1 : 0);
	q->text_width = COPY_TEXT_WIDTH;
}

/* What is below a row that was opened stays chosen, without its rows. */
static void fill_compare(const struct state *st, struct query *q)
{
	bool is_open = view_stack_holds(&st->above, VIEW_COMPARE);

	if (!is_open && !state_is_below_compare(st))
		return;
	q->compare_serial = st->compare.serial;
	q->compare_session = st->compare.session;
	if (is_open)
		q->compare_rows = rows_around(st->panes[VIEW_COMPARE].cursor);
}

static void note_changes(struct state *st, const struct query *q)
{
	if (q->list != st->query.list || q->sort != st->query.sort || q->sort_descending != st->query.sort_descending ||
	    st->query.serial == 0)
		st->list_serial = q->serial;
	if (q->session != st->query.session)
		st->session_serial = q->serial;
	if (q->session != st->query.session || q->item != st->query.item)
		st->item_serial = q->serial;
	if (q->all_packets != st->query.all_packets)
		st->packets_serial = q->serial;
	if (q->statistics != st->query.statistics || q->statistics_of != st->query.statistics_of ||
	    q->statistics_sort != st->query.statistics_sort || q->statistics_reversed != st->query.statistics_reversed)
		st->statistics.serial = q->serial;
	if (q->session != st->query.session || q->mail != st->query.mail || q->mail_view != st->query.mail_view ||
	    !part_path_equal(&q->mail_part, &st->query.mail_part))
		st->mail_serial = q->serial;
}

/* Whatever comes last in the list is shown with it, in one snapshot. */
static bool follows(const struct state *st)
{
	return view_get(st->list)->can_follow && st->panes[st->list].at_end && !st->top_wanted && state_mail(st) == 0;
}

bool state_query(struct state *st)
{
	struct query q;

	memset(&q, 0, sizeof(q)); /* compared as bytes */
	q.serial = st->query.serial;
	q.list = state_list(st);
	q.session_mails = st->list == VIEW_SESSIONS && view_sessions_has_mails(st);
	q.diagnosis = view_stack_holds(&st->above, VIEW_DIAGNOSIS);
	q.finding = state_finding(st);
	q.sort = (enum query_sort)st->sorts[st->list].by;
	q.sort_descending = st->sorts[st->list].is_descending;
	q.follows = follows(st);
	q.session = q.follows ? 0 : st->session; /* so that each new row is not another query */
	q.item = q.follows ? 0 : st->selected;
	q.all_packets = st->all_packets;
	q.packet = state_packet(st);
	q.mail = state_mail(st);
	if (q.mail != 0) {
		q.mail_view = st->raw ? QUERY_MAIL_SOURCE : QUERY_MAIL_TEXT;
		q.mail_part = st->mail_part;
	}
	q.show_secrets = st->show_secrets;
	q.records = st->records;
	q.numeric = st->numeric;
	q.resolve = st->resolve && !st->numeric;
	q.infos = st->infos;
	fill_statistics(st, &q);
	dialog_prompt_ask(&st->dialog, &q);
	fill_compare(st, &q);
	q.tallies = st->dialog.kind == DIALOG_EXPORT || st->dialog.kind == DIALOG_SAVE;
	if (st->dialog.kind == DIALOG_SAVE) {
		q.tally_session = st->dialog.save.session;
		q.tally_mail = dialog_save_mail(&st->dialog);
	}
	q.text_width = st->columns > 4 ? (uint32_t)(st->columns - 4) : 1;
	fill_windows(st, &q);
	find_fill(st, &q);
	fill_copy(&st->copy, &q);
	if (q.serial != 0 && memcmp(&q, &st->query, sizeof(q)) == 0)
		return false;
	q.serial++;
	note_changes(st, &q);
	st->query = q;
	return true;
}
