/* What sessions sum up to, at the end: tables for a person, or records. */
#include <stdio.h>

#include "app/output_row.h"
#include "diagnosis/rule.h"
#include "engine/statistics.h"
#include "output/tables.h"

enum {
	TABLE_ROWS = 20, /* for a person */
};

/* Of a row, as a person reads it. */
struct title {
	char text[128];
};

_Static_assert(sizeof(struct title) >= ADDRESS_TEXT_SIZE, "it may be an address");

static struct record_statistic read_row(const struct engine *e, enum statistics_of of, struct slice key,
					const struct statistics_row *row)
{
	const struct engine_counters *c = engine_counters(e);

	return (struct record_statistic){.time_ns = c->last_ns,
					 .time_digits = c->time_digits,
					 .of = statistics_kind(of)->name,
					 .key = key,
					 .sessions = row->sessions,
					 .failed = row->failed,
					 .mails = row->mails,
					 .bytes = row->bytes,
					 .has_latency = row->latencies.total > 0,
					 .latency_p50_us = sketch_quantile(&row->latencies, 50),
					 .latency_p95_us = sketch_quantile(&row->latencies, 95),
					 .latency_max_us = row->latencies.max};
}

/* ---- records ---- */

static void put_kind(struct batch_output *p, const struct engine *e, enum statistics_of of,
		     void (*put)(struct batch_output *p))
{
	struct statistics *t = engine_statistics(e);
	const struct statistics_row *const *rows;
	const struct statistics_row *others;
	char address[ADDRESS_TEXT_SIZE];
	struct record_statistic r;
	uint64_t keys;
	size_t count;

	rows = statistics_rows(t, of, &count);
	for (size_t i = 0; i < count; i++) {
		r = read_row(e, of, statistics_key(of, rows[i], address), rows[i]);
		records_statistic(p->records, &p->tape, &r);
		put(p);
	}
	others = statistics_others(t, of, &keys);
	if (others == NULL)
		return;
	r = read_row(e, of, slice_from_text(RECORD_OTHERS), others);
	r.is_others = true;
	records_statistic(p->records, &p->tape, &r);
	put(p);
}

void output_row_put_statistics(struct batch_output *p, const struct engine *e, void (*put)(struct batch_output *p))
{
	for (enum statistics_of of = 0; of < STATISTICS_KINDS; of++)
		put_kind(p, e, of, put);
}

/* ---- tables ---- */

/* For people a finding has its name, too. */
static struct slice title_of(enum statistics_of of, const struct statistics_row *row, struct title *title)
{
	struct slice key = statistics_key(of, row, title->text);

	for (enum rule rule = 0; of == STATISTICS_RULE && rule < RULES; rule++)
		if (slice_equals(key, slice_from_text(rule_row(rule)->id))) {
			snprintf(title->text, sizeof(title->text), "%s  %s", rule_row(rule)->id, rule_row(rule)->name);
			return slice_from_text(title->text);
		}
	return key;
}

/* The rows that are not shown one by one, and those that the engine has folded. */
struct rest {
	struct statistics_row sum;
	char text[64];
};

static void add_row(struct rest *rest, const struct statistics_row *row)
{
	rest->sum.sessions += row->sessions;
	rest->sum.failed += row->failed;
	rest->sum.mails += row->mails;
	rest->sum.bytes += row->bytes;
	sketch_merge(&rest->sum.latencies, &row->latencies, SKETCH_BUCKETS);
}

static void put_table(struct batch_output *p, const struct engine *e, enum statistics_of of)
{
	struct statistics *t = engine_statistics(e);
	const struct statistics_kind *kind = statistics_kind(of);
	struct record_statistic shown[TABLE_ROWS];
	struct title titles[TABLE_ROWS];
	struct rest rest = {.text = ""};
	struct record_statistic others;
	const struct statistics_row *folded;
	const struct statistics_row *const *rows;
	size_t shown_count = 0;
	uint64_t keys;
	size_t count;

	rows = statistics_rows(t, of, &count);
	for (; shown_count < count && shown_count < TABLE_ROWS; shown_count++)
		shown[shown_count] =
			read_row(e, of, title_of(of, rows[shown_count], &titles[shown_count]), rows[shown_count]);
	for (size_t i = shown_count; i < count; i++)
		add_row(&rest, rows[i]);
	folded = statistics_others(t, of, &keys);
	if (folded != NULL)
		add_row(&rest, folded);
	keys += count;
	snprintf(rest.text, sizeof(rest.text), "%s (%llu)", RECORD_OTHERS, (unsigned long long)(keys - shown_count));
	others = read_row(e, of, slice_from_text(rest.text), &rest.sum);
	tables_statistics(&p->out, kind->title, kind->heading, shown, shown_count, keys,
			  keys > shown_count ? &others : NULL);
	sketch_fini(&rest.sum.latencies);
}

static void put_tables(struct batch_output *p, const struct engine *e, const struct record_drops *drops)
{
	struct record_statistic total =
		read_row(e, STATISTICS_SERVER, slice_from_text("All sessions"), statistics_total(engine_statistics(e)));

	if (drops->kernel + drops->ring > 0)
		output_row_warn_dropped(drops);
	tables_total(&p->out, &total);
	for (enum statistics_of of = 0; of < STATISTICS_KINDS; of++) {
		put_table(p, e, of);
		output_row_flush(p);
	}
}

static void warn_dropped(struct batch_output *p, const struct engine *e, const struct record_drops *drops)
{
	(void)p;
	(void)e;
	output_row_warn_dropped(drops);
}

const struct output_row output_row_statistics = {.dropped = warn_dropped, .finish = put_tables};
