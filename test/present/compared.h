/*
 * compared: two sessions side by side, as the screen would have them; and their rows as text.
 */
#ifndef TEST_PRESENT_COMPARED_H
#define TEST_PRESENT_COMPARED_H

#include "../engine/wire.h"
#include "../main.h"
#include "present/compare.h"
#include "present/viewer.h"

static struct wire w;
static struct viewer *v;
static struct snapshot *s;
static struct query q;
static struct buffer drawn;

static inline void begin(uint64_t memory_limit)
{
	wire_init(&w, true);
	w.options.diagnose = true;
	w.options.memory_limit = memory_limit;
	limits_init(&w.options.limits);
	wire_begin(&w);
	v = viewer_new(false);
	s = snapshot_new();
	q = (struct query){.compare_rows = {.count = QUERY_ROWS_MAX}};
	drawn = (struct buffer){0};
}

static inline void setup(void)
{
	begin(0);
}

static inline void teardown(void)
{
	viewer_free(v);
	snapshot_free(s);
	buffer_fini(&drawn);
	wire_fini(&w);
}

static inline void look(void)
{
	q.serial++;
	viewer_set_query(v, &q);
	while (viewer_work(v, w.engine))
		continue;
	viewer_fill(v, w.engine, s);
}

/* As the key = does, with that session under the cursor. */
static inline void ask(uint64_t session)
{
	q.session = q.compare_session = session;
	q.compare_serial++;
	look();
	ck_assert_uint_eq(s->compare_head.serial, q.compare_serial);
}

static inline void expect_sides(uint64_t left, uint64_t right, const char *why)
{
	ck_assert_int_eq(s->compare_head.state, SNAPSHOT_COMPARE_READY);
	ck_assert_uint_eq(s->compare_head.sides[0].number, left);
	ck_assert_uint_eq(s->compare_head.sides[1].number, right);
	ck_assert_str_eq(s->compare_head.why, why);
}

static inline void mark(uint64_t session)
{
	engine_connection(w.engine, session)->session->marked = true;
}

static inline void play_from(uint8_t client, const char *script)
{
	w.client_host = client;
	wire_play(&w, script);
}

/* ---- rows as text ---- */

static inline char sign_of(enum snapshot_meaning difference)
{
	return difference == MEANING_ERROR ? '!' : difference == MEANING_NOTICE ? '~' : '|';
}

static inline const char *text_of(const struct snapshot_compare_side *side)
{
	return side->is_there ? side->row.text : "";
}

static inline const char *rows_text(void)
{
	buffer_clear(&drawn);
	for (uint32_t i = 0; i < s->compare.count; i++) {
		const struct snapshot_compare_row *r = &s->compare_rows[i];

		if (!r->is_fact)
			buffer_printf(&drawn, "%s %c %s\n", text_of(&r->sides[0]), sign_of(r->difference),
				      text_of(&r->sides[1]));
	}
	buffer_append_byte(&drawn, '\0');
	return (const char *)drawn.data;
}

/* From the greeting on. */
static inline void expect_rows(const char *rows)
{
	const char *got = strchr(rows_text(), '\n') + 1;

	ck_assert_str_eq(got, rows);
}

static inline const struct snapshot_compare_row *fact(const char *what)
{
	for (uint32_t i = 0; i < s->compare.count; i++)
		if (s->compare_rows[i].is_fact && strcmp(s->compare_rows[i].what, what) == 0)
			return &s->compare_rows[i];
	return NULL;
}

static inline void expect_fact(const char *what, const char *left, const char *right)
{
	const struct snapshot_compare_row *r = fact(what);

	ck_assert_msg(r != NULL, "no line %s", what);
	ck_assert_str_eq(r->sides[0].row.text, left);
	ck_assert_str_eq(r->sides[1].row.text, right);
}

#endif
