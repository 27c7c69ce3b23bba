/*
 * Who follows the engine's sessions, a row each; the order is that of the last function.
 */
#include "engine/observers.h"

#include <stdlib.h>

#include "base/mem.h"
#include "diagnosis/outcome.h"
#include "engine/jobs.h"

/* Whether it is put out, once. */
static bool is_wanted(const struct session *s)
{
	const struct connection *v = s->owner;

	return v->is_wanted && !v->is_late && v->passes != EXPRESSION_NO;
}

/* ---- diagnosis ---- */

static void begin_diagnosis(void *ctx, struct session *s)
{
	const struct engine *e = ctx;

	s->diagnosis = diagnosis_new(&e->options.limits, e->options.patterns, e->options.key_help);
}

static void diagnose_event(void *ctx, struct session *s, const struct dialogue_event *event, const struct stamp *first,
			   const struct stamp *last)
{
	(void)ctx;
	diagnosis_event(s, event, first, last);
}

static void diagnose_command(void *ctx, struct session *s, struct command *c)
{
	(void)ctx;
	diagnosis_command(s, c);
}

static void diagnose_content(void *ctx, struct session *s, struct mail *m)
{
	const struct engine *e = ctx;
	struct body_lint i;

	body_lint_init(&i);
	content_lint(s->owner, m, e->store, &i);
	diagnosis_content(s, m, &i);
	body_lint_fini(&i);
}

static void diagnose_mail(void *ctx, struct session *s, struct mail *m)
{
	(void)ctx;
	diagnosis_mail(s, m);
}

static const struct observer diagnosis = {
	.name = "diagnosis",
	.session_begin = begin_diagnosis,
	.event = diagnose_event,
	.command = diagnose_command,
	.mail_read = diagnose_content,
	.mail = diagnose_mail,
};

/* After all that add findings. */
static void choose_cause(void *ctx, struct session *s)
{
	(void)ctx;
	diagnosis_finish(s);
}

static const struct observer cause = {.name = "cause", .session_end = choose_cause};

/* ---- Message-IDs: history and duplicates ---- */

/* All fields are decoded only when they will be put out, too. */
static void read_message_id(struct engine *e, struct session *s, struct mail *m, struct buffer *out)
{
	if (!m->has_data)
		return;
	if (is_wanted(s) && e->options.output != NULL && e->options.output->mail != NULL)
		buffer_append(out, buffer_slice(&engine_fields(e, s->owner, m)->message_id));
	else
		content_read_message_id(s->owner, m, e->store, out);
}

static void remember_login(void *ctx, struct session *s, struct command *c)
{
	struct engine *e = ctx;

	if (c->extra != NULL && c->extra->is_login && c->extra->login_success)
		history_login(e->history, s);
}

static void remember_mail(void *ctx, struct session *s, struct mail *m)
{
	struct engine *e = ctx;
	struct buffer message_id = {0};

	read_message_id(e, s, m, &message_id);
	history_mail(e->history, s, m, buffer_slice(&message_id));
	buffer_fini(&message_id);
}

static void remember_session(void *ctx, struct session *s)
{
	struct engine *e = ctx;
	const struct connection *v = s->owner;

	if (!v->is_late)
		history_session(e->history, s);
}

static const struct observer history = {
	.name = "history", .command = remember_login, .mail = remember_mail, .session_end = remember_session};

/* Before the mail's reply: the answer to a proxy may wait for that to the proxy's own. */
static void note_duplicate(void *ctx, struct session *s, struct mail *m)
{
	struct engine *e = ctx;
	struct buffer message_id = {0};

	if (m->number == 0 || m->message_id_hash != 0 || m->direction == MAIL_PREVIEWED)
		return;
	read_message_id(e, s, m, &message_id);
	if (message_id.len > 0)
		duplicates_add(e->duplicates, s, m, buffer_slice(&message_id));
	buffer_fini(&message_id);
}

static void settle_duplicate(void *ctx, struct session *s, struct mail *m)
{
	struct engine *e = ctx;

	note_duplicate(e, s, m);
	duplicates_settle(e->duplicates, s->number, m);
}

static const struct observer duplicates = {.name = "duplicates", .mail_data = note_duplicate, .mail = settle_duplicate};

/* ---- counters ---- */

static void count_session(void *ctx, struct session *s)
{
	struct engine *e = ctx;

	(void)s;
	e->counters.sessions++;
}

static void count_mail(void *ctx, struct session *s, struct mail *m)
{
	struct engine *e = ctx;
	const struct connection *v = s->owner;

	e->counters.mails++;
	for (const struct mail_range *r = m->ranges; r != NULL && v->flow != NULL && !connection_is_filtered(v);
	     r = r->next)
		m->conflicts += stream_conflicts_within(&v->flow->stream[m->side], r->begin, r->end);
}

static void count_outcome(void *ctx, struct session *s)
{
	struct engine *e = ctx;
	unsigned int help;

	if (diagnosis_root(s) != NULL)
		e->counters.findings[diagnosis_root(s)->severity]++;
	e->counters.sessions_failed += outcome_is_failure(s);
	if (diagnosis_lacks_key(s, &help))
		e->counters.unread[help]++;
}

static const struct observer counters = {
	.name = "counters", .session_begin = count_session, .mail = count_mail, .session_end = count_outcome};

/* ---- the filter of what is put out and saved: in front of both ---- */

static void decide(struct engine *e, struct connection *v, enum expression_truth truth)
{
	if (truth == EXPRESSION_OPEN)
		return;
	v->passes = (uint8_t)truth;
	free(v->filter_state);
	v->filter_state = NULL;
	if (e->options.output != NULL && e->options.output->decided != NULL)
		e->options.output->decided(e->options.output_ctx, v);
	jobs_go_on(e, v->session);
}

static enum expression_truth weigh(struct engine *e, struct connection *v, const struct command *c, struct mail *m,
				   bool is_last)
{
	struct session_filter_scene scene;

	engine_filter_scene(e, &scene);
	return session_filter_note(&scene, v, e->options.filter, v->filter_state, c, m, is_last);
}

static void note_passing(struct engine *e, struct connection *v, const struct command *c, struct mail *m, bool is_last)
{
	if (v->passes == EXPRESSION_OPEN)
		decide(e, v, weigh(e, v, c, m, is_last));
}

static void begin_passing(void *ctx, struct session *s)
{
	struct engine *e = ctx;
	struct connection *v = s->owner;

	v->passes = EXPRESSION_OPEN;
	v->filter_state = mem_zalloc(sizeof(*v->filter_state));
	note_passing(e, v, NULL, NULL, false);
}

static void pass_command(void *ctx, struct session *s, struct command *c)
{
	note_passing(ctx, s->owner, c, NULL, false);
}

static void pass_mail(void *ctx, struct session *s, struct mail *m)
{
	note_passing(ctx, s->owner, NULL, m, false);
}

static void end_passing(void *ctx, struct session *s)
{
	note_passing(ctx, s->owner, NULL, NULL, true);
}

static const struct observer passing = {.name = "passing",
					.session_begin = begin_passing,
					.command = pass_command,
					.mail = pass_mail,
					.session_end = end_passing};

/* What waits of open sessions has a limit. */
static void put_is_done(struct engine *e, struct connection *v)
{
	const struct engine_output *o = e->options.output;

	if (v->passes == EXPRESSION_OPEN && o->is_full != NULL && o->is_full(e->options.output_ctx))
		note_passing(e, v, NULL, NULL, true);
}

/* ---- statistics ---- */

static void count_statistics(void *ctx, struct session *s)
{
	struct engine *e = ctx;
	const struct connection *v = s->owner;

	if (v->is_wanted && v->passes == EXPRESSION_YES)
		statistics_count(e->statistics, s, e->counters.first_ns);
}

static const struct observer statistics = {.name = "statistics", .session_settled = count_statistics};

/* ---- what is put out ---- */

static void begin_output(void *ctx, struct session *s)
{
	const struct engine *e = ctx;

	s->wants_server_info = e->options.keep || e->statistics != NULL ||
			       (is_wanted(s) && e->options.output != NULL && e->options.output->session != NULL);
}

static void put_command(void *ctx, struct session *s, struct command *c)
{
	struct engine *e = ctx;

	if (!is_wanted(s) || e->options.output == NULL || e->options.output->command == NULL)
		return;
	e->options.output->command(e->options.output_ctx, s->owner, c);
	put_is_done(e, s->owner);
}

/* What only a look at the whole mail tells its diagnosis. */
static void judge_parts(struct session *s, const struct mail *m, const struct message *message)
{
	struct message_defects defects;

	if (s->diagnosis == NULL || !m->complete)
		return;
	message_find_defects(message, &defects);
	diagnosis_parts(s, m, defects.has_open_part, defects.has_broken_encoding);
}

/* What was saved whole is whole, whatever became of the capture since. */
static bool is_saved_whole(const struct mail *m)
{
	return m->saved && m->complete;
}

static void put_decoded(struct engine *e, struct session *s, struct mail *m)
{
	struct buffer whole = {0};
	struct message *message = NULL;
	struct record_fields *fields;
	struct record_link links[DUPLICATES_LINKS_MAX];

	engine_fields(e, s->owner, m);
	fields = m->decoded;
	if (e->options.details && m->has_data) {
		content_read(s->owner, m, e->store, UINT64_MAX, buffer_sink, &whole);
		message = message_parse(buffer_slice(&whole));
		judge_parts(s, m, message);
	}
	if (!is_saved_whole(m))
		jobs_check_mail(e, s->owner, m); /* after it was read */
	fields->has_hash = fields->has_hash && m->complete;
	fields->message = message;
	fields->same_as = links;
	fields->same_as_count = engine_same_mails(e, s, m, links);
	e->options.output->mail(e->options.output_ctx, s->owner, m, fields);
	fields->message = NULL;
	fields->same_as = NULL;
	fields->same_as_count = 0;
	message_free(message);
	buffer_fini(&whole);
	put_is_done(e, s->owner);
}

static void put_mail(void *ctx, struct session *s, struct mail *m)
{
	struct engine *e = ctx;

	if (is_wanted(s) && e->options.output != NULL && e->options.output->mail != NULL)
		put_decoded(e, s, m);
	if (!e->options.keep)
		jobs_free_fields(m); /* perhaps decoded for its file's name */
}

static void put_session(void *ctx, struct session *s)
{
	struct engine *e = ctx;

	if (is_wanted(s) && e->options.output != NULL && e->options.output->session != NULL)
		e->options.output->session(
			e->options.output_ctx, s->owner,
			(const char *const[SIDES]){engine_name(e, s, SIDE_CLIENT), engine_name(e, s, SIDE_SERVER)});
}

static const struct observer output = {
	.name = "output",
	.session_begin = begin_output,
	.command = put_command,
	.mail_settled = put_mail,
	.session_settled = put_session,
};

/* ---- the rows ---- */

/* Whether somebody will look at mails: else they are not compared. */
static bool wants_mails(const struct engine *e)
{
	return e->options.keep || (e->options.output != NULL && e->options.output->mail != NULL);
}

void observers_open(struct engine *e)
{
	struct observers *o = &e->observers;

	if (e->options.diagnose) {
		observers_add(o, &diagnosis, e);
		observers_add(o, &history, e);
		observers_add(o, &cause, e);
	}
	if (e->options.filter != NULL)
		observers_add(o, &passing, e);
	observers_add(o, &output, e);
	observers_add(o, &counters, e);
	if (e->statistics != NULL)
		observers_add(o, &statistics, e);
	if (wants_mails(e))
		observers_add(o, &duplicates, e);
	for (size_t i = 0; i < e->options.observers.count; i++)
		observers_add(o, e->options.observers.list[i].row, e->options.observers.list[i].ctx);
	observers_add(o, &jobs_observer, e); /* saving ends what is to be done with a mail */
}
