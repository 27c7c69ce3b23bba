#include "output/records.h"

#include <strings.h>

#include "base/clock.h"
#include "common/address.h"
#include "diagnosis/diagnosis.h"
#include "mail/mask.h"
#include "mail/told.h"
#include "output/community_id.h"
#include "output/json.h"
#include "proto/parameter.h"
#include "proto/response_code.h"
#include "proto/sasl.h"

enum {
	DATA_LINES_MAX = 1000, /* of a POP3 listing, in the JSON */
	PARAMETERS_MAX = 32,   /* of a command */
};

void records_fini_fields(struct record_fields *f)
{
	buffer_fini(&f->subject);
	buffer_fini(&f->message_id);
	buffer_fini(&f->x_mailer);
	buffer_fini(&f->from);
	buffer_fini(&f->to);
	buffer_fini(&f->cc);
}

static void put_time(struct json *j, const char *key, int64_t time_ns, uint8_t digits)
{
	char text[CLOCK_RFC3339_SIZE];
	size_t len = clock_rfc3339(text, time_ns, digits);

	json_text(j, key, slice_of(text, len));
}

static void begin_record(struct json *j, struct buffer *out, const char *dataset, int64_t time_ns, uint8_t digits)
{
	json_begin(j, out, NULL);
	put_time(j, "@timestamp", time_ns, digits);
	json_open_object(j, "ecs");
	json_text(j, "version", slice_from_text("8.17"));
	json_close(j);
	json_open_object(j, "event");
	json_text(j, "dataset", slice_from_text(dataset));
}

static void put_endpoint(struct json *j, const char *key, const struct endpoint *e)
{
	char text[ADDRESS_TEXT_SIZE];

	if (!e->has_address)
		return;
	address_text(text, e->address, e->is_ipv6);
	json_open_object(j, key);
	json_text(j, "ip", slice_from_text(text));
	if (e->has_port)
		json_number(j, "port", e->port);
	json_close(j);
}

/* Who the ends truly are, where somebody told. */
static void put_told(struct json *j, const struct session *s)
{
	put_endpoint(j, "client", &told_of(s)->ends[SIDE_CLIENT]);
	put_endpoint(j, "server", &told_of(s)->ends[SIDE_SERVER]);
}

static int64_t never_negative(int64_t duration_ns)
{
	return duration_ns > 0 ? duration_ns : 0;
}

/* ---- mailtap.session ---- */

static void put_end_point(struct json *j, const char *key, const struct session *s, enum side side, const char *name)
{
	const struct session_side *end = &s->side[side];
	char text[ADDRESS_TEXT_SIZE];

	address_text(text, end->address, s->is_ipv6);
	json_open_object(j, key);
	if (name != NULL)
		json_text(j, "domain", slice_from_text(name));
	json_text(j, "ip", slice_from_text(text));
	json_number(j, "port", end->port);
	json_number(j, "bytes", (int64_t)end->bytes);
	json_number(j, "packets", (int64_t)end->packets);
	json_close(j);
}

static void put_tcp(struct json *j, const char *key, const struct session_side *side)
{
	json_open_object(j, key);
	json_count(j, "retransmitted_segments", side->retransmitted);
	json_count(j, "copied_segments", side->copied);
	json_count(j, "out_of_order_segments", side->out_of_order);
	json_count(j, "missing_bytes", side->missing_bytes);
	json_count(j, "overlap_conflicts", side->conflicts);
	json_count(j, "damaged_segments", side->damaged);
	json_count(j, "duplicate_acks", side->duplicate_acks);
	json_count(j, "zero_windows", side->zero_windows);
	json_count(j, "zero_window_us", (uint64_t)(side->zero_window_ns / CLOCK_NS_PER_US));
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
		json_item(j, line);
	json_close(j);
}

/* The numbers of the messages that were deleted, or that were retrieved. */
static void put_messages(struct json *j, const char *key, const struct session *s, bool deleted)
{
	uint32_t count = 0;

	json_open_array(j, key);
	for (size_t i = 0; i < s->message_count && count < DATA_LINES_MAX; i++)
		if (deleted ? s->messages[i].deleted : s->messages[i].retrieved) {
			json_number(j, NULL, (int64_t)i + 1);
			count++;
		}
	json_close(j);
}

static void put_mailbox(struct json *j, const struct session *s)
{
	uint64_t uids = 0;

	for (size_t i = 0; i < s->message_count; i++)
		uids += s->messages[i].uid.data != NULL;
	json_open_object(j, "mailbox");
	if (s->mailbox.known) {
		json_number(j, "messages", (int64_t)s->mailbox.messages);
		json_number(j, "octets", (int64_t)s->mailbox.octets);
	}
	json_count(j, "uids", uids);
	put_messages(j, "retrieved", s, false);
	put_messages(j, "deleted", s, true);
	json_true(j, "committed", s->mailbox.committed);
	json_close(j);
}

void records_session(struct buffer *out, const struct session *s, const char *const names[SIDES])
{
	char id[COMMUNITY_ID_SIZE];
	struct json j;

	community_id_make(id, s);
	begin_record(&j, out, "mailtap.session", s->end_ns, s->time_digits);
	put_time(&j, "start", s->start_ns, s->time_digits);
	put_time(&j, "end", s->end_ns, s->time_digits);
	json_number(&j, "duration", never_negative(s->end_ns - s->start_ns));
	json_close(&j);
	json_open_object(&j, "network");
	json_text(&j, "transport", slice_from_text("tcp"));
	json_text(&j, "type", slice_from_text(s->is_ipv6 ? "ipv6" : "ipv4"));
	if (s->protocol != PROTOCOL_UNKNOWN)
		json_text(&j, "protocol", slice_from_text(protocol_name(s->protocol)));
	json_text(&j, "community_id", slice_from_text(id));
	json_close(&j);
	put_end_point(&j, "source", s, SIDE_CLIENT, names[SIDE_CLIENT]);
	put_end_point(&j, "destination", s, SIDE_SERVER, names[SIDE_SERVER]);
	put_told(&j, s);
	json_open_object(&j, "user");
	json_text(&j, "name", s->user);
	json_close(&j);
	json_open_object(&j, "tls");
	json_true(&j, "established", s->tls);
	json_close(&j);
	json_open_object(&j, "mailtap");
	json_number(&j, "session", (int64_t)s->number);
	json_text(&j, "state", slice_from_text(session_state_name(s->state)));
	json_text(&j, "handshake", slice_from_text(session_handshake_name(s->handshake)));
	json_true(&j, "given_up", s->abandoned);
	if (s->rtt_ns >= 0)
		json_number(&j, "rtt_us", s->rtt_ns / CLOCK_NS_PER_US);
	if (s->connect_ns >= 0)
		json_number(&j, "connect_us", s->connect_ns / CLOCK_NS_PER_US);
	json_number(&j, "commands", (int64_t)(s->first_index + s->command_count));
	json_number(&j, "mails", s->mails_total);
	json_true(&j, "found_by_content", s->found_by_content);
	if (s->speaks != NULL)
		json_text(&j, "speaks", slice_from_text(s->speaks));
	json_text(&j, "unfinished", s->unfinished);
	put_tunnel(&j, s->tunnel);
	put_proxy(&j, &told_of(s)->proxy);
	json_text(&j, "banner", session_banner(s));
	json_text(&j, "helo", session_helo(s));
	put_extensions(&j, s);
	put_mailbox(&j, s);
	put_tcp(&j, "client", &s->side[SIDE_CLIENT]);
	put_tcp(&j, "server", &s->side[SIDE_SERVER]);
	json_close(&j);
	json_finish(&j);
}

/* ---- mailtap.command ---- */

static void put_reply(struct json *j, const struct session *s, const struct command *c, const struct reply *r,
		      bool show_secrets)
{
	struct slice rest = reply_said(s, r, show_secrets);
	struct slice line;
	bool started = false;

	json_open_object(j, NULL);
	json_text(j, "code", reply_code(r));
	json_text(j, "enhanced", slice_of(r->enhanced, r->enhanced_len));
	json_text(j, "response_code", response_code_read(reply_code(r), rest));
	json_open_array(j, "text");
	while (reply_next_line(&rest, &started, &line))
		json_item(j, line);
	json_close(j);
	json_number(j, "packet", (int64_t)r->packet);
	if (c->packet != 0)
		json_number(j, "latency_us", never_negative(r->time_ns - c->time_ns) / CLOCK_NS_PER_US);
	json_close(j);
}

static void put_replies(struct json *j, const struct session *s, const struct command *c, bool show_secrets)
{
	if (c->replies == NULL) {
		json_open_array(j, "replies");
		j->level[j->depth].has_members = true; /* an empty array says: never answered */
		json_close(j);
		return;
	}
	json_open_array(j, "replies");
	for (const struct reply *r = c->replies; r != NULL; r = r->next)
		put_reply(j, s, c, r, show_secrets);
	json_close(j);
}

static void put_exchange(struct json *j, const struct command *c, bool show_secrets)
{
	struct buffer decoded = {0};

	json_open_array(j, "exchange");
	for (const struct session_line *l = c->extra->lines; l != NULL; l = l->next) {
		bool masked = !show_secrets && l->secret;

		buffer_clear(&decoded);
		json_open_object(j, NULL);
		json_text(j, "from", slice_from_text(l->from == SIDE_CLIENT ? "client" : "server"));
		json_text(j, "text", masked ? slice_from_text(MASK_TEXT) : l->text);
		if (masked)
			json_text(j, "decoded", slice_from_text(MASK_TEXT));
		else if (sasl_decode_line(l->text, &decoded))
			json_text(j, "decoded", buffer_slice(&decoded));
		json_close(j);
	}
	json_close(j);
	buffer_fini(&decoded);
}

static void put_auth(struct json *j, const struct command *c, bool show_secrets)
{
	const struct command_extra *extra = c->extra;
	char mechanism[64];
	size_t len = extra->mechanism.len < sizeof(mechanism) ? extra->mechanism.len : sizeof(mechanism);

	for (size_t i = 0; i < len; i++)
		mechanism[i] = (char)slice_upper_byte(extra->mechanism.data[i]);
	json_open_object(j, "auth");
	json_text(j, "mechanism", slice_of(mechanism, len));
	json_text(j, "user", extra->user);
	json_text(j, "realm", extra->realm);
	if (extra->secret.len > 0)
		json_text(j, "secret", show_secrets ? extra->secret : slice_from_text(MASK_TEXT));
	json_bool(j, "success", extra->login_success);
	put_exchange(j, c, show_secrets);
	json_close(j);
}

static void put_listing(struct json *j, const struct command *c, bool show_secrets)
{
	uint32_t count = 0;

	json_open_array(j, "data");
	for (const struct session_line *l = c->extra->lines; l != NULL && count < DATA_LINES_MAX; l = l->next, count++)
		json_item(j, show_secrets || !l->secret ? l->text : slice_from_text(MASK_TEXT));
	json_close(j);
	json_true(j, "data_truncated", c->extra->line_count > DATA_LINES_MAX);
}

/* RFC 5321 section 4.1.2: esmtp-keyword. What else stands there can be read in the arguments. */
static bool is_keyword(struct slice s)
{
	for (size_t i = 0; i < s.len; i++) {
		uint8_t byte = slice_upper_byte(s.data[i]);

		if (!(byte >= 'A' && byte <= 'Z') && !(byte >= '0' && byte <= '9') && byte != '-' && byte != '_')
			return false;
	}
	return s.len > 0;
}

/* A keyword that is said twice stands once: keys of an object are. */
static bool was_said_before(struct slice verb, struct slice all, const struct parameter *p)
{
	struct parameter earlier;

	while (parameter_next(verb, &all, &earlier) && earlier.keyword.data != p->keyword.data)
		if (earlier.keyword.len == p->keyword.len &&
		    strncasecmp((const char *)earlier.keyword.data, (const char *)p->keyword.data, p->keyword.len) == 0)
			return true;
	return false;
}

static void put_parameter(struct json *j, const struct parameter *p)
{
	struct buffer key = {0};
	struct buffer value = {0};

	parameter_append_keyword(p, &key);
	buffer_append_byte(&key, '\0');
	parameter_append_value(p, &value);
	if (p->has_value)
		json_text(j, (const char *)key.data, buffer_slice(&value));
	else
		json_bool(j, (const char *)key.data, true);
	buffer_fini(&key);
	buffer_fini(&value);
}

static void put_parameters(struct json *j, const struct command *c)
{
	struct slice verb = command_verb(c);
	struct slice all = parameter_find(verb, command_arguments(c));
	struct slice rest = all;
	struct parameter p;

	if (all.len == 0)
		return;
	json_open_object(j, "parameters");
	for (size_t count = 0; count < PARAMETERS_MAX && parameter_next(verb, &rest, &p); count++)
		if (is_keyword(p.keyword) && !was_said_before(verb, all, &p))
			put_parameter(j, &p);
	json_close(j);
}

void records_command(struct buffer *out, const struct session *s, const struct command *c, bool show_secrets)
{
	struct buffer arguments = {0};
	uint64_t packet = c->packet != 0 ? c->packet : c->replies != NULL ? c->replies->packet : 0;
	struct json j;

	mask_arguments(c, show_secrets, &arguments);
	begin_record(&j, out, "mailtap.command",
		     c->packet == 0 && c->replies != NULL ? c->replies->time_ns : c->time_ns, s->time_digits);
	json_close(&j);
	put_told(&j, s);
	json_open_object(&j, "mailtap");
	json_number(&j, "session", (int64_t)s->number);
	json_number(&j, "index", (int64_t)s->first_index + (c - s->commands));
	json_text(&j, "verb", command_verb(c));
	json_text(&j, "arguments", buffer_slice(&arguments));
	put_parameters(&j, c);
	json_count(&j, "packet", packet);
	json_true(&j, "truncated", c->truncated);
	json_count(&j, "mail", c->mail);
	put_replies(&j, s, c, show_secrets);
	if (c->extra != NULL && c->extra->is_login)
		put_auth(&j, c, show_secrets);
	else if (c->extra != NULL)
		put_listing(&j, c, show_secrets);
	json_close(&j);
	json_finish(&j);
	buffer_fini(&arguments);
}

/* ---- mailtap.mail ---- */

static void put_addresses(struct json *j, const char *key, const struct buffer *addresses)
{
	struct slice rest = buffer_slice(addresses);

	json_open_object(j, key);
	json_open_array(j, "address");
	while (rest.len > 0) {
		size_t len = slice_find(rest, '\0');

		json_item(j, slice_sub(rest, 0, len));
		rest = slice_after(rest, len + 1);
	}
	json_close(j);
	json_close(j);
}

static void put_file(struct json *j, const struct message_attachment *a)
{
	json_open_object(j, "file");
	json_text(j, "name", slice_from_text(a->name));
	json_number(j, "size", (int64_t)a->size);
	json_text(j, "mime_type", slice_from_text(a->mime_type));
	json_open_object(j, "hash");
	json_text(j, "sha256", slice_from_text(a->sha256));
	json_close(j);
	json_close(j);
}

static void put_attachments(struct json *j, const struct message *message)
{
	json_open_array(j, "attachments");
	for (size_t i = 0; i < message_attachment_count(message); i++) {
		json_open_object(j, NULL);
		put_file(j, message_attachment(message, i));
		json_close(j);
	}
	json_close(j);
}

static void put_embedded(struct json *j, const struct message *message)
{
	json_open_array(j, "embedded");
	for (size_t i = 0; message != NULL && i < message_embedded_count(message); i++) {
		const struct message_attachment *a = message_embedded(message, i);

		json_open_object(j, NULL);
		json_text(j, "encoding", slice_from_text(a->source == MESSAGE_SOURCE_TNEF ? "tnef" : "uuencode"));
		put_file(j, a);
		json_close(j);
	}
	json_close(j);
}

static void put_email(struct json *j, const struct session *s, const struct record_fields *f)
{
	json_open_object(j, "email");
	put_addresses(j, "from", &f->from);
	put_addresses(j, "to", &f->to);
	put_addresses(j, "cc", &f->cc);
	json_text(j, "subject", buffer_slice(&f->subject));
	json_text(j, "message_id", buffer_slice(&f->message_id));
	if (f->has_date)
		put_time(j, "origination_timestamp", f->date_ns, 0);
	json_text(j, "x_mailer", buffer_slice(&f->x_mailer));
	if (f->message != NULL)
		put_attachments(j, f->message);
	json_close(j);
	(void)s;
}

static void put_envelope(struct json *j, const struct mail *m)
{
	json_open_object(j, "envelope");
	if (m->from.data != NULL) {
		if (m->from.len > 0)
			json_text(j, "from", m->from);
		else
			json_text(j, "from", slice_from_text("<>"));
	}
	json_open_array(j, "to");
	for (const struct recipient *r = m->recipients; r != NULL; r = r->next)
		if (r->fate == RECIPIENT_ACCEPTED || r->fate == RECIPIENT_UNKNOWN)
			json_item(j, r->address);
	json_close(j);
	json_open_array(j, "rejected");
	for (const struct recipient *r = m->recipients; r != NULL; r = r->next)
		if (r->fate == RECIPIENT_REJECTED) {
			json_open_object(j, NULL);
			json_text(j, "address", r->address);
			json_text(j, "code", slice_of(r->code, strnlen(r->code, 3)));
			json_close(j);
		}
	json_close(j);
	json_close(j);
}

static void put_final_reply(struct json *j, const struct mail *m)
{
	const struct reply *r = m->final_reply;
	struct slice rest;
	struct slice line;
	bool started = false;

	if (r == NULL)
		return;
	rest = reply_text(r);
	json_open_object(j, "reply");
	json_text(j, "code", reply_code(r));
	json_text(j, "enhanced", slice_of(r->enhanced, r->enhanced_len));
	json_open_array(j, "text");
	while (reply_next_line(&rest, &started, &line))
		json_item(j, line);
	json_close(j);
	json_number(j, "packet", (int64_t)r->packet);
	json_close(j);
}

static void put_pop3(struct json *j, const struct mail *m)
{
	json_open_object(j, "pop3");
	json_count(j, "number", m->pop3_number); /* 0: RETR was not captured */
	json_text(j, "uid", m->pop3_uid);
	json_count(j, "octets", m->pop3_octets);
	json_bool(j, "deleted", m->pop3_deleted);
	json_bool(j, "committed", m->pop3_committed);
	json_close(j);
}

static void put_kin(struct json *j, const struct mail *m, const struct record_fields *f)
{
	json_open_object(j, "repeats");
	json_count(j, "mail", m->repeats);
	json_close(j);
	json_open_array(j, "same_as");
	for (size_t i = 0; i < f->same_as_count; i++) {
		json_open_object(j, NULL);
		json_number(j, "session", (int64_t)f->same_as[i].session);
		json_number(j, "mail", f->same_as[i].mail);
		json_close(j);
	}
	json_close(j);
}

void records_mail(struct buffer *out, const struct session *s, const struct mail *m, const struct record_fields *f)
{
	struct json j;

	begin_record(&j, out, "mailtap.mail", m->last.time_ns, s->time_digits);
	json_close(&j);
	put_told(&j, s);
	put_email(&j, s, f);
	json_open_object(&j, "file");
	if (m->saved_path != NULL)
		json_text(&j, "path", slice_from_text(m->saved_path));
	json_close(&j);
	json_open_object(&j, "mailtap");
	json_number(&j, "session", (int64_t)s->number);
	json_number(&j, "mail", m->number);
	json_text(&j, "direction", slice_from_text(mail_direction_name(m->direction)));
	if (m->direction == MAIL_SENT)
		put_envelope(&j, m);
	if (m->has_data) {
		json_number(&j, "size", (int64_t)m->size);
		if (f->has_hash)
			json_text(&j, "sha256", slice_from_text(f->sha256));
	}
	put_embedded(&j, f->message);
	json_bool(&j, "complete", m->complete);
	json_count(&j, "missing_bytes", m->missing_len);
	json_count(&j, "overlap_conflicts", m->conflicts);
	json_text(&j, "outcome", slice_from_text(mail_outcome_name(m->outcome)));
	put_kin(&j, m, f);
	if (m->direction == MAIL_SENT)
		put_final_reply(&j, m);
	else
		put_pop3(&j, m);
	json_close(&j);
	json_finish(&j);
}

/* ---- mailtap.diagnosis ---- */

void records_diagnosis(struct buffer *out, const struct session *s, const struct finding *f)
{
	const struct rule_row *row = rule_row((enum rule)f->rule);
	const char *phase = phase_name((enum phase)f->phase);
	struct json j;

	begin_record(&j, out, "mailtap.diagnosis", f->time_ns, s->time_digits);
	json_close(&j);
	put_told(&j, s);
	json_open_object(&j, "rule");
	json_text(&j, "id", slice_from_text(row->id));
	json_text(&j, "name", slice_from_text(row->name));
	json_close(&j);
	json_text(&j, "message", f->message);
	json_open_object(&j, "mailtap");
	json_number(&j, "session", (int64_t)s->number);
	json_text(&j, "severity", slice_from_text(severity_name((enum severity)f->severity)));
	json_true(&j, "root", f->is_root);
	json_text(&j, "advice", slice_from_text(row->advice));
	json_open_array(&j, "evidence");
	for (size_t i = 0; i < f->packet_count; i++)
		json_number(&j, NULL, (int64_t)f->packets[i]);
	json_close(&j);
	json_count(&j, "mail", f->mail);
	if (f->index != DIALOGUE_NO_COMMAND)
		json_number(&j, "index", f->index);
	if (phase != NULL)
		json_text(&j, "phase", slice_from_text(phase));
	json_close(&j);
	json_finish(&j);
}

/* ---- mailtap.capture ---- */

static void put_counts(struct json *j, const char *key, const struct record_count *counts, size_t count)
{
	json_open_object(j, key);
	for (size_t i = 0; i < count; i++)
		json_count(j, counts[i].reason, counts[i].count);
	json_close(j);
}

void records_capture(struct buffer *out, const struct record_capture *c)
{
	struct json j;

	begin_record(&j, out, "mailtap.capture", c->time_ns, c->time_digits);
	json_close(&j);
	json_open_object(&j, "mailtap");
	json_number(&j, "packets", (int64_t)c->packets);
	json_number(&j, "bytes", (int64_t)c->bytes);
	json_number(&j, "sessions", (int64_t)c->sessions);
	json_number(&j, "mails", (int64_t)c->mails);
	json_open_object(&j, "dropped");
	json_number(&j, "kernel", (int64_t)c->drops.kernel);
	json_number(&j, "ring", (int64_t)c->drops.ring);
	json_close(&j);
	put_counts(&j, "skipped", c->skipped, c->skipped_count);
	put_counts(&j, "given_up", c->given_up, c->given_up_count);
	json_close(&j);
	json_finish(&j);
}
