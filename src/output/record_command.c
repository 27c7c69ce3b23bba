/* mailtap.command: one for each command, and for what the server says unasked. */
#include <string.h>

#include "base/clock.h"
#include "mail/mask.h"
#include "mail/session_imap.h"
#include "output/record.h"
#include "proto/parameter.h"
#include "proto/response_code.h"
#include "proto/sasl.h"

struct told_command {
	const struct session *session;
	const struct command *command;
};

static int64_t never_negative(int64_t duration_ns)
{
	return duration_ns > 0 ? duration_ns : 0;
}

static void put_upper(struct json *j, const char *key, struct slice text)
{
	char upper[64];
	size_t len = text.len < sizeof(upper) ? text.len : sizeof(upper);

	for (size_t i = 0; i < len; i++)
		upper[i] = (char)slice_upper_byte(text.data[i]);
	json_text(j, key, slice_of(upper, len));
}

/* IMAP: what it says may be a list, or no code at all but a name. */
static void put_response_code(struct json *j, const struct session *s, const struct reply *r, struct slice said)
{
	struct slice code = response_code_read(reply_code(r), said);

	if (protocol_has(s->protocol, PROTOCOL_TAGGED))
		put_upper(j, "response_code", code);
	else
		json_text(j, "response_code", code);
}

static void put_reply(struct json *j, const struct session *s, const struct command *c, const struct reply *r,
		      bool show_secrets)
{
	struct slice said = reply_said(s, r, show_secrets);

	json_open_object(j, NULL);
	record_put_reply(j, r, said);
	put_response_code(j, s, r, said);
	json_number(j, "packet", (int64_t)r->packet);
	if (c->packet != 0)
		json_number(j, "latency_us", never_negative(r->time_ns - session_imap_asked_ns(c)) / CLOCK_NS_PER_US);
	json_close(j);
}

static void put_replies(struct json *j, const struct session *s, const struct command *c, bool show_secrets)
{
	if (c->replies == NULL) {
		json_empty_array(j, "replies"); /* never answered */
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

	json_open_object(j, "auth");
	put_upper(j, "mechanism", extra->mechanism);
	json_text(j, "user", extra->user);
	json_text(j, "realm", extra->realm);
	if (extra->secret.len > 0)
		json_text(j, "secret", show_secrets ? extra->secret : slice_from_text(MASK_TEXT));
	json_bool(j, "success", extra->login_success);
	put_exchange(j, c, show_secrets);
	json_close(j);
}

/* `count`: how many lines there were. */
static void put_listing(struct json *j, const struct session_line *lines, size_t count, bool show_secrets)
{
	size_t empty = 0;

	json_open_array(j, "data");
	for (const struct session_line *l = lines; l != NULL; l = l->next) {
		if (l->text.len > 0)
			json_item(j, show_secrets || !l->secret ? l->text : slice_from_text(MASK_TEXT));
		else
			empty++;
	}
	json_close_counted(j, count - empty);
}

static void put_literals(struct json *j, const struct command *c, bool show_secrets)
{
	const struct command_imap *imap = c->extra->imap;
	bool is_hidden = c->kind == KIND_APPEND || (!show_secrets && (c->secret || c->kind == KIND_LOGIN));

	json_open_array(j, "literals");
	for (const struct imap_literal *l = imap->literals; l != NULL; l = l->next) {
		json_open_object(j, NULL);
		json_number(j, "size", (int64_t)l->size);
		if (!is_hidden)
			json_text(j, "text", l->text);
		json_close(j);
	}
	json_close_counted(j, imap->literal_count);
}

static void put_imap(struct json *j, const struct command *c, bool show_secrets)
{
	const struct command_imap *imap = c->extra->imap;

	put_literals(j, c, show_secrets);
	json_count(j, "continuations", imap->continuations);
	json_count(j, "done_packet", imap->done.packet);
	json_open_object(j, "untagged");
	for (const struct imap_count *u = imap->untagged; u != NULL; u = u->next)
		json_count(j, u->name, u->count);
	json_close(j);
	put_listing(j, imap->data, imap->data_count, show_secrets);
}

static void put_parameters(struct json *j, const struct command *c)
{
	struct slice verb = command_verb(c);
	struct slice rest = parameter_find(verb, command_arguments(c));
	struct parameter p;

	json_open_array(j, "parameters");
	while (parameter_next(verb, &rest, &p)) {
		json_open_object(j, NULL);
		record_put_parameter(j, &p);
		json_close(j);
	}
	json_close(j);
}

static enum record_outcome outcome_of_replies(const struct command *c)
{
	if (c->replies == NULL)
		return RECORD_UNKNOWN;
	for (const struct reply *r = c->replies; r != NULL; r = r->next)
		if (!reply_is_positive(r))
			return RECORD_FAILURE;
	return RECORD_SUCCESS;
}

static uint64_t index_of(const struct session *s, const struct command *c)
{
	return s->first_index + (uint64_t)(c - s->commands);
}

static void make_place(char out[RECORD_PLACE_SIZE], const struct session *s, const struct command *c)
{
	if (c->kind == KIND_GREETING)
		memcpy(out, "g", 2);
	else if (c->kind == KIND_UNSOLICITED)
		record_make_place(out, 'u', s->unsolicited);
	else
		record_make_place(out, 'c', index_of(s, c));
}

static void put_arguments(struct json *j, const struct command *c, bool show_secrets)
{
	struct buffer masked = {0};

	if (show_secrets || !c->secret) {
		json_text(j, "arguments", command_arguments(c));
		return;
	}
	mask_arguments(c, false, &masked);
	json_text(j, "arguments", buffer_slice(&masked));
	buffer_fini(&masked);
}

static void put_command(struct json *j, const struct session *s, const struct command *c, bool show_secrets)
{
	json_number(j, "index", (int64_t)index_of(s, c));
	json_text(j, "tag", session_imap_tag(c));
	json_text(j, "verb", command_verb(c));
	put_arguments(j, c, show_secrets);
	put_parameters(j, c);
	json_count(j, "packet", c->packet != 0 ? c->packet : c->replies != NULL ? c->replies->packet : 0);
	json_true(j, "truncated", c->truncated);
	json_true(j, "injected", c->injected);
	json_count(j, "mail", c->mail);
	put_replies(j, s, c, show_secrets);
	if (c->extra == NULL)
		return;
	if (c->extra->is_login)
		put_auth(j, c, show_secrets);
	else if (c->extra->imap == NULL)
		put_listing(j, c->extra->lines, c->extra->line_count, show_secrets);
	if (c->extra->imap != NULL)
		put_imap(j, c, show_secrets);
}

static void fill(struct json *j, const struct records *r, const void *what)
{
	const struct told_command *t = what;
	const struct command *c = t->command;
	char place[RECORD_PLACE_SIZE];

	make_place(place, t->session, c);
	record_begin(j, &(struct record_event){.members = RECORD_EVENT("event", "command"),
					       .place = place,
					       .outcome = outcome_of_replies(c),
					       .time_ns = c->packet == 0 && c->replies != NULL ? c->replies->time_ns
											       : c->time_ns,
					       .time_digits = t->session->time_digits});
	json_close(j);
	record_put_ends(j, t->session);
	record_open_own(j);
	put_command(j, t->session, c, record_shows_secrets(r));
	record_end(j);
}

void records_command(struct records *r, struct buffer *out, const struct session *s, const struct command *c)
{
	record_put(r, out, s, fill, &(struct told_command){.session = s, .command = c});
}
