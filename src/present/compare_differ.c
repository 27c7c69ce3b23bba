#include "present/compare_differ.h"

#include "base/clock.h"
#include "mail/session_tls.h"
#include "present/compare_steps.h"
#include "present/rows.h"

enum {
	SIZE_FACTOR = 10,  /* of mails of another class */
	SIZE_LEAST = 1000, /* bytes: smaller ones are all of one */
};

#define LONG_WAIT_NS (10 * CLOCK_NS_PER_S)

/* One of the two rows. */
struct row {
	const struct session *session;
	const struct detail_item *item;
	const struct command *command; /* NULL: it is of none */
};

static struct row row_of(const struct compare_subject *s, uint32_t item)
{
	struct row r = {s->connection->session, &s->detail->items[item], NULL};

	if (r.item->kind == FOCUS_COMMAND || r.item->kind == FOCUS_REPLY)
		r.command = session_command(r.session, r.item->index);
	return r;
}

static bool is_other_size(const struct mail *a, const struct mail *b)
{
	uint64_t sizes[] = {a != NULL ? a->size : 0, b != NULL ? b->size : 0};
	uint64_t large = sizes[0] > sizes[1] ? sizes[0] : sizes[1];
	uint64_t small = sizes[0] > sizes[1] ? sizes[1] : sizes[0];

	return large >= SIZE_LEAST && large / SIZE_FACTOR >= small;
}

static bool has_same_arguments(const struct command *a, const struct command *b)
{
	struct buffer x = {0};
	struct buffer y = {0};
	bool is_same;

	compare_steps_arguments(a, &x);
	compare_steps_arguments(b, &y);
	is_same = slice_equals(buffer_slice(&x), buffer_slice(&y));
	buffer_fini(&x);
	buffer_fini(&y);
	return is_same;
}

static bool is_same_verb(const struct command *a, const struct command *b)
{
	return a->row == b->row && (command_row(a) != NULL || slice_equals(command_verb(a), command_verb(b)));
}

static enum snapshot_meaning differ_commands(const struct row *a, const struct row *b)
{
	if (a->command == NULL || b->command == NULL)
		return MEANING_PLAIN;
	if (a->command->kind == KIND_MESSAGE &&
	    is_other_size(session_mail(a->session, a->command->mail), session_mail(b->session, b->command->mail)))
		return MEANING_NOTICE;
	return is_same_verb(a->command, b->command) && has_same_arguments(a->command, b->command) ? MEANING_PLAIN
												  : MEANING_NOTICE;
}

/* "5.1.1", or what IMAP and POP3 have in brackets at the beginning of the text: "AUTHENTICATIONFAILED". */
static struct slice reason_of(const struct reply *r)
{
	struct slice text = reply_text(r);
	struct slice word;

	if (r->enhanced_len > 0)
		return slice_of(r->enhanced, r->enhanced_len);
	if (text.len == 0 || text.data[0] != '[')
		return slice_of(NULL, 0);
	word = slice_sub(text, 1, slice_find(text, ']') - 1);
	return slice_sub(word, 0, slice_find(word, ' '));
}

/* Yes or no, and why not, is what counts; how a yes is said does not. */
static enum snapshot_meaning differ_replies(const struct reply *a, const struct reply *b)
{
	bool is_same_code = slice_equals(reply_code(a), reply_code(b));

	if (is_same_code && slice_equals(reason_of(a), reason_of(b)))
		return MEANING_PLAIN;
	if (!reply_is_positive(a) || !reply_is_positive(b) || a->code[0] != b->code[0])
		return MEANING_ERROR;
	return is_same_code ? MEANING_PLAIN : MEANING_NOTICE;
}

static enum snapshot_meaning differ_tls(const struct session *a, const struct session *b)
{
	const struct session_tls *x = session_tls_of(a);
	const struct session_tls *y = session_tls_of(b);

	if ((x->alert.side == SIDES) != (y->alert.side == SIDES))
		return MEANING_ERROR;
	return x->version != y->version || x->suite != y->suite ? MEANING_NOTICE : MEANING_PLAIN;
}

static enum snapshot_meaning differ_connects(const struct session *a, const struct session *b)
{
	if (a->handshake == b->handshake)
		return MEANING_PLAIN;
	return a->handshake == SESSION_HANDSHAKE_FAILED || b->handshake == SESSION_HANDSHAKE_FAILED ? MEANING_ERROR
												    : MEANING_NOTICE;
}

static enum snapshot_meaning differ(const struct row *a, const struct row *b)
{
	switch (a->item->kind) {
	case FOCUS_COMMAND:
		return differ_commands(a, b);
	case FOCUS_REPLY:
		return differ_replies(a->item->reply, b->item->reply);
	case FOCUS_TLS:
		return differ_tls(a->session, b->session);
	case FOCUS_CONNECT:
		return differ_connects(a->session, b->session);
	case FOCUS_MAIL:
		return is_other_size(session_mail(a->session, a->item->index), session_mail(b->session, b->item->index))
			       ? MEANING_NOTICE
			       : MEANING_PLAIN;
	case FOCUS_END:
		return a->session->state != b->session->state ? MEANING_NOTICE : MEANING_PLAIN;
	default:
		return MEANING_PLAIN;
	}
}

static bool is_alert(const struct row *r)
{
	const struct session_tls_step *step = &session_tls_of(r->session)->steps[r->item->index];

	return step->kind == TLS_ALERT && step->description != TLS_ALERT_CLOSE_NOTIFY;
}

/* The other side has no such row. What a server says that was not asked is a part of what is usual, unless it says no.
 */
static enum snapshot_meaning differ_alone(const struct row *r)
{
	switch (r->item->kind) {
	case FOCUS_COMMAND:
	case FOCUS_TLS:
		return MEANING_ERROR;
	case FOCUS_REPLY:
		return r->command != NULL && r->command->kind == KIND_UNSOLICITED && reply_is_positive(r->item->reply)
			       ? MEANING_NOTICE
			       : MEANING_ERROR;
	case FOCUS_TLS_STEP:
		return is_alert(r) ? MEANING_ERROR : MEANING_NOTICE;
	default:
		return MEANING_NOTICE;
	}
}

static int64_t wait_of(const struct row *r)
{
	return r->item->kind == FOCUS_REPLY && r->command != NULL ? rows_latency(r->session, r->command, r->item->reply)
								  : -1;
}

/* A wait that is clearly longer is a lesser difference, unless somebody may have lost patience. */
static void weigh_waits(struct compare_difference *d, const struct row rows[COMPARE_CHOICE_SIDES])
{
	int64_t waits_ns[] = {wait_of(&rows[0]), wait_of(&rows[1])};
	enum snapshot_meaning meaning;

	d->slower = compare_facts_slower(waits_ns);
	if (d->slower < 0)
		return;
	meaning = waits_ns[d->slower] - waits_ns[!d->slower] >= LONG_WAIT_NS ? MEANING_ERROR : MEANING_NOTICE;
	d->meaning = meaning == MEANING_ERROR || d->meaning == MEANING_PLAIN ? meaning : d->meaning;
}

struct compare_difference compare_differ(const struct compare_subject subjects[COMPARE_CHOICE_SIDES],
					 const uint32_t items[COMPARE_CHOICE_SIDES])
{
	struct compare_difference d = {.slower = -1};
	struct row rows[COMPARE_CHOICE_SIDES];

	if (items[0] == COMPARE_NO_ITEM || items[1] == COMPARE_NO_ITEM) {
		int side = items[0] == COMPARE_NO_ITEM;

		rows[side] = row_of(&subjects[side], items[side]);
		d.meaning = differ_alone(&rows[side]);
		return d;
	}
	for (int i = 0; i < COMPARE_CHOICE_SIDES; i++)
		rows[i] = row_of(&subjects[i], items[i]);
	d.meaning = differ(&rows[0], &rows[1]);
	weigh_waits(&d, rows);
	return d;
}
