#include "present/compare_choice.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/rowtext.h"
#include "diagnosis/outcome.h"
#include "mail/told.h"
#include "proto/address.h"

enum {
	SLICE_SESSIONS = 2048, /* looked at in one go: under 2 ms */
	SENDER_COMMANDS = 16,  /* among which the first MAIL is looked for */
	REST_FACTOR = 9,       /* times as long as it looked */
};

void compare_choice_fini(struct compare_choice *c)
{
	session_walk_fini(&c->walk);
	*c = (struct compare_choice){.session = 0};
}

void compare_choice_begin(struct compare_choice *c, const struct engine *e, uint64_t session)
{
	compare_choice_fini(c);
	c->session = session;
	c->begun_ns = clock_monotonic_ns();
	session_walk_begin_all(&c->walk, e);
}

/* ---- what two sessions have in common ---- */

/* A server that refuses everybody is never heard: its port tells what it is for. */
static enum protocol protocol_of(const struct session *s)
{
	return s->protocol != PROTOCOL_UNKNOWN ? s->protocol : s->port_protocol;
}

static bool has_server(const struct session *a, const struct session *b)
{
	return a->is_ipv6 == b->is_ipv6 &&
	       memcmp(a->side[SIDE_SERVER].address, b->side[SIDE_SERVER].address, a->is_ipv6 ? 16 : 4) == 0;
}

static bool has_port(const struct session *a, const struct session *b)
{
	return a->side[SIDE_SERVER].port == b->side[SIDE_SERVER].port;
}

/* One that came to nothing shows little of how it should go. */
static bool has_work(const struct session *good, const struct session *other)
{
	(void)other;
	return protocol_has(protocol_of(good), PROTOCOL_MAILBOX) ? good->user.len > 0 : good->accepted_mails > 0;
}

static bool has_client(const struct session *a, const struct session *b)
{
	struct endpoint x = told_end(a, SIDE_CLIENT);
	struct endpoint y = told_end(b, SIDE_CLIENT);

	return x.is_ipv6 == y.is_ipv6 && memcmp(x.address, y.address, sizeof(x.address)) == 0;
}

static bool is_same(struct slice a, struct slice b)
{
	return a.len > 0 && slice_equals(a, b);
}

static bool has_user(const struct session *a, const struct session *b)
{
	return is_same(a->user, b->user);
}

static bool has_helo(const struct session *a, const struct session *b)
{
	return is_same(session_helo(a), session_helo(b));
}

/* Where it is refused there is no mail. */
static struct slice refused_sender(const struct session *s)
{
	struct address_path path;

	for (size_t i = 0; i < s->command_count && i < SENDER_COMMANDS; i++)
		if (s->commands[i].kind == KIND_MAIL && address_read_path(command_arguments(&s->commands[i]), &path))
			return path.address;
	return slice_of(NULL, 0);
}

struct slice compare_choice_sender(const struct session *s)
{
	const struct mail *m = s->mail_count > 0 ? s->mails[0] : s->transaction;

	return m != NULL ? m->from : refused_sender(s);
}

static struct slice sender_domain(const struct session *s)
{
	struct slice sender = compare_choice_sender(s);

	return slice_after(sender, slice_find(sender, '@') + 1);
}

static bool has_sender(const struct session *a, const struct session *b)
{
	return is_same(sender_domain(a), sender_domain(b));
}

/* What counts most comes first, and outweighs all that follows. */
static const struct {
	bool (*holds)(const struct session *good, const struct session *other);
	const char *name; /* NULL: nobody asks */
} common[] = {
	{has_server, "server"},		 {has_port, NULL},   {has_work, NULL},
	{has_client, "client"},		 {has_user, "user"}, {has_helo, "hello"},
	{has_sender, "sender's domain"},
};

enum {
	COMMON_COUNT = sizeof(common) / sizeof(common[0]),
};

static unsigned int likeness_of(const struct session *good, const struct session *other)
{
	unsigned int likeness = 0;

	for (size_t i = 0; i < COMMON_COUNT; i++)
		likeness = likeness << 1 | common[i].holds(good, other);
	return likeness;
}

/* ---- the walk ---- */

struct visitor {
	struct compare_choice *choice;
	const struct session *subject; /* NULL: there is none, or it is gone */
};

static void weigh(struct compare_choice *c, const struct session *s, const struct session *subject)
{
	int64_t apart_ns = s->start_ns - subject->start_ns;
	int64_t distance_ns = apart_ns < 0 ? -apart_ns : apart_ns;
	unsigned int likeness = likeness_of(s, subject);

	if (c->best != 0 && (likeness < c->likeness || (likeness == c->likeness && distance_ns >= c->distance_ns)))
		return;
	if (outcome_verdict(s) != OUTCOME_SUCCESS)
		return;
	c->best = s->number;
	c->likeness = likeness;
	c->distance_ns = distance_ns;
}

static void visit(void *ctx, struct connection *v)
{
	const struct visitor *visitor = ctx;
	struct compare_choice *c = visitor->choice;
	const struct session *s = v->session;

	if (s->marked && c->mark_count++ < COMPARE_CHOICE_SIDES)
		c->marked[c->mark_count - 1] = s->number;
	if (visitor->subject != NULL && s != visitor->subject && protocol_of(s) == protocol_of(visitor->subject))
		weigh(c, s, visitor->subject);
}

/* ---- the choice ---- */

static void set_sides(struct compare_choice *c, enum compare_choice_reason reason, uint64_t first, uint64_t second)
{
	c->reason = reason;
	c->sides[0] = first;
	c->sides[1] = second;
}

/* The one under the cursor stands first, else the one that failed. */
static bool is_second(const struct compare_choice *c, const struct engine *e)
{
	const struct connection *first = engine_connection(e, c->marked[0]);
	const struct connection *second = engine_connection(e, c->marked[1]);

	if (c->marked[0] == c->session || c->marked[1] == c->session || first == NULL || second == NULL)
		return c->marked[1] == c->session;
	return !outcome_is_failure(first->session) && outcome_is_failure(second->session);
}

static void choose(struct compare_choice *c, const struct engine *e)
{
	c->is_done = true;
	c->done_ns = clock_monotonic_ns();
	c->seen = c->walk.count;
	if (c->mark_count == 2 && is_second(c, e))
		set_sides(c, COMPARE_CHOICE_MARKED, c->marked[1], c->marked[0]);
	else if (c->mark_count == 2)
		set_sides(c, COMPARE_CHOICE_MARKED, c->marked[0], c->marked[1]);
	else if (c->mark_count == 1 && c->session != 0 && c->marked[0] != c->session)
		set_sides(c, COMPARE_CHOICE_ONE_MARK, c->session, c->marked[0]);
	else if (c->best != 0)
		set_sides(c, COMPARE_CHOICE_ALIKE, c->session, c->best);
	else
		set_sides(c, COMPARE_CHOICE_NOBODY, c->session, 0);
}

static bool is_resting(const struct compare_choice *c, const struct engine *e)
{
	return c->reason != COMPARE_CHOICE_NOBODY || c->seen == engine_last_session(e) ||
	       clock_monotonic_ns() - c->done_ns < REST_FACTOR * (c->done_ns - c->begun_ns);
}

bool compare_choice_work(struct compare_choice *c, const struct engine *e)
{
	const struct connection *subject = engine_connection(e, c->session);
	struct visitor visitor = {c, subject != NULL ? subject->session : NULL};

	if (c->is_done && is_resting(c, e))
		return false;
	if (c->is_done) {
		compare_choice_begin(c, e, c->session);
		c->reason = COMPARE_CHOICE_NOBODY;
		c->is_again = true;
	}
	if (session_walk_some(&c->walk, e, SLICE_SESSIONS, visit, &visitor))
		return true;
	choose(c, e);
	return false;
}

/* ---- in words ---- */

static void say_alike(const struct compare_choice *c, char out[COMPARE_CHOICE_TEXT])
{
	const char *joint = ": same ";

	rowtext_printf(out, COMPARE_CHOICE_TEXT, "the good one most alike");
	for (size_t i = 0; i < COMMON_COUNT; i++) {
		if (common[i].name == NULL || !(c->likeness >> (COMMON_COUNT - 1 - i) & 1))
			continue;
		rowtext_append(out, COMPARE_CHOICE_TEXT, slice_from_text(joint));
		rowtext_append(out, COMPARE_CHOICE_TEXT, slice_from_text(common[i].name));
		joint = ", ";
	}
}

static void say_nobody(const struct compare_choice *c, const struct engine *e, char out[COMPARE_CHOICE_TEXT])
{
	const struct connection *v = engine_connection(e, c->session);

	if (v == NULL)
		rowtext_printf(out, COMPARE_CHOICE_TEXT,
			       "No session is under the cursor. Mark two sessions with Space, and press = again.");
	else
		rowtext_printf(out, COMPARE_CHOICE_TEXT,
			       "No other %s session went well. Mark one or two sessions with Space, and press = again.",
			       protocol_row(protocol_of(v->session))->label);
}

void compare_choice_say(const struct compare_choice *c, const struct engine *e, char out[COMPARE_CHOICE_TEXT])
{
	switch (c->reason) {
	case COMPARE_CHOICE_ALIKE:
		say_alike(c, out);
		break;
	case COMPARE_CHOICE_MARKED:
		rowtext_printf(out, COMPARE_CHOICE_TEXT, "the two that are marked");
		break;
	case COMPARE_CHOICE_ONE_MARK:
		rowtext_printf(out, COMPARE_CHOICE_TEXT, "the marked one");
		break;
	case COMPARE_CHOICE_NOBODY:
		say_nobody(c, e, out);
		break;
	}
}
