/* session_rows: the list of sessions for the screen: the session_list itself, row by row. Worker thread, the viewer's.
 */
#include "base/rowtext.h"
#include "present/mail_list.h"
#include "present/rows.h"
#include "present/rows_mail.h"
#include "present/shown_list.h"

static uint64_t count(const struct shown_list_scene *s)
{
	return s->order->count;
}

static uint64_t session(const struct shown_list_scene *s, uint64_t row)
{
	return s->order->numbers[row];
}

static bool fill(const struct shown_list_scene *s, uint64_t row, struct snapshot *out, uint32_t at)
{
	struct connection *v = engine_connection(s->engine, session(s, row));

	if (v == NULL)
		return false;
	rows_session(s->engine, v, s->query, &out->session_rows[at]);
	if (s->query->session_mails)
		rows_mail_of_session(s->engine, v, &out->session_rows[at]);
	return true;
}

/* By its own row, or by a mail of it, which is then the item. */
static bool matches(const struct shown_list_scene *s, const struct pattern *p, uint64_t row, uint64_t *number,
		    uint32_t *item)
{
	struct connection *v = engine_connection(s->engine, session(s, row));
	struct snapshot_session_row r;

	if (v == NULL)
		return false;
	*number = v->session->number;
	rows_session(s->engine, v, s->query, &r);
	if (pattern_finds_text(p, protocol_name(r.protocol)) || pattern_finds_text(p, r.client) ||
	    pattern_finds_text(p, r.server) || pattern_finds_text(p, r.user) || pattern_finds_text(p, r.mailbox) ||
	    pattern_finds_text(p, r.result))
		return true;
	for (size_t i = 0; i < v->session->mail_count; i++) {
		if (mail_list_row_contains(s->engine, v, v->session->mails[i], p)) {
			*item = v->session->mails[i]->number;
			return true;
		}
	}
	return false;
}

const struct shown_list_ops shown_list_session = {
	.count = count,
	.session = session,
	.fill = fill,
	.matches = matches,
};
