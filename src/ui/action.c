#include "ui/action.h"

#include <stdio.h>
#include <string.h>

#include "ui/capture_control.h"
#include "ui/filter_text.h"
#include "ui/find.h"
#include "ui/list.h"
#include "ui/navigate.h"
#include "ui/pane.h"

enum {
	WHEEL_ROWS = 3,
	SHIFT_COLUMNS = 8,
};

/* One step: what is open above the panes, then the lower panes, the zoomed list, the list of mails, the statistics of
 * which a row's sessions are shown. */
static void go_back(struct state *st, const struct snapshot *s)
{
	if (state_view(st) == VIEW_MAIL && view_mail_leave(st))
		return;
	if (st->above.count > 0) {
		view_stack_pop(&st->above);
	} else if (state_is_below_compare(st)) {
		navigate_back_to_compare(st);
	} else if (st->focus != st->list || st->zoom) {
		st->focus = st->list;
		st->zoom = false;
	} else if (st->list != VIEW_SESSIONS) {
		st->list = st->focus = VIEW_SESSIONS;
	} else if (st->statistics.is_below) {
		navigate_statistics(st, s);
	} else {
		state_say(st, false, "There is nothing to go back to; q quits");
	}
}

static void next_pane(struct state *st, const struct snapshot *s, int step)
{
	enum view_id order[] = {st->list, VIEW_TIMELINE, VIEW_STREAM, VIEW_PACKETS};
	int count = (int)(sizeof(order) / sizeof(order[0]));
	int at = 0;

	if (state_packet(st) != 0) {
		navigate_switch_bytes(st, s);
		return;
	}
	while (at < count - 1 && order[at] != st->focus)
		at++;
	pane_focus(st, s, order[(at + step + count) % count]);
}

static void mark(struct state *st, const struct snapshot *s)
{
	const struct view *view = view_get(st->list);
	const void *row = list_row(st, s, st->list);
	struct view_item item;
	struct request *r;

	if (row == NULL)
		return;
	item = view->item(row);
	r = state_request(st, REQUEST_MARK);
	r->session = item.session;
	r->mail = view->has_mails ? item.number : 0;
	r->on = !item.marked;
	pane_move(st, s, st->list, 1);
}

/* All shown become marked; when nothing but marked ones could be meant, they are unmarked. */
static void mark_all(struct state *st, const struct snapshot *s)
{
	struct request *r = state_request(st, REQUEST_MARK_SHOWN);
	bool has_mails = view_get(st->list)->has_mails;

	r->list = has_mails ? QUERY_LIST_MAILS : QUERY_LIST_SESSIONS;
	r->on = (has_mails ? s->marked_mails : s->marked_sessions) < s->list.total;
}

/* A word more, or less; when both are given, the second takes the place of the first. */
static void filter_cycle(struct state *st, const struct snapshot *s, const char *first, const char *second)
{
	char text[EDIT_SIZE];

	snprintf(text, sizeof(text), "%s", s->filter);
	if (filter_text_cycle(text, first, second))
		state_filter(st, text);
	else
		state_say(st, true, "The filter is too long for more words: F7 changes it");
}

/* The row under the cursor when it may be of any session or none: in the list of all packets. */
static const struct snapshot_packet_row *free_packet(const struct state *st, const struct snapshot *s)
{
	return st->focus == VIEW_PACKETS && st->all_packets ? list_row(st, s, VIEW_PACKETS) : NULL;
}

static void filter_to_host(struct state *st, const struct snapshot *s, const char *first, const char *second)
{
	char terms[2][64];

	if (first[0] == '\0') {
		state_say(st, true, "This packet has no address of a host");
		return;
	}
	snprintf(terms[0], sizeof(terms[0]), "host %s", first);
	snprintf(terms[1], sizeof(terms[1]), "host %s", second);
	filter_cycle(st, s, terms[0], terms[1]);
}

static void filter_to_port(struct state *st, const struct snapshot *s, uint16_t first, uint16_t second)
{
	char terms[2][64];

	if (first == 0) {
		state_say(st, true, "This packet has no port");
		return;
	}
	snprintf(terms[0], sizeof(terms[0]), "port %u", first);
	snprintf(terms[1], sizeof(terms[1]), "port %u", second);
	filter_cycle(st, s, terms[0], terms[1]);
}

/* The client first, then the server; of a packet the sender first. */
static void filter_host(struct state *st, const struct snapshot *s)
{
	const struct snapshot_session_row *row = state_session_row(st, s);
	const struct snapshot_packet_row *packet = free_packet(st, s);

	if (packet != NULL)
		filter_to_host(st, s, packet->source_address, packet->destination_address);
	else if (row != NULL)
		filter_to_host(st, s, row->client_address, row->server_address);
}

/* The server's; of a packet that of the receiver first. */
static void filter_port(struct state *st, const struct snapshot *s)
{
	const struct snapshot_session_row *row = state_session_row(st, s);
	const struct snapshot_packet_row *packet = free_packet(st, s);

	if (packet != NULL)
		filter_to_port(st, s, packet->destination_port, packet->source_port);
	else if (row != NULL)
		filter_to_port(st, s, row->server_port, row->server_port);
}

static void find_again(struct state *st, const struct snapshot *s, bool is_backwards)
{
	if (st->find.text[0] == '\0')
		dialog_open_search(st, s);
	else
		find_next(st, s, is_backwards);
}

/* To a list that is not that of sessions, or back to that. */
static void switch_list(struct state *st, enum view_id list)
{
	bool on_list = st->focus == st->list;

	st->list = st->list == list ? VIEW_SESSIONS : list;
	st->zoom = false;
	if (on_list || st->list == list)
		st->focus = st->list;
	if (st->list == VIEW_SESSIONS)
		return;
	st->selected = view_get(list)->first_item;
	st->panes[list].at_end = false;
	if (list == VIEW_FINDINGS) /* the worst of all, not the selected session's */
		state_go_to_top(st);
}

/* What a key shows above the panes is mostly the session's. */
static void switch_above(struct state *st, enum view_id view)
{
	if (st->session == 0 && !view_get(view)->is_of_all)
		return;
	navigate_toggle(st, view);
	st->panes[view] = (struct pane){0};
	if (view == VIEW_STATISTICS)
		st->statistics.is_below = false;
	if (view == VIEW_COMPARE)
		navigate_compare(st);
}

static bool show(struct state *st, enum view_id view)
{
	if (view == VIEWS)
		return false;
	if (view_place(view) == VIEW_PLACE_TABLE)
		switch_list(st, view);
	else
		switch_above(st, view);
	return true;
}

static void switch_packets(struct state *st, const struct snapshot *s)
{
	st->all_packets = !st->all_packets;
	pane_focus(st, s, VIEW_PACKETS);
}

static void switch_secrets(struct state *st)
{
	if (st->options->secrets == OPTIONS_SECRETS_NEVER) {
		state_say(st, true, "The configuration forbids it: secrets = never");
	} else if (st->show_secrets || st->secrets_asked) {
		st->show_secrets = !st->show_secrets;
	} else {
		dialog_open_confirm(st, ACTION_SECRETS, "Show passwords and other secrets on this screen?");
	}
}

static void switch_names(struct state *st)
{
	if (st->options->numeric) {
		state_say(st, true, "Host names are not wanted: -n, or numeric = yes in the configuration");
		return;
	}
	st->resolve = st->numeric || !st->resolve;
	st->numeric = false;
	state_say(st, false,
		  st->resolve ? "The resolver is asked for the names of the hosts shown; r stops that"
			      : "The resolver is not asked any more");
}

static void switch_infos(struct state *st)
{
	st->infos = !st->infos;
	if (st->list == VIEW_FINDINGS)
		state_go_to_top(st);
	state_say(st, false,
		  st->infos ? "Findings of severity info are listed, too; I hides them"
			    : "Findings of severity info are not listed");
}

static void change_sort(struct state *st, const struct snapshot *s, int step)
{
	list_step_sort(st, s, state_view(st) == VIEW_STATISTICS ? VIEW_STATISTICS : st->list, step);
}

static void toggle_hold(struct state *st)
{
	st->hold = !st->hold;
	state_say(st, false,
		  !st->hold			 ? "The screen follows again"
		  : st->options->file_count == 0 ? "The screen is held; the capture goes on. p lets it go"
						 : "The screen is held; p lets it go");
}

static bool move(struct state *st, const struct snapshot *s, enum action action)
{
	enum view_id view = state_view(st);
	int page = pane_height(st, view) > 1 ? pane_height(st, view) - 1 : 1;

	switch (action) {
	case ACTION_UP:
	case ACTION_DOWN:
		pane_move(st, s, view, action == ACTION_DOWN ? 1 : -1);
		return true;
	case ACTION_PAGE_UP:
		pane_move(st, s, view, -page);
		return true;
	case ACTION_PAGE_DOWN:
		pane_move(st, s, view, page);
		return true;
	case ACTION_FIRST:
		pane_first(st, s, view);
		return true;
	case ACTION_LAST:
		pane_last(st, s, view);
		return true;
	case ACTION_LEFT:
		pane_shift(st, s, view, -SHIFT_COLUMNS);
		return true;
	case ACTION_RIGHT:
		pane_shift(st, s, view, SHIFT_COLUMNS);
		return true;
	default:
		return false;
	}
}

static bool is_move(enum action action)
{
	return action == ACTION_UP || action == ACTION_DOWN || action == ACTION_PAGE_UP || action == ACTION_PAGE_DOWN ||
	       action == ACTION_FIRST || action == ACTION_LAST || action == ACTION_LEFT || action == ACTION_RIGHT;
}

/* To the next or the former of what the view is made of. */
static bool step(struct state *st, const struct snapshot *s, enum action action)
{
	switch (action) {
	case ACTION_NEXT_PANE:
	case ACTION_PREVIOUS_PANE:
		next_pane(st, s, action == ACTION_NEXT_PANE ? 1 : -1);
		return true;
	case ACTION_NEXT_KIND:
	case ACTION_PREVIOUS_KIND:
		navigate_kind(st, action == ACTION_NEXT_KIND ? 1 : -1);
		return true;
	case ACTION_NEXT_PART:
	case ACTION_PREVIOUS_PART:
		view_mail_step(st, s, action == ACTION_NEXT_PART ? 1 : -1);
		return true;
	case ACTION_OTHER_SIDE:
		st->compare.side = !st->compare.side;
		return true;
	case ACTION_PREVIOUS_DIFFERENCE:
	case ACTION_NEXT_DIFFERENCE:
		navigate_difference(st, s, action == ACTION_NEXT_DIFFERENCE ? 1 : -1);
		return true;
	case ACTION_PREVIOUS_PACKET:
	case ACTION_NEXT_PACKET:
		navigate_step_packet(st, s, action == ACTION_NEXT_PACKET ? 1 : -1);
		return true;
	default:
		return false;
	}
}

static bool change_view(struct state *st, const struct snapshot *s, enum action action)
{
	switch (action) {
	case ACTION_HELP:
		navigate_toggle(st, VIEW_HELP);
		return true;
	case ACTION_OPEN:
		if (view_get(state_view(st))->enter != NULL)
			view_get(state_view(st))->enter(st, s);
		return true;
	case ACTION_ZOOM:
		st->zoom = !st->zoom;
		return true;
	case ACTION_ALL_PACKETS:
		switch_packets(st, s);
		return true;
	case ACTION_RECORDS:
		st->records = !st->records;
		state_say(st, false,
			  st->records ? "The stream shows records of TLS, where there are any"
				      : "The stream hides records of TLS");
		return true;
	case ACTION_RAW:
		st->raw = !st->raw;
		st->part = 0;
		st->panes[VIEW_MAIL] = (struct pane){0};
		return true;
	case ACTION_BACK:
		if (find_is_busy(st, s))
			find_stop(st, s);
		else if (state_is_top(st) && s->capture == SNAPSHOT_LOADING)
			capture_control_stop(st, s);
		else
			go_back(st, s);
		return true;
	default:
		return step(st, s, action) || show(st, keys_view(action));
	}
}

static bool ask(struct state *st, const struct snapshot *s, enum action action)
{
	switch (action) {
	case ACTION_SAVE:
		dialog_open_save(st, s);
		return true;
	case ACTION_ATTACHMENTS:
		dialog_open_attachments(st, s);
		return true;
	case ACTION_EXPORT:
		dialog_open_export(st, s);
		return true;
	case ACTION_ABOUT:
		dialog_open_about(st);
		return true;
	case ACTION_SEARCH:
		dialog_open_search(st, s);
		return true;
	case ACTION_FILTER:
		dialog_open_filter(st, s);
		return true;
	case ACTION_SETTINGS:
		dialog_open_settings(st, s);
		return true;
	case ACTION_COLUMNS:
		dialog_open_columns(st, state_view(st));
		return true;
	case ACTION_SECRETS:
		switch_secrets(st);
		return true;
	case ACTION_ANEW:
		capture_control_restart(st, s);
		return true;
	case ACTION_QUIT:
		if (state_is_top(st))
			capture_control_quit(st, s);
		else
			go_back(st, s);
		return true;
	default:
		return false;
	}
}

static bool copy(struct state *st, enum action action)
{
	if (action == ACTION_COPY)
		state_copy(st, STATE_COPYING_ROW, STATE_RECEIVER_CLIPBOARD);
	else if (action == ACTION_COPY_VIEW)
		state_copy(st, STATE_COPYING_VIEW, STATE_RECEIVER_CLIPBOARD);
	else if (action == ACTION_PAGER)
		state_copy(st, STATE_COPYING_VIEW, STATE_RECEIVER_PAGER);
	else if (action == ACTION_COMMAND)
		state_give(st);
	else
		return false;
	return true;
}

void action_do(struct state *st, const struct snapshot *s, enum action action)
{
	if (move(st, s, action) || change_view(st, s, action) || ask(st, s, action) || copy(st, action))
		return;
	switch (action) {
	case ACTION_FIND_NEXT:
	case ACTION_FIND_PREVIOUS:
		find_again(st, s, action == ACTION_FIND_PREVIOUS);
		break;
	case ACTION_INFOS:
		switch_infos(st);
		break;
	case ACTION_TIMES:
		st->times = (enum time_column)((st->times + 1) % TIME_COLUMNS);
		break;
	case ACTION_FAILED:
		filter_cycle(st, s, "failed", "failed");
		break;
	case ACTION_NO_HEALTH:
		filter_cycle(st, s, "not health", "not health");
		break;
	case ACTION_FILTER_HOST:
		filter_host(st, s);
		break;
	case ACTION_FILTER_PORT:
		filter_port(st, s);
		break;
	case ACTION_MARK:
		mark(st, s);
		break;
	case ACTION_MARK_ALL:
		mark_all(st, s);
		break;
	case ACTION_NAMES:
		switch_names(st);
		break;
	case ACTION_HOLD:
		toggle_hold(st);
		break;
	case ACTION_STOP:
		capture_control_stop(st, s);
		break;
	case ACTION_SORT_BACK:
	case ACTION_SORT_ON:
		change_sort(st, s, action == ACTION_SORT_ON ? 1 : -1);
		break;
	case ACTION_REDRAW:
		st->redraw = true;
		break;
	default:
		break;
	}
}

/* What was asked about and answered with yes. */
static void do_confirmed(struct state *st, enum action action)
{
	if (action == ACTION_QUIT) {
		st->quit = true;
	} else if (action == ACTION_ANEW) {
		state_request(st, REQUEST_ANEW);
		state_focus_session(st, 0);
		view_stack_remove(&st->above, VIEW_MAIL);
		view_stack_remove(&st->above, VIEW_PACKET);
		view_stack_remove(&st->above, VIEW_BYTES);
		view_stack_remove(&st->above, VIEW_COMPARE);
	} else if (action == ACTION_SECRETS) {
		st->secrets_asked = st->show_secrets = true;
	}
}

static void mouse(struct state *st, const struct snapshot *s, const struct input *in)
{
	struct layout layout;
	enum view_id view;

	if (st->dialog.kind != DIALOG_NONE)
		return;
	state_layout(st, &layout);
	view = layout_hit(&layout, in->column, in->row);
	if (view == VIEWS)
		return;
	if (in->key == INPUT_WHEEL_UP || in->key == INPUT_WHEEL_DOWN) {
		pane_move(st, s, view, in->key == INPUT_WHEEL_UP ? -WHEEL_ROWS : WHEEL_ROWS);
		return;
	}
	if (state_view(st) == st->focus)
		pane_focus(st, s, view);
	pane_click(st, s, view, in->column, in->row);
}

/* Nobody who pastes means keys. */
static void paste_begins(struct state *st)
{
	if (!dialog_takes_text(st))
		state_say(st, true, "Pasted text goes only into a prompt or a field: it was thrown away");
}

/* In the help over a dialog: it moves, all else goes back. */
static void help_key(struct state *st, const struct snapshot *s, int key)
{
	if (move(st, s, keys_action(VIEW_HELP, key)))
		return;
	view_stack_remove(&st->above, VIEW_HELP);
	st->dialog.is_helped = false;
}

bool action_moves(const struct state *st, const struct input *in)
{
	return !in->is_pasted && st->dialog.kind == DIALOG_NONE && is_move(keys_action(state_view(st), in->key));
}

bool action_waits(const struct state *st, const struct snapshot *s, const struct input *in, bool is_changed)
{
	struct view_rows rows;

	if (in->is_pasted || in->key == INPUT_PASTE || in->key == INPUT_CLICK || in->key == INPUT_WHEEL_UP ||
	    in->key == INPUT_WHEEL_DOWN || in->key == INPUT_CONTROL('l'))
		return false;
	if (st->dialog.kind != DIALOG_NONE)
		return in->key == INPUT_TAB;
	if (is_changed || !action_moves(st, in))
		return true;
	list_rows(st, s, state_view(st), &rows);
	return rows.count == 0;
}

void action_input(struct state *st, const struct snapshot *s, const struct input *in)
{
	enum action action;

	if (in->key == INPUT_PASTE) {
		st->dialog.has_pasted = st->dialog.has_break = false;
		paste_begins(st);
		return;
	}
	if (in->is_pasted) {
		dialog_paste(st, s, in->key);
		return;
	}
	if (in->key == INPUT_CLICK || in->key == INPUT_WHEEL_UP || in->key == INPUT_WHEEL_DOWN) {
		mouse(st, s, in);
		return;
	}
	if (in->key == INPUT_CONTROL('l')) {
		st->redraw = true;
	} else if (st->dialog.is_helped) {
		help_key(st, s, in->key);
	} else if (st->dialog.kind != DIALOG_NONE && in->key == INPUT_F1) {
		view_stack_push(&st->above, VIEW_HELP, 0);
		st->panes[VIEW_HELP] = (struct pane){0};
		st->dialog.is_helped = true;
	} else if (st->dialog.kind != DIALOG_NONE) {
		if (dialog_key(st, s, in->key))
			do_confirmed(st, st->dialog.confirmed);
	} else {
		action = keys_action(state_view(st), in->key);
		st->message_until_ns = 0; /* read, or not wanted */
		if (action != ACTIONS)
			action_do(st, s, action);
		else if (keys_help(in->key) != NULL)
			state_say(st, false, "Not in this view: %s", keys_help(in->key));
	}
}
