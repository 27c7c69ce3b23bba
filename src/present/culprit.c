#include "present/culprit.h"

#include "diagnosis/outcome.h"

static void set_row(const struct session_detail *f, struct connection *v, size_t row, struct snapshot_place *out)
{
	const struct detail_item *item = &f->items[row];

	out->is_known = true;
	out->timeline_row = row;
	out->position = session_detail_position(f, v, item->side, item->offset);
	if (out->packet == 0)
		out->packet = item->packet;
}

/* The reply that refused the command, or its last; or the command, where none is here. */
static size_t row_of_command(const struct session_detail *f, const struct session *s, uint32_t index)
{
	const struct command *c = session_command(s, index);
	const struct reply *refusal = c != NULL ? command_refusal(c) : NULL;
	size_t row = SIZE_MAX;

	for (size_t i = 0; i < f->item_count; i++) {
		const struct detail_item *item = &f->items[i];

		if (item->index != index || (item->kind != FOCUS_COMMAND && item->kind != FOCUS_REPLY))
			continue;
		row = i;
		if (item->kind == FOCUS_REPLY && item->reply == refusal)
			break;
	}
	return row;
}

/* A finding about a mail's data names the command that the mail began with; the data have a row of their own. */
static size_t row_of_data(const struct session_detail *f, const struct session *s, const struct finding *found)
{
	const struct mail *m = found->mail != 0 ? session_mail(s, found->mail) : NULL;

	if (m == NULL || found->phase != phase_of_mail(m))
		return SIZE_MAX;
	for (size_t i = 0; i < f->item_count; i++) {
		const struct detail_item *item = &f->items[i];
		const struct command *c = item->kind == FOCUS_COMMAND ? session_command(s, item->index) : NULL;

		if (item->kind == FOCUS_MAIL ? item->index == m->number
					     : c != NULL && c->kind == KIND_MESSAGE && c->mail == m->number)
			return i;
	}
	return SIZE_MAX;
}

void culprit_of_finding(const struct session_detail *f, struct connection *v, const struct finding *found,
			struct snapshot_place *out)
{
	size_t row = SIZE_MAX;

	*out = (struct snapshot_place){.packet = found->packet_count > 0 ? found->packets[0] : 0};
	if (f->session != v->session->number || f->item_count == 0)
		return;
	row = row_of_data(f, v->session, found);
	if (row == SIZE_MAX && found->index != DIALOGUE_NO_COMMAND)
		row = row_of_command(f, v->session, found->index);
	if (row != SIZE_MAX)
		out->packet = f->items[row].packet;
	else if (out->packet != 0)
		row = session_detail_item_of_packet(f, out->packet);
	if (row != SIZE_MAX)
		set_row(f, v, row, out);
}

void culprit_find(const struct session_detail *f, struct connection *v, struct snapshot_place *out)
{
	const struct finding *root = diagnosis_root(v->session);
	const struct command *refused = outcome_refused_command(v->session);
	size_t row;

	*out = (struct snapshot_place){.is_known = false};
	if (root != NULL && outcome_is_failure(v->session)) {
		culprit_of_finding(f, v, root, out);
		return;
	}
	if (refused == NULL || f->session != v->session->number)
		return;
	row = row_of_command(f, v->session, v->session->first_index + (uint32_t)(refused - v->session->commands));
	if (row != SIZE_MAX)
		set_row(f, v, row, out);
}
