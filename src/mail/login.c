#include "mail/login.h"

#include "mail/imap_words.h"
#include "proto/sasl.h"
#include "proto/verb.h"

struct command_extra *login_extra(struct session *s, struct command *c)
{
	if (c->extra == NULL) {
		c->extra = arena_alloc(&s->arena, sizeof(*c->extra));
		*c->extra = (struct command_extra){0};
	}
	return c->extra;
}

static void note_user(struct session *s, struct slice user, bool success)
{
	if (user.data != NULL && (s->user.data == NULL || success))
		s->user = user;
}

static void read_sasl(struct session *s, struct command *c)
{
	struct command_extra *extra = login_extra(s, c);
	struct slice response;
	struct slice mechanism = verb_word(command_arguments(c), &response);
	struct sasl_line lines[SESSION_AUTH_LINES_MAX];
	struct sasl_login login;
	size_t count = 0;

	for (const struct session_line *l = extra->lines; l != NULL && count < SESSION_AUTH_LINES_MAX; l = l->next)
		lines[count++] = (struct sasl_line){.from = l->from, .text = l->text, .secret = l->secret};
	if (sasl_is_mechanism(mechanism))
		extra->mechanism = mechanism;
	if (extra->has_hole)
		return;
	sasl_read_login(mechanism, lines, count, &login);
	if (login.has_user)
		extra->user =
			login.user.len > 0 ? arena_copy(&s->arena, buffer_slice(&login.user)) : slice_from_text("");
	extra->realm = arena_copy(&s->arena, buffer_slice(&login.realm));
	if (login.has_secret)
		extra->secret =
			login.secret.len > 0 ? arena_copy(&s->arena, buffer_slice(&login.secret)) : slice_from_text("");
	sasl_login_fini(&login);
}

/* LOGIN of IMAP: quotes and backslashes undone, literals put in. */
static struct slice login_word(struct session *s, struct imap_words *words)
{
	struct buffer text = {0};
	struct slice said = slice_of(NULL, 0);
	struct imap_word word;

	if (imap_words_next(words, &word) && imap_words_append(&word, &text))
		said = text.len > 0 ? arena_copy(&s->arena, buffer_slice(&text)) : slice_from_text("");
	buffer_fini(&text);
	return said;
}

static void read_login(struct session *s, const struct command *c, struct command_extra *extra)
{
	struct imap_words words = imap_words_of(c);

	words.is_flat = true;
	extra->mechanism = slice_from_text("LOGIN");
	extra->user = login_word(s, &words);
	if (slice_trim(words.rest).len == 0) { /* alone: who knows which it is */
		extra->secret = extra->user;
		extra->user = slice_of(NULL, 0);
	} else {
		extra->secret = login_word(s, &words);
	}
}

static bool is_success(const struct reply *r)
{
	return r->code[0] == '2' || slice_equals_nocase(reply_code(r), "+OK") ||
	       slice_equals_nocase(reply_code(r), "OK");
}

void login_note(struct session *s, struct command *c)
{
	struct command_extra *extra;
	struct slice arguments = command_arguments(c);

	if (c->injected)
		return;
	if (c->kind == KIND_AUTH && arguments.len > 0) {
		extra = login_extra(s, c);
		read_sasl(s, c);
		if (protocol_has(s->protocol, PROTOCOL_TAGGED) && slice_begins_nocase(extra->mechanism, "SCRAM-"))
			extra->secret = slice_of(NULL, 0); /* a proof: it stands in the exchange */
	} else if (c->kind == KIND_LOGIN && arguments.len > 0) {
		extra = login_extra(s, c);
		read_login(s, c, extra);
	} else if (c->kind == KIND_PASS) {
		extra = login_extra(s, c);
		extra->mechanism = slice_from_text("USER");
		extra->user = session_mailbox(s)->user;
		extra->secret = arguments;
	} else if (c->kind == KIND_APOP) {
		extra = login_extra(s, c);
		extra->mechanism = slice_from_text("APOP");
		extra->user = verb_word(arguments, &extra->secret);
		if (extra->secret.len == 0) { /* no name, or no digest: who knows which */
			extra->secret = extra->user;
			extra->user = slice_of(NULL, 0);
		}
	} else {
		return;
	}
	extra->is_login = true;
	extra->login_success = c->last_reply != NULL && is_success(c->last_reply);
	note_user(s, extra->user, extra->login_success);
}
