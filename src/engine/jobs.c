#include <stdlib.h>

#include "base/mem.h"
#include "engine/parts.h"

/* A job on its way, and what it is for. */
struct engine_job {
	struct save_job job;
	struct engine *engine;
	struct conversation *conversation;
	struct mail *mail;
	uint64_t *places; /* held until it is done */
	size_t place_count;
	size_t place_cap;
	size_t piece_cap;
};

void jobs_free_fields(struct mail *m)
{
	if (m->decoded == NULL)
		return;
	record_fields_fini(m->decoded);
	free(m->decoded);
	m->decoded = NULL;
}

const struct record_fields *engine_fields(struct engine *e, struct conversation *v, struct mail *m)
{
	if (m->decoded == NULL) {
		struct record_fields *f = mem_zalloc(sizeof(*f));

		content_read_fields(v, m, e->store, e->options.details, f);
		m->decoded = f;
	}
	return m->decoded;
}

/* What only a look at the whole mail tells its diagnosis. */
static void judge_parts(struct session *s, const struct mail *m, const struct message *message)
{
	struct message_faults faults;

	if (s->diagnosis == NULL || !m->complete)
		return;
	message_find_faults(message, &faults);
	diagnosis_parts(s, m, faults.has_open_part, faults.has_broken_encoding);
}

static void put_mail(struct engine *e, struct conversation *v, struct mail *m)
{
	struct buffer whole = {0};
	struct message *message = NULL;
	struct record_fields *fields;

	m->reported = true;
	if (e->options.output == NULL || e->options.output->mail == NULL)
		return;
	engine_fields(e, v, m);
	fields = m->decoded;
	if (e->options.details && m->has_data) {
		content_read(v, m, e->store, UINT64_MAX, buffer_sink, &whole);
		message = message_parse(buffer_slice(&whole));
		judge_parts(v->session, m, message);
	}
	fields->message = message;
	e->options.output->mail(e->options.output_ctx, v, m, fields);
	fields->message = NULL;
	message_free(message);
	buffer_fini(&whole);
	if (!e->options.keep)
		jobs_free_fields(m);
}

static void command_done(void *ctx, struct session *s, struct command *c)
{
	struct engine *e = ctx;
	struct conversation *v = s->owner;

	if (e->options.output != NULL && e->options.output->command != NULL)
		e->options.output->command(e->options.output_ctx, v, c);
}

static void mail_done(void *ctx, struct session *s, struct mail *m)
{
	struct engine *e = ctx;
	struct conversation *v = s->owner;

	e->counters.mails++;
	if (e->options.save && m->has_data && m->direction != MAIL_PREVIEWED && !m->save_tried &&
	    engine_save(e, v, m, e->options.save_target, e->options.save_format))
		return; /* the record tells where it was saved: it follows when that is known */
	if (!m->reported)
		put_mail(e, v, m);
}

/* What the mail's bytes tell its diagnosis. */
static void mail_read(void *ctx, struct session *s, struct mail *m)
{
	struct engine *e = ctx;
	struct inspection i;

	inspect_init(&i);
	content_inspect(s->owner, m, e->store, &i);
	diagnosis_content(s, m, &i);
	inspect_fini(&i);
}

const struct session_events jobs_session_events = {
	.command_done = command_done, .mail_read = mail_read, .mail_done = mail_done};

/* ---- saving ---- */

static void add_piece(void *ctx, uint64_t place, size_t len)
{
	struct engine_job *j = ctx;

	store_hold(j->engine->store, place);
	j->places = mem_grow(j->places, &j->place_cap, j->place_count + 1, sizeof(*j->places));
	j->places[j->place_count++] = place;
	j->job.pieces = mem_grow(j->job.pieces, &j->piece_cap, j->job.piece_count + 1, sizeof(*j->job.pieces));
	j->job.pieces[j->job.piece_count++] = store_bytes(j->engine->store, place, len);
}

void jobs_copy_text(char *out, size_t size, struct slice text)
{
	size_t len = text.len < size - 1 ? text.len : size - 1;

	if (len > 0)
		memcpy(out, text.data, len);
	out[len] = '\0';
}

bool engine_save(struct engine *e, struct conversation *v, struct mail *m, const char *target, enum save_format format)
{
	const struct record_fields *fields;
	struct engine_job *j;

	if (!m->has_data)
		return false;
	fields = engine_fields(e, v, m);
	m->save_tried = true;
	j = mem_zalloc(sizeof(*j));
	j->engine = e;
	j->conversation = v;
	j->mail = m;
	j->job.format = format;
	j->job.partial = !m->complete;
	j->job.stuffed = m->stuffed;
	j->job.time_ns = m->first.time_ns;
	jobs_copy_text(j->job.target, sizeof(j->job.target), slice_from_text(target));
	jobs_copy_text(j->job.sender, sizeof(j->job.sender), m->from);
	save_name(j->job.name, m->first.time_ns, v->session->number, m->number, buffer_slice(&fields->subject));
	content_pieces(v, m, add_piece, j);
	v->pins++;
	e->counters.jobs_pending++;
	if (e->options.submit != NULL) {
		e->options.submit(e->options.submit_ctx, &j->job);
		return true;
	}
	save_run(&j->job);
	engine_job_done(e, &j->job);
	return true;
}

void engine_job_done(struct engine *e, struct save_job *job)
{
	struct engine_job *j = (struct engine_job *)(void *)((char *)job - offsetof(struct engine_job, job));
	struct conversation *v = j->conversation;
	struct mail *m = j->mail;

	e->counters.jobs_pending--;
	if (job->path[0] != '\0') {
		struct slice path = arena_copy(&v->session->arena, slice_of(job->path, strlen(job->path) + 1));

		m->saved = true;
		m->saved_path = (const char *)path.data;
		e->counters.saved++;
	} else {
		e->counters.save_failures++;
		if (!e->has_error)
			e->error = job->error;
		e->has_error = true;
	}
	v->version++;
	if (!m->reported)
		put_mail(e, v, m);
	for (size_t i = 0; i < j->place_count; i++)
		store_release(e->store, j->places[i]);
	free(j->places);
	free(j->job.pieces);
	free(j);
	v->pins--;
	life_release(e, v);
}
