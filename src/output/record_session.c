/* mailtap.session: one for each connection. */
#include "base/clock.h"
#include "common/address.h"
#include "diagnosis/outcome.h"
#include "mail/session_imap.h"
#include "mail/told.h"
#include "output/record.h"
#include "output/record_head.h"

struct told_session {
	const struct session *session;
	const char *const *names;
};

static void put_tcp(struct json *j, const char *key, const struct session_side *side)
{
	const struct tcp_flaws *flaws = session_flaws(side);

	json_open_object(j, key);
	json_count(j, "retransmitted_segments", flaws->retransmitted);
	json_count(j, "copied_segments", flaws->copied);
	json_count(j, "out_of_order_segments", flaws->out_of_order);
	json_count(j, "missing_bytes", side->missing_bytes);
	json_count(j, "overlap_conflicts", flaws->conflicts);
	json_count(j, "damaged_segments", flaws->damaged);
	json_count(j, "duplicate_acks", flaws->duplicate_acks);
	json_count(j, "zero_windows", flaws->zero_windows);
	json_count(j, "zero_window_us", (uint64_t)(flaws->zero_window_ns / CLOCK_NS_PER_US));
	json_close(j);
}

static void put_tunnel(struct json *j, const struct session_tunnel *t)
{
	char text[ADDRESS_TEXT_SIZE];

	if (t == NULL)
		return;
	json_open_object(j, "tunnel");
	json_text(j, "type", slice_from_text(t->name));
	address_text(text, t->source, t->is_ipv6);
	json_text(j, "source", slice_from_text(text));
	address_text(text, t->destination, t->is_ipv6);
	json_text(j, "destination", slice_from_text(text));
	json_count(j, "id", t->id);
	json_close(j);
}

static void put_proxy(struct json *j, const struct session_proxy *p)
{
	if (p->version == 0)
		return;
	json_open_object(j, "proxy");
	json_number(j, "version", p->version);
	json_text(j, "command", slice_from_text(p->is_local ? "LOCAL" : "PROXY"));
	json_close(j);
}

static void put_extensions(struct json *j, const struct session *s)
{
	struct slice rest = session_extensions(s);
	struct slice line;
	bool started = false;

	json_open_array(j, "extensions");
	while (rest.len > 0 && reply_next_line(&rest, &started, &line))
		if (line.len > 0)
			json_item(j, line);
	json_close(j);
}

/* The numbers of the messages that were deleted, or that were retrieved. */
static void put_messages(struct json *j, const char *key, const struct session *s, bool deleted)
{
	const struct session_mailbox *box = session_mailbox(s);

	json_open_array(j, key);
	for (size_t i = 0; i < box->list_count; i++)
		if (deleted ? box->list[i].deleted : box->list[i].retrieved)
			json_number(j, NULL, (int64_t)i + 1);
	json_close(j);
}

static void put_mailbox(struct json *j, const struct session *s)
{
	const struct session_mailbox *box = session_mailbox(s);
	uint64_t uids = 0;

	for (size_t i = 0; i < box->list_count; i++)
		uids += box->list[i].uid.data != NULL;
	json_open_object(j, "mailbox");
	if (box->known) {
		json_number(j, "messages", (int64_t)box->messages);
		json_number(j, "octets", (int64_t)box->octets);
	}
	json_count(j, "uids", uids);
	put_messages(j, "retrieved", s, false);
	put_messages(j, "deleted", s, true);
	json_true(j, "committed", box->committed);
	json_close(j);
}

static void put_end_point(struct json *j, const char *key, const struct session_side *side, enum record_piece address,
			  const char *name)
{
	json_open_object(j, key);
	if (name != NULL)
		json_text(j, "domain", slice_from_text(name));
	json_piece(j, address);
	json_number(j, "bytes", (int64_t)side->bytes);
	json_number(j, "packets", (int64_t)side->packets);
	json_close(j);
}

static void put_ends(struct json *j, const struct told_session *t)
{
	const struct session *s = t->session;

	json_open_object(j, "network");
	json_piece(j, RECORD_NETWORK);
	json_close(j);
	put_end_point(j, "source", &s->side[SIDE_CLIENT], RECORD_CLIENT, t->names[SIDE_CLIENT]);
	put_end_point(j, "destination", &s->side[SIDE_SERVER], RECORD_SERVER, t->names[SIDE_SERVER]);
	record_put_told(j, s);
}

static void put_user(struct json *j, const struct session *s)
{
	json_open_object(j, "user");
	json_text(j, "name", s->user);
	json_close(j);
	record_put_tls(j, s);
}

static void put_dialogue(struct json *j, const struct session *s)
{
	json_number(j, "commands", (int64_t)(s->first_index + s->command_count));
	json_number(j, "mails", s->mails_total);
	json_true(j, "found_by_content", s->found_by_content);
	json_true(j, "compressed", session_imap(s) != NULL && session_imap(s)->compressed);
	if (s->speaks != NULL)
		json_text(j, "speaks", slice_from_text(s->speaks));
	json_text(j, "unfinished", s->unfinished);
	put_tunnel(j, s->tunnel);
	put_proxy(j, &told_of(s)->proxy);
	json_text(j, "banner", session_banner(s));
	json_text(j, "helo", session_helo(s));
	put_extensions(j, s);
	put_mailbox(j, s);
}

static void fill(struct json *j, const struct records *r, const void *what)
{
	static const enum record_outcome outcomes[] = {[OUTCOME_SUCCESS] = RECORD_SUCCESS,
						       [OUTCOME_FAILURE] = RECORD_FAILURE,
						       [OUTCOME_UNKNOWN] = RECORD_UNKNOWN};
	const struct told_session *t = what;
	const struct session *s = t->session;

	(void)r;
	record_begin(j, &(struct record_event){.members = RECORD_EVENT("event", "session"),
					       .place = "s",
					       .outcome = outcomes[outcome_verdict(s)],
					       .time_ns = s->end_ns,
					       .time_digits = s->time_digits});
	json_time(j, "start", s->start_ns, s->time_digits);
	json_time(j, "end", s->end_ns, s->time_digits);
	json_number(j, "duration", s->end_ns > s->start_ns ? s->end_ns - s->start_ns : 0);
	json_close(j);
	put_ends(j, t);
	put_user(j, s);
	record_open_own(j);
	json_text(j, "state", slice_from_text(session_state_name(s->state)));
	json_text(j, "handshake", slice_from_text(session_handshake_name(s->handshake)));
	json_true(j, "given_up", s->abandoned);
	if (s->rtt_ns >= 0)
		json_number(j, "rtt_us", s->rtt_ns / CLOCK_NS_PER_US);
	if (s->connect_ns >= 0)
		json_number(j, "connect_us", s->connect_ns / CLOCK_NS_PER_US);
	put_dialogue(j, s);
	record_put_own_tls(j, s);
	put_tcp(j, "client", &s->side[SIDE_CLIENT]);
	put_tcp(j, "server", &s->side[SIDE_SERVER]);
	record_end(j);
}

void records_session(struct records *r, struct buffer *out, const struct session *s, const char *const names[SIDES])
{
	record_put(r, out, s, fill, &(struct told_session){.session = s, .names = names});
}
