#include "engine/session_filter.h"

#include <stdio.h>

#include "diagnosis/outcome.h"
#include "engine/content.h"
#include "filter/filter.h"
#include "mail/session_imap.h"
#include "mail/session_tls.h"
#include "mail/told.h"
#include "proto/response_code.h"

struct subject {
	const struct session_filter_scene *scene;
	struct connection *v;
	struct session *s;
	enum session_filter_when when;
	/* of one that is followed: what is known of it, and what has come */
	struct session_filter_state *state;
	const struct command *command;
	struct mail *mail;
	bool is_last;
};

/* Of what is so now. `stays`: whatever the session still says, it will be. */
static enum expression_truth judge(const struct subject *u, bool is_so, bool stays)
{
	bool is_over = u->state != NULL ? u->is_last : u->s->over;

	if (u->when == SESSION_FILTER_NOW || is_over || (is_so && stays))
		return is_so ? EXPRESSION_YES : EXPRESSION_NO;
	return EXPRESSION_OPEN;
}

/* ---- what was said ---- */

static bool is_more_decided(const struct expression_term *t)
{
	return t->compare == EXPRESSION_MORE || t->compare == EXPRESSION_AT_LEAST;
}

static int64_t slowest_reply(const struct subject *u)
{
	return u->state != NULL ? u->state->slowest : session_slowest_ns(u->s);
}

static bool is_of_health_check(const struct command *c)
{
	switch (c->kind) {
	case KIND_GREETING:
	case KIND_HELLO:
	case KIND_CAPA:
	case KIND_STARTTLS:
	case KIND_QUIT:
		return true;
	default:
		return slice_equals_nocase(command_verb(c), "NOOP");
	}
}

/* Nothing but what those send who look whether a server is there. */
static bool is_greeting_only(const struct subject *u)
{
	if (u->state != NULL)
		return !u->state->is_busy;
	for (size_t i = 0; i < u->s->command_count; i++)
		if (!is_of_health_check(&u->s->commands[i]))
			return false;
	return true;
}

static bool is_health_check(const struct subject *u)
{
	const struct session *s = u->s;

	return (s->over || u->is_last) && s->mails_total == 0 && s->transaction == NULL && s->user.len == 0 &&
	       (s->state == SESSION_CLOSED || s->state == SESSION_RESET) && !session_tls_is_opaque(s) &&
	       is_greeting_only(u) && !outcome_is_failure(s);
}

static bool reply_has_code(const struct expression_term *t, const struct reply *r)
{
	struct slice code = reply_code(r);

	return expression_term_begins(t, code) ||
	       (r->enhanced_len > 0 && expression_term_begins(t, slice_of(r->enhanced, r->enhanced_len))) ||
	       expression_term_begins(t, response_code_read(code, reply_text(r)));
}

static bool command_has_code(const struct expression_term *t, const struct command *c)
{
	for (const struct reply *r = c->replies; r != NULL; r = r->next)
		if (reply_has_code(t, r))
			return true;
	return false;
}

/* Whether the term was met, or is by what has come. */
static bool has_met(const struct subject *u, const struct expression_term *t, bool is_met)
{
	if (is_met)
		u->state->seen |= UINT64_C(1) << t->index;
	return u->state->seen >> t->index & 1;
}

static bool has_code(const struct subject *u, const struct expression_term *t)
{
	if (u->state != NULL)
		return has_met(u, t, u->command != NULL && command_has_code(t, u->command));
	for (size_t i = 0; i < u->s->command_count; i++)
		if (command_has_code(t, &u->s->commands[i]))
			return true;
	return false;
}

static bool has_finding(const struct expression_term *t, const struct session *s)
{
	for (size_t i = 0; i < diagnosis_count(s); i++) {
		const struct finding *f = diagnosis_finding(s, i);

		if (expression_term_finds(t, slice_from_text(rule_row((enum rule)f->rule)->id)) ||
		    expression_term_finds(t, slice_from_text(finding_name(f))))
			return true;
	}
	return false;
}

static bool is_protocol(const struct expression_term *t, const struct session *s)
{
	return expression_term_begins(t, slice_from_text(protocol_name(s->protocol)));
}

/* no, yes, read, unread, or a version. */
static bool is_tls(const struct expression_term *t, const struct session *s)
{
	static const char *const versions[] = {"1.0", "1.1", "1.2", "1.3"};
	uint16_t version = session_tls_of(s)->version;

	if (slice_equals_nocase(t->text, "no"))
		return !s->tls;
	if (slice_equals_nocase(t->text, "yes"))
		return s->tls;
	if (slice_equals_nocase(t->text, "read"))
		return s->tls && !session_tls_is_opaque(s);
	if (slice_equals_nocase(t->text, "unread"))
		return session_tls_is_opaque(s);
	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++)
		if (version == 0x0301 + i)
			return expression_term_begins(t, slice_from_text(versions[i]));
	return false;
}

static bool is_state(const struct expression_term *t, const struct session *s)
{
	return expression_term_begins(t, slice_from_text(session_state_name(s->state)));
}

/* ---- who ---- */

static bool end_has(const struct subject *u, const struct expression_term *t, const struct endpoint *end)
{
	const char *name;

	if (!end->has_address)
		return false;
	if (t->word == EXPRESSION_NET || t->has_network)
		return expression_term_has_address(t, end->address, end->is_ipv6);
	name = u->scene->host_name(u->scene->engine, end->address, end->is_ipv6);
	return name != NULL && expression_term_finds(t, slice_from_text(name));
}

static bool has_host(const struct subject *u, const struct expression_term *t)
{
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		struct endpoint end = {.port = u->s->side[side].port};

		endpoint_set_address(&end, u->s->side[side].address, u->s->is_ipv6);
		if (end_has(u, t, &end) || end_has(u, t, &told_of(u->s)->ends[side]))
			return true;
	}
	return t->word == EXPRESSION_HOST && !t->has_network && expression_term_finds(t, told_of(u->s)->relay.host);
}

static bool has_port(const struct expression_term *t, const struct session *s)
{
	return expression_term_has_port(t, s->side[SIDE_CLIENT].port) ||
	       expression_term_has_port(t, s->side[SIDE_SERVER].port);
}

/* By the client that a proxy told, and the server as the connection or, in that family, the proxy has it. */
static bool passes_as_told(const struct filter *f, const struct session *s)
{
	static const uint8_t nowhere[16] = {0};
	const struct endpoint *client = &told_of(s)->ends[SIDE_CLIENT];
	const struct endpoint *server = &told_of(s)->ends[SIDE_SERVER];
	const uint8_t *server_address = nowhere;

	if (!client->has_address)
		return false;
	if (s->is_ipv6 == client->is_ipv6)
		server_address = s->side[SIDE_SERVER].address;
	else if (server->has_address && server->is_ipv6 == client->is_ipv6)
		server_address = server->address;
	return filter_matches_flow(f, &(struct filter_flow){.client_address = client->address,
							    .server_address = server_address,
							    .address_len = client->is_ipv6 ? 16 : 4,
							    .client_port = client->port,
							    .server_port = s->side[SIDE_SERVER].port});
}

static bool has_packets(const struct filter *f, const struct session *s)
{
	return passes_as_told(f, s) ||
	       filter_matches_flow(f, &(struct filter_flow){.client_address = s->side[SIDE_CLIENT].address,
							    .server_address = s->side[SIDE_SERVER].address,
							    .address_len = s->is_ipv6 ? 16 : 4,
							    .client_port = s->side[SIDE_CLIENT].port,
							    .server_port = s->side[SIDE_SERVER].port});
}

/* ---- mails ---- */

/* Addresses or names, each followed by a NUL. */
static bool finds_one(const struct expression_term *t, const struct buffer *texts)
{
	for (struct slice rest = buffer_slice(texts); rest.len > 0;) {
		size_t len = slice_find(rest, '\0');

		if (expression_term_finds(t, slice_sub(rest, 0, len)))
			return true;
		rest = slice_after(rest, len + 1);
	}
	return false;
}

static bool is_to(const struct subject *u, const struct expression_term *t, struct mail *m)
{
	const struct record_fields *f;

	for (const struct recipient *r = m->recipients; r != NULL; r = r->next)
		if (expression_term_finds(t, r->address))
			return true;
	f = u->scene->fields(u->scene->engine, u->v, m);
	return finds_one(t, &f->to) || finds_one(t, &f->cc) || finds_one(t, &f->to_names);
}

static bool is_from(const struct subject *u, const struct expression_term *t, struct mail *m)
{
	const struct record_fields *f;

	if (expression_term_finds(t, m->from))
		return true;
	f = u->scene->fields(u->scene->engine, u->v, m);
	return finds_one(t, &f->from) || finds_one(t, &f->from_names);
}

static bool has_subject(const struct subject *u, const struct expression_term *t, struct mail *m)
{
	return expression_term_finds(t, buffer_slice(&u->scene->fields(u->scene->engine, u->v, m)->subject));
}

struct file_search {
	const struct expression_term *term;
	bool found;
};

static bool look_at_file(void *ctx, const char *name)
{
	struct file_search *search = ctx;

	search->found = expression_term_finds(search->term, slice_from_text(name));
	return !search->found;
}

static bool has_file(const struct subject *u, const struct expression_term *t, struct mail *m)
{
	struct file_search search = {.term = t};

	content_read_file_names(u->v, m, u->scene->store, look_at_file, &search);
	return search.found;
}

static bool is_mail(const struct subject *u, const struct expression_term *t, struct mail *m)
{
	switch (t->word) {
	case EXPRESSION_FROM:
		return is_from(u, t, m);
	case EXPRESSION_TO:
		return is_to(u, t, m);
	case EXPRESSION_SUBJECT:
		return has_subject(u, t, m);
	case EXPRESSION_ATTACHMENT:
		return has_file(u, t, m);
	case EXPRESSION_SIZE:
		return m->has_data && expression_term_compares(t, (int64_t)connection_mail_size(u->v, m));
	default:
		return is_from(u, t, m) || is_to(u, t, m) || has_subject(u, t, m);
	}
}

/* A mail that is still on its way is not read: what is there of it is not all. */
static bool has_mail(const struct subject *u, const struct expression_term *t)
{
	if (u->state != NULL)
		return has_met(u, t, u->mail != NULL && is_mail(u, t, u->mail));
	for (size_t i = 0; i < u->s->mail_count; i++)
		if (is_mail(u, t, u->s->mails[i]))
			return true;
	return false;
}

/* ---- */

static enum expression_truth test(void *ctx, const struct expression_term *t)
{
	const struct subject *u = ctx;
	const struct session *s = u->s;

	switch (t->word) {
	case EXPRESSION_FAILED:
		return judge(u, outcome_is_failure(s), false);
	case EXPRESSION_HEALTH:
		return judge(u, is_health_check(u), true);
	case EXPRESSION_SLOW:
		return judge(u, expression_term_compares(t, slowest_reply(u)), is_more_decided(t));
	case EXPRESSION_USER:
		return judge(u, s->user.len > 0 && expression_term_finds(t, s->user), false);
	case EXPRESSION_HELO:
		return judge(u, session_helo(s).len > 0 && expression_term_finds(t, session_helo(s)), false);
	case EXPRESSION_CODE:
		return judge(u, has_code(u, t), true);
	case EXPRESSION_DIAG:
		return judge(u, has_finding(t, s), false);
	case EXPRESSION_PROTO:
		return judge(u, is_protocol(t, s), false);
	case EXPRESSION_TLS:
		return judge(u, is_tls(t, s), false);
	case EXPRESSION_STATE:
		return judge(u, is_state(t, s), false);
	case EXPRESSION_MAILS:
		return judge(u, expression_term_compares(t, (int64_t)s->mails_total), is_more_decided(t));
	case EXPRESSION_PORT:
		return has_port(t, s) ? EXPRESSION_YES : EXPRESSION_NO;
	case EXPRESSION_HOST:
	case EXPRESSION_NET:
		return judge(u, has_host(u, t), true);
	case EXPRESSION_SINCE:
		return expression_term_compares(t, s->start_ns) ? EXPRESSION_YES : EXPRESSION_NO;
	case EXPRESSION_PACKETS:
		return judge(u, has_packets(t->packets, s), true);
	case EXPRESSION_FROM:
	case EXPRESSION_TO:
	case EXPRESSION_SUBJECT:
	case EXPRESSION_ATTACHMENT:
	case EXPRESSION_SIZE:
	case EXPRESSION_ANY:
		return judge(u, has_mail(u, t), true);
	}
	return EXPRESSION_NO;
}

enum expression_truth session_filter_weigh(const struct session_filter_scene *scene, struct connection *v,
					   const struct expression *x, enum session_filter_when when)
{
	struct subject u = {.scene = scene, .v = v, .s = v->session, .when = when};

	connection_sync(v);
	return expression_weigh(x, test, &u);
}

enum expression_truth session_filter_note(const struct session_filter_scene *scene, struct connection *v,
					  const struct expression *x, struct session_filter_state *state,
					  const struct command *c, struct mail *m, bool is_last)
{
	struct subject u = {.scene = scene,
			    .v = v,
			    .s = v->session,
			    .when = SESSION_FILTER_AT_LAST,
			    .state = state,
			    .command = c,
			    .mail = m,
			    .is_last = is_last};

	connection_sync(v);
	if (c != NULL && session_reply_ns(c) > state->slowest)
		state->slowest = session_reply_ns(c);
	if (c != NULL && !is_of_health_check(c))
		state->is_busy = true;
	return expression_weigh(x, test, &u);
}
