#include "engine/statistics.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "common/server_program.h"
#include "diagnosis/diagnosis.h"
#include "diagnosis/outcome.h"
#include "engine/statistics_table.h"
#include "mail/session_imap.h"

enum {
	SCARCE_BUCKETS = 64, /* of a sketch, when memory is scarce */
};

struct statistics {
	struct statistics_table of[STATISTICS_KINDS];
	struct statistics_row total;
	struct statistics_times times;
	uint64_t limit;
	uint64_t memory; /* of the tables */
	/* the session at hand */
	const struct session *session;
	bool has_failed;
	size_t column;		/* of the times, in which it began */
	struct sketch all;	/* its latencies */
	struct sketch of_mail;	/* those of a run of commands of one mail */
	uint64_t session_count; /* so far; likewise */
	uint64_t mail_count;
	uint64_t run_count;
};

struct statistics *statistics_new(uint64_t memory_limit)
{
	struct statistics *t = mem_zalloc(sizeof(*t));

	t->limit = memory_limit;
	return t;
}

void statistics_free(struct statistics *t)
{
	if (t == NULL)
		return;
	for (size_t i = 0; i < STATISTICS_KINDS; i++)
		statistics_table_fini(&t->of[i]);
	sketch_fini(&t->total.latencies);
	sketch_fini(&t->all);
	sketch_fini(&t->of_mail);
	free(t);
}

uint64_t statistics_memory(const struct statistics *t)
{
	return t != NULL ? sizeof(*t) + t->memory : 0;
}

static bool is_scarce(const struct statistics *t)
{
	return t->limit > 0 && t->memory > t->limit;
}

/* ---- a row ---- */

static void add_latencies(struct statistics *t, struct statistics_row *row, const struct sketch *from)
{
	uint64_t before = sketch_memory(&row->latencies);

	sketch_merge(&row->latencies, from, is_scarce(t) ? SCARCE_BUCKETS : SKETCH_BUCKETS);
	t->memory += sketch_memory(&row->latencies) - before;
}

static void add_latency(struct statistics *t, struct statistics_row *row, uint64_t us)
{
	uint64_t before = sketch_memory(&row->latencies);

	sketch_add(&row->latencies, us, is_scarce(t) ? SCARCE_BUCKETS : SKETCH_BUCKETS);
	t->memory += sketch_memory(&row->latencies) - before;
}

/* Counts the session at hand, once. False: it was counted already. */
static bool count_session(struct statistics *t, struct statistics_row *row)
{
	if (row->session == t->session_count)
		return false;
	row->session = t->session_count;
	row->sessions++;
	row->failed += t->has_failed;
	series_catch_up(&t->times.scale, row->history, STATISTICS_HISTORY, &row->merged);
	row->history[t->column * STATISTICS_HISTORY / STATISTICS_COLUMNS]++;
	return true;
}

static void count_mails(struct statistics *t, struct statistics_row *row)
{
	const struct session *s = t->session;

	row->mails += s->mails_total;
	row->bytes += s->side[SIDE_CLIENT].bytes + s->side[SIDE_SERVER].bytes;
}

static struct statistics_row *take(struct statistics *t, enum statistics_of of, struct slice key)
{
	return statistics_table_take(&t->of[of], key, is_scarce(t), &t->times.scale, &t->memory);
}

/* Of a key that only some of the session's replies belong to. */
static struct statistics_row *note(struct statistics *t, enum statistics_of of, struct slice key)
{
	struct statistics_row *row = take(t, of, key);

	if (count_session(t, row))
		count_mails(t, row);
	return row;
}

/* Of a key of the session as a whole. */
static void count_whole(struct statistics *t, enum statistics_of of, struct slice key)
{
	struct statistics_row *row;

	if (key.len == 0)
		return;
	row = take(t, of, key);
	if (!count_session(t, row))
		return;
	count_mails(t, row);
	add_latencies(t, row, &t->all);
}

/* ---- domains ---- */

/* Behind the last "@", in small letters; false: there is none. */
static bool read_domain(struct slice address, char out[STATISTICS_KEY_MAX], struct slice *domain)
{
	size_t begin = address.len;

	while (begin > 0 && address.data[begin - 1] != '@')
		begin--;
	if (begin == 0 || begin == address.len)
		return false;
	address = slice_sub(slice_after(address, begin), 0, STATISTICS_KEY_MAX);
	for (size_t i = 0; i < address.len; i++)
		out[i] = (char)(address.data[i] >= 'A' && address.data[i] <= 'Z' ? address.data[i] + 'a' - 'A'
										 : address.data[i]);
	*domain = slice_of(out, address.len);
	return true;
}

static void count_mail_domains(struct statistics *t, const struct mail *m)
{
	char text[STATISTICS_KEY_MAX];
	struct slice domain;

	t->mail_count++;
	for (const struct recipient *r = m->recipients; r != NULL; r = r->next) {
		struct statistics_row *row;

		if (!read_domain(r->address, text, &domain))
			continue;
		row = take(t, STATISTICS_DOMAIN, domain);
		count_session(t, row);
		if (row->mail == t->mail_count)
			continue;
		row->mail = t->mail_count;
		row->mails++;
		row->bytes += m->size;
	}
}

/* What a run of commands of this mail got goes to each domain that it is for. */
static void end_run(struct statistics *t, uint32_t number)
{
	const struct mail *m = number != 0 ? session_mail(t->session, number) : NULL;
	char text[STATISTICS_KEY_MAX];
	struct slice domain;

	t->run_count++;
	for (const struct recipient *r = m != NULL ? m->recipients : NULL; r != NULL; r = r->next) {
		struct statistics_row *row;

		if (!read_domain(r->address, text, &domain))
			continue;
		row = take(t, STATISTICS_DOMAIN, domain);
		if (row->run == t->run_count)
			continue;
		row->run = t->run_count;
		count_session(t, row);
		add_latencies(t, row, &t->of_mail);
	}
	sketch_clear(&t->of_mail);
}

static void count_domains(struct statistics *t)
{
	for (size_t i = 0; i < t->session->mail_count; i++)
		if (t->session->mails[i]->number != 0)
			count_mail_domains(t, t->session->mails[i]);
}

/* ---- commands ---- */

static uint64_t latency_us(const struct command *c, const struct reply *r)
{
	int64_t latency_ns = r->time_ns - session_imap_asked_ns(c);

	return latency_ns > 0 ? (uint64_t)latency_ns / CLOCK_NS_PER_US : 0;
}

static void count_command(struct statistics *t, const struct command *c)
{
	struct statistics_row *verb = note(t, STATISTICS_VERB, command_verb(c));

	for (const struct reply *r = c->replies; r != NULL; r = r->next) {
		struct statistics_row *code = r->code_len > 0 ? note(t, STATISTICS_CODE, reply_code(r)) : NULL;
		uint64_t us = latency_us(c, r);

		if (c->packet == 0) /* nobody asked */
			continue;
		if (code != NULL)
			add_latency(t, code, us);
		add_latency(t, verb, us);
		sketch_add(&t->all, us, SKETCH_BUCKETS);
		if (c->mail != 0 && c->kind != KIND_MAIL) /* which knows no recipient */
			sketch_add(&t->of_mail, us, SKETCH_BUCKETS);
	}
}

static void count_commands(struct statistics *t)
{
	const struct session *s = t->session;
	uint32_t mail = 0;

	sketch_clear(&t->all);
	sketch_clear(&t->of_mail);
	for (size_t i = 0; i < s->command_count; i++) {
		if (s->commands[i].mail != mail)
			end_run(t, mail);
		mail = s->commands[i].mail;
		count_command(t, &s->commands[i]);
	}
	end_run(t, mail);
}

/* ---- a session ---- */

static struct slice address_of(const struct session *s, enum side side)
{
	return slice_of(s->side[side].address, s->is_ipv6 ? 16 : 4);
}

static void count_findings(struct statistics *t)
{
	for (size_t i = 0; i < diagnosis_count(t->session); i++) {
		enum rule rule = (enum rule)diagnosis_finding(t->session, i)->rule;

		count_whole(t, STATISTICS_RULE, slice_from_text(rule_row(rule)->id));
	}
}

static void begin(struct statistics *t, const struct session *s, int64_t begin_ns)
{
	if (t->session_count++ == 0)
		t->times.scale.begin_ns = begin_ns;
	t->session = s;
	t->has_failed = outcome_is_failure(s);
	t->column = series_place(&t->times.scale, s->start_ns, STATISTICS_COLUMNS);
}

static void count_total(struct statistics *t)
{
	struct statistics_times *times = &t->times;
	unsigned int merged = times->merged;

	series_catch_up(&times->scale, times->failed, STATISTICS_COLUMNS, &merged);
	series_catch_up(&times->scale, times->sessions, STATISTICS_COLUMNS, &times->merged);
	times->sessions[t->column]++;
	times->failed[t->column] += t->has_failed;
	count_session(t, &t->total);
	count_mails(t, &t->total);
	add_latencies(t, &t->total, &t->all);
}

void statistics_count(struct statistics *t, const struct session *s, int64_t begin_ns)
{
	const char *program = server_program_name(session_banner(s));

	begin(t, s, begin_ns);
	count_domains(t);
	count_commands(t);
	count_whole(t, STATISTICS_SERVER, address_of(s, SIDE_SERVER));
	count_whole(t, STATISTICS_CLIENT, address_of(s, SIDE_CLIENT));
	count_whole(t, STATISTICS_USER, s->user);
	if (program != NULL)
		count_whole(t, STATISTICS_PROGRAM, slice_from_text(program));
	count_findings(t);
	count_total(t);
	t->session = NULL;
}

/* ---- what it says ---- */

const struct statistics_row *const *statistics_rows(struct statistics *t, enum statistics_of of, size_t *count)
{
	struct statistics_table *table = &t->of[of];

	statistics_table_fold(table, STATISTICS_ROWS, &t->times.scale, &t->memory);
	for (size_t i = 0; i < table->count; i++)
		series_catch_up(&t->times.scale, table->rows[i]->history, STATISTICS_HISTORY, &table->rows[i]->merged);
	*count = table->count;
	return (const struct statistics_row *const *)table->rows;
}

const struct statistics_row *statistics_others(struct statistics *t, enum statistics_of of, uint64_t *keys)
{
	struct statistics_table *table = &t->of[of];

	if (table->count > STATISTICS_ROWS)
		statistics_table_fold(table, STATISTICS_ROWS, &t->times.scale, &t->memory);
	series_catch_up(&t->times.scale, table->others.history, STATISTICS_HISTORY, &table->others.merged);
	*keys = table->other_keys;
	return table->other_keys > 0 ? &table->others : NULL;
}

const struct statistics_row *statistics_total(const struct statistics *t)
{
	return &t->total;
}

const struct statistics_times *statistics_times(const struct statistics *t)
{
	return &t->times;
}

struct slice statistics_key(enum statistics_of of, const struct statistics_row *row, char text[ADDRESS_TEXT_SIZE])
{
	if ((of != STATISTICS_SERVER && of != STATISTICS_CLIENT) || row->key.len == 0)
		return row->key;
	address_text(text, row->key.data, row->key.len == 16);
	return slice_from_text(text);
}
