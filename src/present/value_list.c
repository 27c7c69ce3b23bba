#include "present/value_list.h"

#include <string.h>

#include "base/clock.h"
#include "base/rowtext.h"
#include "engine/content.h"
#include "engine/statistics.h"

enum {
	LOOK_BACK = 20000, /* sessions */
	OF_MAILS = QUERY_VALUES_FROM | QUERY_VALUES_TO | QUERY_VALUES_SUBJECT | QUERY_VALUES_ATTACHMENT,
	OF_SESSIONS = QUERY_VALUES_HELO | OF_MAILS,
};

#define WORK_NS (CLOCK_NS_PER_MS * 3 / 2) /* in one go */

/* As a row shows it; what is longer is cut: a filter finds the value by its beginning, too. */
static void put(char value[QUERY_VALUE_SIZE], struct slice text)
{
	memset(value, 0, QUERY_VALUE_SIZE);
	rowtext_put(value, QUERY_VALUE_SIZE, text);
}

static bool is_among(char values[][QUERY_VALUE_SIZE], uint32_t count, const char *value)
{
	for (uint32_t i = 0; i < count; i++)
		if (strcmp(values[i], value) == 0)
			return true;
	return false;
}

/* ---- in the sessions ---- */

static bool is_full(const struct value_list *l)
{
	return l->count == SNAPSHOT_VALUES_MAX;
}

static void note(struct value_list *l, struct slice text)
{
	char value[QUERY_VALUE_SIZE];

	if (text.len == 0 || is_full(l) || !slice_begins_nocase(text, l->prefix))
		return;
	put(value, text);
	if (!is_among(l->found, l->count, value))
		memcpy(l->found[l->count++], value, sizeof(value));
}

/* Each followed by a NUL. */
static void note_all(struct value_list *l, const struct buffer *texts)
{
	for (struct slice rest = buffer_slice(texts); rest.len > 0;) {
		size_t len = slice_find(rest, '\0');

		note(l, slice_sub(rest, 0, len));
		rest = slice_after(rest, len + 1);
	}
}

static bool note_file(void *ctx, const char *name)
{
	struct value_list *l = ctx;

	note(l, slice_from_text(name));
	return !is_full(l);
}

static void look_at_mail(struct value_list *l, struct engine *e, struct connection *v, struct mail *m)
{
	const struct record_fields *f = engine_fields(e, v, m);

	if (l->of & QUERY_VALUES_FROM) {
		note(l, m->from);
		note_all(l, &f->from);
	}
	if (l->of & QUERY_VALUES_TO) {
		for (const struct recipient *r = m->recipients; r != NULL; r = r->next)
			note(l, r->address);
		note_all(l, &f->to);
		note_all(l, &f->cc);
	}
	if (l->of & QUERY_VALUES_SUBJECT)
		note(l, buffer_slice(&f->subject));
	if (l->of & QUERY_VALUES_ATTACHMENT)
		content_read_file_names(v, m, engine_store(e), note_file, l);
}

/* Whether that was all of the session. */
static bool look_at_session(struct value_list *l, struct engine *e, struct connection *v, int64_t until_ns)
{
	struct session *s = v->session;

	connection_sync(v);
	if (l->of & QUERY_VALUES_HELO)
		note(l, session_helo(s));
	while (l->of & OF_MAILS && l->next_mail < s->mail_count && !is_full(l)) {
		if (clock_monotonic_ns() >= until_ns)
			return false;
		look_at_mail(l, e, v, s->mails[l->next_mail++]);
	}
	return true;
}

static bool is_of(const struct value_list *l, const struct query *q)
{
	return l->of == q->values_of && strcmp(l->prefix, q->value_prefix) == 0;
}

static void begin(struct value_list *l, const struct engine *e, const struct query *q)
{
	*l = (struct value_list){.of = q->values_of};
	memcpy(l->prefix, q->value_prefix, sizeof(l->prefix));
	if (l->of & OF_SESSIONS)
		l->next = engine_last_session(e);
	l->least = l->next > LOOK_BACK ? l->next - LOOK_BACK + 1 : 1;
}

bool value_list_work(struct value_list *l, struct engine *e, const struct query *q)
{
	int64_t until_ns = clock_monotonic_ns() + WORK_NS;

	if (!is_of(l, q))
		begin(l, e, q);
	while (l->next > 0 && l->next >= l->least && !is_full(l)) {
		struct connection *v = engine_connection(e, l->next);

		if (clock_monotonic_ns() >= until_ns || (v != NULL && !look_at_session(l, e, v, until_ns)))
			return true;
		l->next--;
		l->next_mail = 0;
	}
	return false;
}

/* ---- in the sums, and all together ---- */

/* The values so far, and in how many sessions each was. */
struct listing {
	struct snapshot *s;
	uint64_t sessions[SNAPSHOT_VALUES_MAX];
};

/* At its place; the last one goes where there is no room. */
static void add(struct listing *l, const char value[QUERY_VALUE_SIZE], uint64_t sessions)
{
	struct snapshot *s = l->s;
	uint32_t at = s->value_count;

	if (is_among(s->values, s->value_count, value))
		return;
	while (at > 0 && l->sessions[at - 1] < sessions)
		at--;
	if (at == SNAPSHOT_VALUES_MAX)
		return;
	s->value_count += s->value_count < SNAPSHOT_VALUES_MAX;
	memmove(&s->values[at + 1], &s->values[at], (s->value_count - 1 - at) * sizeof(s->values[0]));
	memmove(&l->sessions[at + 1], &l->sessions[at], (s->value_count - 1 - at) * sizeof(l->sessions[0]));
	memcpy(s->values[at], value, sizeof(s->values[at]));
	l->sessions[at] = sessions;
}

/* A value that is longer than a row has room for cannot be typed from it. */
static void add_kind(struct listing *l, const struct engine *e, enum statistics_of of, const char *prefix)
{
	size_t count;
	const struct statistics_row *const *rows = statistics_rows(engine_statistics(e), of, &count);
	uint32_t found = 0;

	for (size_t i = 0; i < count && found < SNAPSHOT_VALUES_MAX; i++) {
		char address[ADDRESS_TEXT_SIZE];
		char value[QUERY_VALUE_SIZE];
		struct slice key = statistics_key(of, rows[i], address);

		if (key.len == 0 || key.len >= sizeof(value) || !slice_begins_nocase(key, prefix))
			continue;
		put(value, key);
		add(l, value, rows[i]->sessions);
		found++;
	}
}

void value_list_fill(const struct value_list *l, const struct engine *e, const struct query *q, struct snapshot *s)
{
	struct listing all = {.s = s};

	s->values_of = q->values_of;
	memcpy(s->value_prefix, q->value_prefix, sizeof(s->value_prefix));
	s->value_count = 0;
	for (int of = 0; engine_statistics(e) != NULL && of < STATISTICS_KINDS; of++)
		if (q->values_of >> of & 1)
			add_kind(&all, e, (enum statistics_of)of, q->value_prefix);
	for (uint32_t i = 0; is_of(l, q) && i < l->count; i++)
		add(&all, l->found[i], 0);
}
