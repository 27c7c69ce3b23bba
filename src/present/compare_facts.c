#include "present/compare_facts.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/clock.h"
#include "base/rowtext.h"
#include "common/address.h"
#include "common/server_program.h"
#include "diagnosis/outcome.h"
#include "mail/session_imap.h"
#include "output/tls_words.h"
#include "present/rows.h"
#include "present/rows_phase.h"

enum {
	SIDE_COUNT = COMPARE_CHOICE_SIDES,
	OFFERS_MAX = 64, /* of a server */
	PHASES_MAX = 16,
	CLEAR_FACTOR = 3,
};

#define CLEAR_NS (100 * CLOCK_NS_PER_MS)

int compare_facts_slower(const int64_t waits_ns[COMPARE_CHOICE_SIDES])
{
	int slower = waits_ns[1] > waits_ns[0];
	int64_t short_ns = waits_ns[!slower];

	if (short_ns < 0 || waits_ns[slower] < CLEAR_NS || waits_ns[slower] / CLEAR_FACTOR < short_ns)
		return -1;
	return slower;
}

/* ---- lines ---- */

/* The next line, empty; NULL: there is no more room. */
static struct compare_fact *add_fact(struct compare_facts *out, const char *what)
{
	struct compare_fact *f;

	if (out->count == COMPARE_FACTS_MAX)
		return NULL;
	f = &out->facts[out->count++];
	*f = (struct compare_fact){.difference = MEANING_NOTICE};
	rowtext_printf(f->what, sizeof(f->what), "%s", what);
	for (int i = 0; i < SIDE_COUNT; i++)
		f->values[i].duration_ns = -1;
	return f;
}

/* Where the texts differ. What is empty is said to be so. */
static void add_texts_by(struct compare_facts *out, const char *what, const struct slice texts[SIDE_COUNT],
			 const char *const empty[SIDE_COUNT])
{
	struct compare_fact *f = slice_equals(texts[0], texts[1]) ? NULL : add_fact(out, what);

	for (int i = 0; f != NULL && i < SIDE_COUNT; i++) {
		rowtext_put(f->values[i].text, sizeof(f->values[i].text),
			    texts[i].len > 0 ? texts[i] : slice_from_text(empty[i]));
		f->values[i].meaning = texts[i].len > 0 ? MEANING_PLAIN : MEANING_MUTED;
	}
}

static void add_texts(struct compare_facts *out, const char *what, const struct slice texts[SIDE_COUNT],
		      const char *empty)
{
	add_texts_by(out, what, texts, (const char *[]){empty, empty});
}

/* Where one is clearly longer. */
static void add_waits(struct compare_facts *out, const char *what, const int64_t waits_ns[SIDE_COUNT])
{
	int slower = compare_facts_slower(waits_ns);
	struct compare_fact *f = slower < 0 ? NULL : add_fact(out, what);

	for (int i = 0; f != NULL && i < SIDE_COUNT; i++) {
		f->values[i].duration_ns = waits_ns[i];
		f->values[i].meaning = i == slower ? MEANING_WARNING : MEANING_PLAIN;
	}
}

static void add_buffers(struct compare_facts *out, const char *what, struct buffer texts[SIDE_COUNT], const char *empty)
{
	add_texts(out, what, (struct slice[]){buffer_slice(&texts[0]), buffer_slice(&texts[1])}, empty);
	for (int i = 0; i < SIDE_COUNT; i++)
		buffer_fini(&texts[i]);
}

/* ---- what came of them, and who they are ---- */

static const struct session *session_of(const struct compare_subject *s)
{
	return s->connection->session;
}

/* What the dialogue says of them. Of one that cannot be read nobody knows that there was none. */
static void add_said(struct compare_facts *out, const char *what, const struct compare_subject *s,
		     const struct slice texts[SIDE_COUNT])
{
	const char *empty[SIDE_COUNT];

	for (int i = 0; i < SIDE_COUNT; i++)
		empty[i] = session_tls_is_opaque(session_of(&s[i])) ? "not known (encrypted)" : "none";
	add_texts_by(out, what, texts, empty);
}

static void add_result(struct compare_facts *out, const struct compare_subject *s)
{
	struct compare_fact *f = add_fact(out, "Result");

	for (int i = 0; i < SIDE_COUNT; i++)
		f->values[i].meaning = rows_result(f->values[i].text, sizeof(f->values[i].text), session_of(&s[i]));
	f->difference = outcome_verdict(session_of(&s[0])) != outcome_verdict(session_of(&s[1])) ? MEANING_ERROR
			: strcmp(f->values[0].text, f->values[1].text) != 0			 ? MEANING_NOTICE
												 : MEANING_PLAIN;
}

static void put_address(const struct session *s, enum side side, struct buffer *out)
{
	char text[ADDRESS_PORT_TEXT_SIZE];

	if (side == SIDE_CLIENT)
		address_text(text, s->side[side].address, s->is_ipv6);
	else
		address_port_text(text, s->side[side].address, s->is_ipv6, s->side[side].port);
	buffer_append_text(out, text);
}

/* What mail clients write into a mail, or say by ID. */
static void put_client_program(struct engine *e, const struct compare_subject *s, struct buffer *out)
{
	const struct session_imap *imap = session_imap(session_of(s));
	struct mail *m = session_of(s)->mail_count > 0 ? session_of(s)->mails[0] : NULL;

	if (imap != NULL && imap->programs[SIDE_CLIENT].name.len > 0) {
		buffer_append(out, buffer_slice(&imap->programs[SIDE_CLIENT].name));
		buffer_append_byte(out, ' ');
		buffer_append(out, buffer_slice(&imap->programs[SIDE_CLIENT].version));
	} else if (m != NULL && m->side == SIDE_CLIENT) {
		buffer_append(out, buffer_slice(&engine_fields(e, s->connection, m)->x_mailer));
	}
}

static void add_client_program(struct compare_facts *out, struct engine *e, const struct compare_subject *s)
{
	struct buffer programs[SIDE_COUNT] = {{0}, {0}};

	for (int i = 0; i < SIDE_COUNT; i++)
		put_client_program(e, &s[i], &programs[i]);
	add_buffers(out, "Program", programs, "not known");
}

static struct slice server_program(const struct session *s)
{
	const char *name = server_program_name(session_banner(s));

	return name != NULL ? slice_from_text(name) : slice_of(NULL, 0);
}

static void add_ends(struct compare_facts *out, struct engine *e, const struct compare_subject *s)
{
	const struct session *a = session_of(&s[0]);
	const struct session *b = session_of(&s[1]);

	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		struct buffer addresses[SIDE_COUNT] = {{0}, {0}};

		for (int i = 0; i < SIDE_COUNT; i++)
			put_address(session_of(&s[i]), side, &addresses[i]);
		add_buffers(out, side == SIDE_CLIENT ? "Client" : "Server", addresses, "");
	}
	add_said(out, "Hello", s, (struct slice[]){session_helo(a), session_helo(b)});
	add_texts(out, "Server program", (struct slice[]){server_program(a), server_program(b)}, "not known");
	add_client_program(out, e, s);
	add_said(out, "User", s, (struct slice[]){a->user, b->user});
	add_said(out, "Sender", s, (struct slice[]){compare_choice_sender(a), compare_choice_sender(b)});
}

/* ---- TLS ---- */

static void put_tls(const struct session *s, struct buffer *out)
{
	const struct session_tls *t = session_tls_of(s);

	if (!s->tls)
		return;
	buffer_append_text(out, t->version != 0 ? tls_event_version_name(t->version) : "TLS");
	if (t->suite != 0 && suite_name(t->suite)[0] != '\0')
		buffer_printf(out, ", %s", suite_name(t->suite));
	else if (t->suite != 0)
		buffer_printf(out, ", cipher suite 0x%04x", t->suite);
	if (t->alert.side != SIDES)
		buffer_printf(out, ", alert of the %s", t->alert.side == SIDE_CLIENT ? "client" : "server");
}

static void add_tls(struct compare_facts *out, const struct compare_subject *s)
{
	struct buffer texts[SIDE_COUNT] = {{0}, {0}};
	size_t before = out->count;

	for (int i = 0; i < SIDE_COUNT; i++)
		put_tls(session_of(&s[i]), &texts[i]);
	add_buffers(out, "TLS", texts, "none");
	if (out->count > before && session_of(&s[0])->tls != session_of(&s[1])->tls)
		out->facts[before].difference = MEANING_ERROR;
	if (session_tls_of(session_of(&s[0]))->certificate == NULL ||
	    session_tls_of(session_of(&s[1]))->certificate == NULL)
		return; /* of one that was not seen nothing is known */
	memset(texts, 0, sizeof(texts));
	for (int i = 0; i < SIDE_COUNT; i++)
		tls_words_certificate(session_of(&s[i]), &texts[i]);
	add_buffers(out, "Certificate", texts, "");
}

/* ---- what the server offers ---- */

/* A keyword with one of its words: "AUTH PLAIN LOGIN" are two offers. */
struct offer {
	struct slice keyword;
	struct slice value;
};

struct offers {
	struct offer items[OFFERS_MAX];
	size_t count;
};

static struct slice take_word(struct slice *rest)
{
	struct slice word;

	*rest = slice_trim_left(*rest);
	word = slice_sub(*rest, 0, slice_find(*rest, ' '));
	*rest = slice_after(*rest, word.len);
	return word;
}

static void add_offer(struct offers *o, struct slice keyword, struct slice value)
{
	if (o->count < OFFERS_MAX && keyword.len > 0)
		o->items[o->count++] = (struct offer){keyword, value};
}

static void read_offers(struct offers *o, const struct session *s)
{
	struct slice rest = session_extensions(s);
	struct slice line;
	bool started = false;

	while (rest.len > 0 && reply_next_line(&rest, &started, &line)) {
		struct slice keyword = take_word(&line);
		bool is_list = slice_equals_nocase(keyword, "AUTH") || slice_equals_nocase(keyword, "SASL");

		line = slice_trim(line);
		if (!is_list || line.len == 0)
			add_offer(o, keyword, line);
		while (is_list && line.len > 0)
			add_offer(o, keyword, take_word(&line));
	}
}

static bool is_same_word(struct slice a, struct slice b)
{
	for (size_t i = 0; i < a.len && i < b.len; i++)
		if (slice_upper_byte(a.data[i]) != slice_upper_byte(b.data[i]))
			return false;
	return a.len == b.len;
}

static bool has_offer(const struct offers *o, const struct offer *wanted)
{
	for (size_t i = 0; i < o->count; i++)
		if (is_same_word(o->items[i].keyword, wanted->keyword) &&
		    is_same_word(o->items[i].value, wanted->value))
			return true;
	return false;
}

/* "STARTTLS, AUTH PLAIN": those that the other server does not have. */
static void put_offers(const struct offers *mine, const struct offers *others, struct buffer *out)
{
	for (size_t i = 0; i < mine->count; i++) {
		const struct offer *o = &mine->items[i];

		if (has_offer(others, o))
			continue;
		buffer_append_text(out, out->len > 0 ? ", " : "");
		buffer_append(out, o->keyword);
		buffer_append_text(out, o->value.len > 0 ? " " : "");
		buffer_append(out, o->value);
	}
}

static void add_offers(struct compare_facts *out, const struct compare_subject *s)
{
	struct offers offers[SIDE_COUNT];
	struct buffer texts[SIDE_COUNT] = {{0}, {0}};

	for (int i = 0; i < SIDE_COUNT; i++) {
		offers[i].count = 0;
		read_offers(&offers[i], session_of(&s[i]));
	}
	for (int i = 0; i < SIDE_COUNT; i++) {
		put_offers(&offers[i], &offers[!i], &texts[i]);
		if (offers[i].count == 0 && offers[!i].count > 0)
			buffer_append_text(&texts[i], session_tls_is_opaque(session_of(&s[i])) ? "not known (encrypted)"
											       : "(nothing was told)");
	}
	add_buffers(out, "Offers only", texts, "-");
}

/* ---- time ---- */

static int64_t greeting_ns(const struct session *s)
{
	const struct command *c = session_command(s, 0);

	return c != NULL && c->kind == KIND_GREETING && c->replies != NULL ? rows_latency(s, c, c->replies) : -1;
}

struct phase_time {
	const char *name; /* as rows_phase gives it */
	int64_t ns;
};

struct phase_times {
	struct phase_time items[PHASES_MAX];
	size_t count;
};

static struct phase_time *find_phase(struct phase_times *t, const char *name)
{
	for (size_t i = 0; i < t->count; i++)
		if (strcmp(t->items[i].name, name) == 0)
			return &t->items[i];
	return NULL;
}

static struct phase_time *make_phase(struct phase_times *t, const char *name)
{
	struct phase_time *found = find_phase(t, name);

	if (found != NULL || t->count == PHASES_MAX)
		return found;
	t->items[t->count] = (struct phase_time){name, 0};
	return &t->items[t->count++];
}

/* Until the next one begins, or the last row; what comes again is added. */
static void read_phases(struct phase_times *t, const struct compare_subject *s)
{
	const struct session_detail *f = s->detail;
	size_t count = f->item_count - s->left_out;
	struct phase_time *now = NULL;
	int64_t begin_ns = 0;

	for (size_t i = 0; i < count; i++) {
		const char *name = rows_phase(f, session_of(s), i);

		if (name == NULL && i + 1 < count)
			continue;
		if (now != NULL)
			now->ns += f->items[i].time_ns - begin_ns;
		now = name != NULL ? make_phase(t, name) : NULL;
		begin_ns = f->items[i].time_ns;
	}
}

/* What connecting and the greeting took has lines of its own. */
static void add_phases(struct compare_facts *out, const struct compare_subject *s)
{
	struct phase_times times[SIDE_COUNT] = {{.count = 0}, {.count = 0}};

	for (int i = 0; i < SIDE_COUNT; i++)
		read_phases(&times[i], &s[i]);
	for (size_t i = 0; i < times[0].count; i++) {
		const struct phase_time *mine = &times[0].items[i];
		const struct phase_time *other = find_phase(&times[1], mine->name);
		char what[32];

		if (strcmp(mine->name, "connect") == 0 || strcmp(mine->name, "greeting") == 0 || other == NULL)
			continue;
		snprintf(what, sizeof(what), "%c%s took", slice_upper_byte((uint8_t)mine->name[0]), mine->name + 1);
		add_waits(out, what, (int64_t[]){mine->ns, other->ns});
	}
}

static void add_times(struct compare_facts *out, const struct compare_subject *s)
{
	const struct session *a = session_of(&s[0]);
	const struct session *b = session_of(&s[1]);

	add_waits(out, "Connect took", (int64_t[]){a->connect_ns, b->connect_ns});
	add_waits(out, "Greeting took", (int64_t[]){greeting_ns(a), greeting_ns(b)});
	add_phases(out, s);
}

/* ---- */

static void add_cut(struct compare_facts *out, const struct compare_subject *s)
{
	struct compare_fact *f = s[0].left_out + s[1].left_out > 0 ? add_fact(out, "Rows") : NULL;

	for (int i = 0; f != NULL && i < SIDE_COUNT; i++)
		rowtext_printf(f->values[i].text, sizeof(f->values[i].text), "%sthe first %zu of %zu",
			       s[i].left_out > 0 ? "" : "all: ", s[i].detail->item_count - s[i].left_out,
			       s[i].detail->item_count);
}

void compare_facts_make(struct compare_facts *out, struct engine *e,
			const struct compare_subject subjects[COMPARE_CHOICE_SIDES])
{
	out->count = 0;
	add_result(out, subjects);
	add_cut(out, subjects);
	add_ends(out, e, subjects);
	add_tls(out, subjects);
	add_offers(out, subjects);
	add_times(out, subjects);
}
