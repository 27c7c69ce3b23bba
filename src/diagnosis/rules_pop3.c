/*
 * How a mailbox is read: what is listed, retrieved, deleted, and whether it is done.
 */
#include <stdlib.h>

#include "base/text.h"
#include "common/commands.h"
#include "diagnosis/rules_dialogue.h"

enum {
	LONG_LIST = 200,      /* mails that make a mailbox one that nobody empties */
	FEW_PER_HUNDRED = 10, /* retrieved of those listed */
};

struct rules_pop3 {
	uint32_t deletions;
	uint32_t retrieved;
	uint32_t listed; /* lines of the longest list */
	uint64_t list_packets[2];
	uint64_t first_deletion;
	uint64_t last_deletion;
	bool has_capa;
	bool is_tls_offered;
	bool has_login; /* was tried */
	uint64_t capa_packets[2];
};

static struct rules_pop3 *state_of(const struct session *s)
{
	return rules_state(s, FAMILY_POP3);
}

static bool is_yes(const struct command *c)
{
	return c->last_reply != NULL && reply_is_positive(c->last_reply);
}

/* ---- lists ---- */

static int by_text(const void *a, const void *b)
{
	const struct slice *left = a;
	const struct slice *right = b;
	size_t len = left->len < right->len ? left->len : right->len;
	int order = len > 0 ? memcmp(left->data, right->data, len) : 0;

	return order != 0 ? order : (left->len > right->len) - (left->len < right->len);
}

/* The unique-id of a line of UIDL: what stands after the number. */
static struct slice uid_of(struct slice line)
{
	return slice_trim(slice_after(line, slice_find(line, ' ')));
}

static void judge_unique(struct session *s, const struct command *c)
{
	struct arena *arena = &s->diagnosis->texts;
	struct slice *uids;
	size_t count = 0;
	struct finding *f;

	if (c->extra == NULL || c->extra->line_count < 2 || diagnosis_has(s, RULE_P11))
		return;
	uids = arena_alloc(arena, c->extra->line_count * sizeof(*uids));
	for (const struct session_line *l = c->extra->lines; l != NULL; l = l->next)
		uids[count++] = uid_of(l->text);
	qsort(uids, count, sizeof(*uids), by_text);
	for (size_t i = 1; i < count; i++)
		if (uids[i].len > 0 && slice_equals(uids[i - 1], uids[i])) {
			f = diagnosis_add(s, RULE_P11, false, c);
			diagnosis_say(s, f, "Two mails of the mailbox have the same unique-id %.*s", (int)uids[i].len,
				      (const char *)uids[i].data);
			return;
		}
}

static void note_list(struct session *s, const struct command *c)
{
	struct rules_pop3 *p = state_of(s);
	uint32_t lines = c->extra != NULL ? c->extra->line_count : 0;

	if (!is_yes(c) || c->arguments_len > 0)
		return;
	if (c->kind == KIND_UIDL)
		judge_unique(s, c);
	if (lines <= p->listed)
		return;
	p->listed = lines;
	p->list_packets[0] = c->packet;
	p->list_packets[1] = c->last_reply->packet;
}

static void note_capa(struct session *s, const struct command *c)
{
	struct rules_pop3 *p = state_of(s);

	if (!is_yes(c) || c->extra == NULL)
		return;
	p->has_capa = true;
	p->is_tls_offered = false;
	p->capa_packets[0] = c->packet;
	p->capa_packets[1] = c->last_reply->packet;
	for (const struct session_line *l = c->extra->lines; l != NULL; l = l->next)
		if (slice_equals_nocase(slice_trim(l->text), "STLS"))
			p->is_tls_offered = true;
}

/* ---- commands ---- */

static void note_deletion(struct rules_pop3 *p, const struct command *c)
{
	if (p->deletions++ == 0)
		p->first_deletion = c->packet;
	p->last_deletion = c->packet;
}

/* A scanner that stands in between takes the server's name from the user's: "bob/pop.example.net". */
static void judge_user(struct session *s, const struct command *c)
{
	struct slice user = command_arguments(c);
	struct slice host = slice_after(user, slice_find(user, '/') + 1);
	struct finding *f;

	if (slice_find(host, '.') == host.len || slice_find(host, '@') < host.len || slice_find(host, '/') < host.len ||
	    slice_find(user, '/') == 0)
		return;
	f = diagnosis_add(s, RULE_P24, false, c);
	diagnosis_say(s, f, "The user name %.*s names a server too: a program in between reads it", (int)user.len,
		      (const char *)user.data);
}

static void take_command(struct session *s, struct command *c)
{
	struct rules_pop3 *p = state_of(s);

	switch ((enum command_kind)c->kind) {
	case KIND_LIST:
	case KIND_UIDL:
		note_list(s, c);
		break;
	case KIND_CAPA:
		note_capa(s, c);
		break;
	case KIND_DELE:
		if (is_yes(c))
			note_deletion(p, c);
		break;
	case KIND_RSET:
		if (is_yes(c))
			p->deletions = 0;
		break;
	case KIND_USER:
		judge_user(s, c);
		p->has_login = true;
		break;
	case KIND_AUTH:
	case KIND_APOP:
		p->has_login = p->has_login || c->arguments_len > 0;
		break;
	default:
		break;
	}
}

/* ---- mails ---- */

static void point(struct finding *f, const struct mail *m)
{
	if (f == NULL)
		return;
	f->mail = m->number;
	f->phase = PHASE_RETRIEVING;
	f->time_ns = m->last.time_ns;
	diagnosis_add_packet(f, m->first.packet);
	diagnosis_add_packet(f, m->last.packet);
}

/* "120 octets": the first number in the answer to RETR. */
static uint64_t announced(const struct mail *m)
{
	struct slice text = m->final_reply != NULL ? reply_text(m->final_reply) : slice_of(NULL, 0);
	size_t digits = 0;
	uint64_t size;

	text = slice_trim(text);
	size = slice_decimal(text, &digits);
	text = slice_trim(slice_after(text, digits));
	return digits > 0 && (text.len == 0 || slice_begins_nocase(text, "octets") ||
			      slice_begins_nocase(text, "bytes"))
		       ? size
		       : 0;
}

static void judge_size(struct session *s, const struct mail *m)
{
	uint64_t size = announced(m);
	struct finding *f;

	if (!m->complete || m->direction != MAIL_RETRIEVED || size == 0 || size == m->size)
		return;
	f = diagnosis_add(s, RULE_P14, false, NULL);
	point(f, m);
	diagnosis_say(s, f, "The server announced %llu octets and sent %llu", (unsigned long long)size,
		      (unsigned long long)m->size);
}

/* Whether some of what was said may be lost. A capture that began in the session saw its end all the same. */
static bool is_hidden(const struct session *s)
{
	return !rules_is_seen(s) && s->handshake == SESSION_HANDSHAKE_COMPLETE;
}

static void take_mail(struct session *s, struct mail *m)
{
	struct rules_pop3 *p = state_of(s);
	struct finding *f;

	p->retrieved += m->direction == MAIL_RETRIEVED;
	judge_size(s, m);
	if (m->outcome != MAIL_ABORTED)
		return;
	if (m->missing_len > 0 || m->is_piece || is_hidden(s)) {
		rules_doubt(s, RULE_P15, "whether the mail was sent to its end");
		return;
	}
	f = diagnosis_add(s, RULE_P15, false, NULL);
	point(f, m);
	if (f != NULL && s->state == SESSION_OPEN)
		f->severity = SEVERITY_INFO;
	diagnosis_say(s, f, "The %s ended in the middle of mail %u, after %llu byte%s of it",
		      s->state == SESSION_OPEN ? "capture" : "connection", session_mail_pop3(m)->number,
		      (unsigned long long)m->size, text_plural(m->size));
}

/* ---- the end ---- */

static void judge_deletions(struct session *s)
{
	const struct rules_pop3 *p = state_of(s);
	const struct rules_dialogue *t = rules_dialogue_of(s);
	struct finding *f;

	if (p->deletions == 0 || t->has_goodbye || session_tls_is_opaque(s) || s->state == SESSION_OPEN)
		return;
	if (is_hidden(s)) {
		rules_doubt(s, RULE_P07, "whether the deletions were carried out");
		return;
	}
	if (diagnosis_has(s, RULE_P08))
		return;
	f = rules_add(s, RULE_P07, false, PHASE_QUIT, NULL);
	diagnosis_add_packet(f, p->first_deletion);
	diagnosis_add_packet(f, p->last_deletion);
	diagnosis_say(s, f, "%u mail%s marked for deletion, but %s", p->deletions,
		      p->deletions == 1 ? " was" : "s were",
		      t->has_quit ? "QUIT was not answered" : "the session ended without QUIT");
}

static void judge_leftovers(struct session *s)
{
	const struct rules_pop3 *p = state_of(s);
	struct finding *f;

	if (p->listed < LONG_LIST || p->deletions > 0 || p->retrieved * 100U > p->listed * FEW_PER_HUNDRED)
		return;
	f = rules_add(s, RULE_P18, false, PHASE_LISTING, NULL);
	diagnosis_add_packet(f, p->list_packets[0]);
	diagnosis_add_packet(f, p->list_packets[1]);
	diagnosis_say(s, f, "The mailbox lists %u mails; %u %s retrieved and none deleted", p->listed, p->retrieved,
		      text_was(p->retrieved));
}

static void judge_missing_tls(struct session *s)
{
	const struct rules_pop3 *p = state_of(s);
	struct finding *f;

	if (!p->has_capa || p->is_tls_offered || p->has_login || s->tls || s->state == SESSION_OPEN ||
	    !diagnosis_is_whole(s) || diagnosis_has(s, RULE_P20))
		return;
	f = rules_add(s, RULE_P20, false, PHASE_STARTTLS, NULL);
	diagnosis_add_packet(f, p->capa_packets[0]);
	diagnosis_add_packet(f, p->capa_packets[1]);
	diagnosis_say(s, f, "The server does not offer STLS, and the client left without logging in");
}

static void finish(struct session *s)
{
	judge_deletions(s);
	judge_leftovers(s);
	judge_missing_tls(s);
}

const struct rule_family rules_pop3_family = {
	.name = "pop3",
	.traits = PROTOCOL_MAILBOX,
	.state_size = sizeof(struct rules_pop3),
	.is_apart = true,
	.command = take_command,
	.mail = take_mail,
	.finish = finish,
};
