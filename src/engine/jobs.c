#include <stdlib.h>

#include "base/mem.h"
#include "base/text.h"
#include "engine/jobs.h"
#include "engine/lifecycle.h"
#include "mail/exposed.h"
#include "mail/session_imap.h"
#include "output/lines.h"

enum {
	COPIED_MAX = 64 * 1024 * 1024, /* at a time */
};

/* A job on its way, and what it is for. */
struct engine_job {
	struct save_job job;
	struct engine *engine;
	struct connection *connection;
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
	records_fini_fields(m->decoded);
	free(m->decoded);
	m->decoded = NULL;
}

static unsigned int wanted_fields(const struct engine *e)
{
	const struct engine_options *o = &e->options;

	return (o->details ? CONTENT_HASH : 0) | (o->keep || o->filter != NULL ? CONTENT_NAMES : 0);
}

/* What was read while the mail was on its way says nothing of what came since. */
static bool is_outdated(const struct mail *m)
{
	return m->decoded_size != m->size || m->decoded_ended != m->data_ended;
}

const struct record_fields *engine_fields(struct engine *e, struct connection *v, struct mail *m)
{
	if (m->decoded != NULL && is_outdated(m))
		jobs_free_fields(m);
	if (m->decoded == NULL) {
		struct record_fields *f = mem_zalloc(sizeof(*f));

		content_read_fields(v, m, e->store, wanted_fields(e), f);
		m->decoded = f;
		m->decoded_size = m->size;
		m->decoded_ended = m->data_ended;
	}
	return m->decoded;
}

size_t engine_same_mails(const struct engine *e, const struct session *s, const struct mail *m,
			 struct record_link *links)
{
	return duplicates_find(e->duplicates, s->number, m, links);
}

void jobs_check_mail(struct engine *e, struct connection *v, struct mail *m)
{
	uint64_t gone = m->has_data ? content_gone(v, m, e->store) : 0;

	if (gone <= m->gone_len)
		return;
	m->missing_len += gone - m->gone_len;
	m->gone_len = gone;
	m->complete = false;
	v->version++;
}

/* The first is told; all count. */
static void fail(struct engine *e, const struct error *err)
{
	if (!e->has_error)
		e->error = *err;
	e->has_error = true;
}

static void stop_saving(struct engine *e, const char *setting)
{
	struct error err;

	e->save_stopped = true;
	error_set(&err, "%llu mail%s with %llu bytes %s saved: no more are saved automatically (%s)",
		  (unsigned long long)e->saved_count, text_plural(e->saved_count), (unsigned long long)e->saved_bytes,
		  e->saved_count == 1 ? "is" : "are", setting);
	fail(e, &err);
}

/* Whether the limits of saving by itself leave room for the mail. */
static bool may_save(struct engine *e, const struct mail *m)
{
	const struct engine_options *o = &e->options;

	if (e->save_stopped)
		return false;
	if (o->save_count > 0 && e->saved_count >= o->save_count) {
		stop_saving(e, "save_count");
		return false;
	}
	if (o->save_bytes > 0 && e->saved_bytes + m->size > o->save_bytes) {
		stop_saving(e, "save_bytes");
		return false;
	}
	return true;
}

static bool save_by_itself(struct engine *e, struct connection *v, struct mail *m)
{
	struct engine_save_order order = {
		.target = e->options.save_target, .format = e->options.save_format, .is_automatic = true};

	if (!e->options.save || !v->is_wanted || v->passes != EXPRESSION_YES || !m->has_data || m->is_unread ||
	    m->direction == MAIL_PREVIEWED || m->save_tried || !may_save(e, m))
		return false;
	e->saved_count++;
	e->saved_bytes += m->size;
	return engine_save_as(e, v, m, &order);
}

void jobs_settle(struct engine *e, struct session *s, struct mail *m)
{
	if (m->reported)
		return;
	m->reported = true;
	observers_mail_settled(&e->observers, s, m);
}

/* One of a session that may not pass the filter is saved when that is known. */
static void save_or_settle(void *ctx, struct session *s, struct mail *m)
{
	const struct engine *e = ctx;
	const struct connection *v = s->owner;

	m->waits = e->options.save && v->passes == EXPRESSION_OPEN;
	if (m->waits)
		return;
	if (!save_by_itself(ctx, s->owner, m)) /* else it settles when that is done */
		jobs_settle(ctx, s, m);
}

void jobs_go_on(struct engine *e, struct session *s)
{
	for (size_t i = 0; i < s->mail_count; i++)
		if (s->mails[i]->waits)
			save_or_settle(e, s, s->mails[i]);
}

const struct observer jobs_observer = {.name = "save", .mail = save_or_settle};

/* ---- saving ---- */

/* Memory of its own for a piece that will not last; its place is enough for one that does. */
static struct slice lasting(struct engine_job *j, uint64_t place, struct slice bytes)
{
	uint8_t *copy;

	if (store_is_lasting(place) || bytes.len == 0)
		return bytes;
	if (j->engine->copied_bytes + bytes.len > COPIED_MAX)
		return slice_of(NULL, 0);
	copy = mem_alloc(bytes.len);
	memcpy(copy, bytes.data, bytes.len);
	j->engine->copied_bytes += bytes.len;
	return slice_of(copy, bytes.len);
}

static void free_copies(struct engine_job *j)
{
	for (size_t i = 0; i < j->job.piece_count; i++) {
		if (store_is_lasting(j->places[i]) || j->job.pieces[i].data == NULL)
			continue;
		j->engine->copied_bytes -= j->job.pieces[i].len;
		free((void *)(uintptr_t)j->job.pieces[i].data);
	}
}

/* On the helper thread. */
static bool has_piece(const struct save_job *job, size_t number)
{
	const struct engine_job *j =
		(const struct engine_job *)(const void *)((const char *)job - offsetof(struct engine_job, job));
	uint64_t place = j->places[number];

	if (!store_is_lasting(place))
		return true;
	if (number == 0)
		store_look(j->engine->store, place);
	return store_has(j->engine->store, place, job->pieces[number].len);
}

static void add_piece(void *ctx, uint64_t place, size_t len)
{
	struct engine_job *j = ctx;
	struct slice bytes;

	store_hold(j->engine->store, place);
	j->places = mem_grow(j->places, &j->place_cap, j->place_count + 1, sizeof(*j->places));
	j->places[j->place_count++] = place;
	j->job.pieces = mem_grow(j->job.pieces, &j->piece_cap, j->job.piece_count + 1, sizeof(*j->job.pieces));
	bytes = lasting(j, place, store_bytes(j->engine->store, place, len));
	if (bytes.len < len) {
		bytes = slice_of(NULL, len);
		if (place != STORE_NOWHERE) /* it went since the mail was last looked at */
			j->job.partial = j->job.is_gone = true;
	}
	j->job.pieces[j->job.piece_count++] = bytes;
}

void jobs_copy_text(char *out, size_t size, struct slice text)
{
	size_t len = text.len < size - 1 ? text.len : size - 1;

	if (len > 0)
		memcpy(out, text.data, len);
	out[len] = '\0';
}

/* Why a mail is not whole, apart from the bytes that were not captured. */
static void tell_why(const struct session *s, const struct mail *m, char *out, size_t size)
{
	const char *words = "its end was not seen";

	if ((m->data_ended && !session_imap_is_part(m)) || m->complete) {
		out[0] = '\0';
		return;
	}
	if (m->data_ended)
		words = "the client fetched no more of it";
	else if (s->state == SESSION_RESET)
		words = "the connection was reset";
	else if (s->state == SESSION_CLOSED)
		words = "the connection was closed before its end";
	else if (s->state == SESSION_OPEN)
		words = "the capture ends there";
	jobs_copy_text(out, size, slice_from_text(words));
}

static struct engine_job *new_job(struct engine *e, struct connection *v, const struct engine_save_order *order)
{
	struct engine_job *j = mem_zalloc(sizeof(*j));

	j->engine = e;
	j->connection = v;
	j->job.has_piece = has_piece;
	j->job.is_given_up = e->options.is_given_up;
	j->job.is_given_up_ctx = e->options.submit_ctx;
	j->job.format = order->format;
	j->job.part = order->part;
	j->job.fd = order->fd;
	j->job.is_automatic = order->is_automatic;
	j->job.free_bytes = order->is_automatic ? e->options.save_free : 0;
	jobs_copy_text(j->job.target, sizeof(j->job.target), slice_from_text(order->target));
	return j;
}

static void submit(struct engine *e, struct engine_job *j)
{
	j->connection->pins++;
	e->counters.jobs_pending++;
	if (e->options.submit != NULL) {
		e->options.submit(e->options.submit_ctx, &j->job);
		return;
	}
	save_run(&j->job);
	engine_job_done(e, &j->job);
}

static void name_mail(char out[SAVE_NAME_SIZE], const struct session *s, const struct mail *m, struct slice subject)
{
	const struct mail_imap *imap = session_imap_mail(m);

	save_name(out, &(struct save_title){.time_ns = m->first.time_ns,
					    .session = s->number,
					    .mail = m->number,
					    .mailbox = imap != NULL ? imap->mailbox : slice_of(NULL, 0),
					    .uid = imap != NULL ? imap->uid : 0,
					    .subject = subject});
}

bool engine_save_as(struct engine *e, struct connection *v, struct mail *m, const struct engine_save_order *order)
{
	const struct record_fields *fields;
	struct engine_job *j;

	if (!m->has_data)
		return false;
	jobs_check_mail(e, v, m);
	fields = engine_fields(e, v, m);
	m->save_tried = m->save_tried || order->format != SAVE_GIVEN;
	j = new_job(e, v, order);
	j->mail = m;
	j->job.partial = !m->complete;
	j->job.is_piece = m->is_piece && !session_imap_is_part(m);
	j->job.stuffing = m->stuffing;
	j->job.time_ns = m->first.time_ns;
	tell_why(v->session, m, j->job.why, sizeof(j->job.why));
	jobs_copy_text(j->job.sender, sizeof(j->job.sender), m->from);
	name_mail(j->job.name, v->session, m, buffer_slice(&fields->subject));
	content_pieces(v, m, add_piece, j);
	submit(e, j);
	return true;
}

static void put_transcript(struct engine *e, struct connection *v, struct save_job *job, bool show_secrets)
{
	const struct session *s = v->session;
	struct exposed exposed = {0};

	if (show_secrets)
		exposed_add(&exposed, s, true);
	job->passwords = exposed.passwords;
	job->digests = exposed.digests;
	lines_report_commands(&job->text, s, show_secrets);
	for (size_t i = 0; i < s->mail_count; i++)
		lines_report_mail(&job->text, s->mails[i], engine_fields(e, v, s->mails[i]));
}

bool engine_save_session(struct engine *e, struct connection *v, const struct engine_save_order *order)
{
	const struct session *s = v->session;
	struct engine_job *j = new_job(e, v, order);

	lines_report_head(&j->job.text, s);
	if (order->format == SAVE_TRANSCRIPT)
		put_transcript(e, v, &j->job, order->show_secrets);
	else if (diagnosis_count(s) > 0)
		lines_report_findings(&j->job.text, s);
	else
		buffer_append_text(&j->job.text, "\n  Nothing was found.\n");
	save_session_name(j->job.name, s->start_ns, s->number);
	submit(e, j);
	return true;
}

/* What became of a mail that was saved as a mail. */
static void note_saved(struct engine *e, struct connection *v, struct mail *m, const struct save_job *job)
{
	struct slice path;

	if (m == NULL || job->format == SAVE_ATTACHMENTS)
		return;
	path = arena_copy(&v->session->arena, slice_of(job->path, strlen(job->path) + 1));
	m->saved = true;
	m->saved_path = (const char *)path.data;
	e->counters.saved++;
}

/* Who only lent it a look did not save it. */
static void note_result(struct engine *e, struct connection *v, struct mail *m, const struct save_job *job)
{
	if (job->path[0] != '\0')
		note_saved(e, v, m, job);
	else
		fail(e, &job->error);
	if (m != NULL)
		jobs_settle(e, v->session, m);
}

void engine_job_done(struct engine *e, struct save_job *job)
{
	struct engine_job *j = (struct engine_job *)(void *)((char *)job - offsetof(struct engine_job, job));
	struct connection *v = j->connection;
	struct mail *m = j->mail;

	e->counters.jobs_pending--;
	e->save_stopped = e->save_stopped || job->is_limit;
	if (m != NULL && job->is_gone)
		jobs_check_mail(e, v, m);
	if (job->format != SAVE_GIVEN)
		note_result(e, v, m, job);
	v->version++;
	for (size_t i = 0; i < j->place_count; i++)
		store_release(e->store, j->places[i]);
	free_copies(j);
	free(j->places);
	free(j->job.pieces);
	buffer_fini(&j->job.text);
	free(j);
	v->pins--;
	lifecycle_release(e, v);
}
