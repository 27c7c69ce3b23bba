#include "app/requests.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/exporter.h"
#include "app/key_sources.h"
#include "app/saver.h"
#include "base/mem.h"
#include "base/rowtext.h"
#include "present/tally.h"

struct requests {
	struct requests_scene scene;
	uint64_t message_serial;
	bool message_is_error;
	char message[256];
	struct saver *saver;	   /* what was asked for: what became of it is told when the last mail is written */
	struct error last_failure; /* of saving by itself */
	struct exporter *exporter;
	uint64_t filter_serial; /* of the latest filter asked for */
	uint64_t marked_sessions;
	uint64_t marked_mails;
	uint64_t taken;		/* requests */
	uint64_t before_filter; /* those answered before the filter that is_compiling */
	bool is_compiling;
	uint64_t given_serial;
	bool given_is_failed;
	bool given_is_partial;
	bool saves_beside; /* see request.is_beside */
	/* requests in the order in which they came: the first is on its way, over many sessions, the others wait */
	struct request *waiting;
	size_t waiting_count;
	size_t waiting_cap;
	struct session_walk walk; /* of the first */
	uint32_t chosen;	  /* what it has found to save */
};

enum {
	WALK_SESSIONS = 1024, /* visited in one go: under 2 ms */
};

struct requests *requests_new(const struct requests_scene *scene)
{
	struct requests *w = mem_zalloc(sizeof(*w));

	w->scene = *scene;
	w->exporter = exporter_new(scene->tasks);
	w->saver = saver_new();
	return w;
}

void requests_free(struct requests *w)
{
	if (w == NULL)
		return;
	exporter_free(w->exporter);
	saver_free(w->saver);
	session_walk_fini(&w->walk);
	free(w->waiting);
	free(w);
}

void requests_say(struct requests *w, bool is_error, const char *text)
{
	rowtext_put(w->message, sizeof(w->message), slice_from_text(text));
	w->message_is_error = is_error;
	w->message_serial++;
}

/* ---- filters ---- */

struct filter_task {
	struct task task;
	char text[QUERY_TEXT_SIZE];
	struct requests *requests;
	uint64_t serial;
	int64_t now_ns; /* of the capture */
	struct expression *filter;
	struct expression_fault fault;
};

static void run_filter(struct task *task)
{
	struct filter_task *t = (struct filter_task *)(void *)task;

	t->filter = expression_new(t->text, t->now_ns, &t->fault);
}

static void put_filter(struct viewer *v, struct expression *filter, const char *text, struct expression_fault *fault)
{
	if (filter != NULL)
		viewer_set_filter(v, filter, text);
	else
		viewer_set_filter_error(v, text, fault);
}

static void finished_filter(void *ctx, struct task *task)
{
	struct filter_task *t = (struct filter_task *)(void *)task;
	struct requests *w = t->requests;

	(void)ctx;
	w->is_compiling = w->is_compiling && t->serial != w->filter_serial;
	if (t->serial != w->filter_serial)
		expression_free(t->filter); /* another was asked for since */
	else
		put_filter(w->scene.viewer, t->filter, t->text, &t->fault);
	free(t);
}

static void set_filter(struct requests *w, const struct engine *e, const char *text)
{
	struct expression_fault fault;
	struct filter_task *t;

	w->filter_serial++;
	w->before_filter = w->taken - w->waiting_count;
	w->is_compiling = expression_asks_for_names(text);
	if (text[strspn(text, " \t")] == '\0') {
		viewer_set_filter(w->scene.viewer, NULL, "");
		return;
	}
	if (!w->is_compiling) { /* it waits for no other's */
		put_filter(w->scene.viewer, expression_new(text, engine_counters(e)->last_ns, &fault), text, &fault);
		return;
	}
	viewer_set_filter_busy(w->scene.viewer);
	t = mem_zalloc(sizeof(*t));
	t->task.run = run_filter;
	t->task.finished = finished_filter;
	t->requests = w;
	t->serial = w->filter_serial;
	t->now_ns = engine_counters(e)->last_ns;
	rowtext_put(t->text, sizeof(t->text), slice_from_text(text));
	task_queue_submit(w->scene.tasks, &t->task);
}

/* ---- marks ---- */

static void mark_session(struct requests *w, struct session *s, bool on)
{
	if (s->marked != on)
		w->marked_sessions += on ? 1 : (uint64_t)-1;
	s->marked = on;
}

static void mark_mail(struct requests *w, struct mail *m, bool on)
{
	if (m->marked != on)
		w->marked_mails += on ? 1 : (uint64_t)-1;
	m->marked = on;
}

static void mark(struct requests *w, struct engine *e, const struct request *r)
{
	struct connection *v = engine_connection(e, r->session);
	struct mail *m = v != NULL && r->mail != 0 ? session_mail(v->session, r->mail) : NULL;

	if (m != NULL)
		mark_mail(w, m, r->on);
	else if (v != NULL && r->mail == 0)
		mark_session(w, v->session, r->on);
}

/* The request at the head of those that wait is to mark all that is shown. */
static void mark_shown(void *ctx, struct connection *v)
{
	struct requests *w = ctx;
	const struct request *r = &w->waiting[0];

	if (r->list == QUERY_LIST_SESSIONS) {
		mark_session(w, v->session, r->on);
		return;
	}
	for (size_t i = 0; i < v->session->mail_count; i++)
		mark_mail(w, v->session->mails[i], r->on);
}

/* ---- saving ---- */

/* Those of a session that are meant; of a transcript or findings the session itself, once. */
static void save_session(struct requests *w, const struct request *r, struct connection *v)
{
	bool is_marked_only = r->which == REQUEST_WHICH_MARKED;
	bool is_session = r->format == REQUEST_FORMAT_TRANSCRIPT || r->format == REQUEST_FORMAT_FINDINGS;
	bool any = false;

	for (size_t i = 0; i < v->session->mail_count; i++) {
		const struct mail *m = v->session->mails[i];
		bool is_meant = is_marked_only ? v->session->marked || m->marked : r->mail == 0 || m->number == r->mail;

		any = any || is_meant;
		if (is_meant && !is_session)
			w->chosen += saver_choose(w->saver, v, m);
	}
	if (is_session && (any || !is_marked_only || v->session->marked))
		w->chosen += saver_choose(w->saver, v, NULL);
}

static void save_next(void *ctx, struct connection *v)
{
	struct requests *w = ctx;

	save_session(w, &w->waiting[0], v);
}

static void begin_save(struct requests *w, const struct request *r)
{
	w->chosen = 0;
	w->saves_beside = r->is_beside && (w->saves_beside || !saver_is_busy(w->saver));
	saver_begin(w->saver, &(struct engine_save_order){.target = r->text,
							  .format = (enum save_format)r->format,
							  .part = r->part,
							  .show_secrets = r->show_secrets && !w->scene.never_secrets});
}

static void finish_save(struct requests *w, struct engine *e)
{
	if (w->chosen == 0)
		requests_say(w, true, "There is no mail with data to save here");
	saver_work(w->saver, e);
}

/* "; it holds 2 logins with their passwords", where it does. Returns the new length. */
static size_t tell_logins(const struct snapshot_logins *logins, char *out, size_t size, size_t len)
{
	char text[128];

	if (snapshot_put_logins(text, sizeof(text), logins) == 0 || len >= size)
		return len;
	return len + (size_t)snprintf(out + len, size - len, "; holds %s", text);
}

/* "4 mails", and of many files how large they are. */
static void tell_saved(const struct requests *w, const struct save_job *job, char *out, size_t size)
{
	const struct saver_progress *p = saver_progress(w->saver);
	const char *what = p->orders > 1		     ? "file"
			   : job->format == SAVE_ATTACHMENTS ? "attachment"
			   : job->format == SAVE_TRANSCRIPT  ? "transcript"
			   : job->format == SAVE_FINDINGS    ? "findings file"
							     : "mail";
	size_t len;

	if (p->files == 0 && p->failed == 0) {
		snprintf(out, size, "There are no attachments in what was to be saved");
		return;
	}
	if (p->files == 1 && p->failed == 0 && (job->format != SAVE_ATTACHMENTS || job->file_count == 1))
		len = (size_t)snprintf(out, size, "Saved %s", job->path);
	else
		len = (size_t)snprintf(out, size, "Saved %" PRIu64 " %s%s to %s", p->files, what,
				       p->files == 1 ? "" : "s", job->target);
	len = tell_logins(&(struct snapshot_logins){p->passwords, p->digests}, out, size, len);
	if (p->partial > 0 && len < size)
		len += (size_t)snprintf(out + len, size - len, "; %" PRIu32 " of them incomplete", p->partial);
	if (p->failed > 0 && len < size)
		snprintf(out + len, size - len, "; %" PRIu32 " failed: %s", p->failed, p->error.text);
}

/* Whether such a request is the first of those that wait: what it means is being looked for. */
static bool is_choosing(const struct requests *w, enum request_kind kind)
{
	return w->waiting_count > 0 && w->waiting[0].kind == kind;
}

/* ---- giving ---- */

/* `why`: it failed; NULL: it did not. */
static void finish_giving(struct requests *w, const char *why, bool is_partial)
{
	w->given_serial++;
	w->given_is_failed = why != NULL;
	w->given_is_partial = is_partial;
	if (why != NULL)
		requests_say(w, true, why);
}

/* The mail's bytes go where the screen wants them. */
static void give(struct requests *w, struct engine *e, const struct request *r)
{
	struct connection *v = engine_connection(e, r->session);
	struct mail *m = v != NULL ? session_mail(v->session, r->mail) : NULL;

	if (m == NULL || !engine_save_as(e, v, m,
					 &(struct engine_save_order){
						 .target = "", .format = SAVE_GIVEN, .part = r->part, .fd = r->fd}))
		finish_giving(w, "There is no mail with data here", false);
}

void requests_saved(struct requests *w, struct engine *e, const struct save_job *job)
{
	char text[SAVE_PATH_SIZE + 256];
	bool is_failed = job->path[0] == '\0';

	if (job->format == SAVE_GIVEN) {
		finish_giving(w, is_failed ? job->error.text : NULL, job->partial);
		return;
	}
	if (job->is_automatic) {
		/* a full disk is told once, not for each mail */
		if (is_failed && strcmp(w->last_failure.text, job->error.text) != 0)
			requests_say(w, true, job->error.text);
		if (is_failed)
			w->last_failure = job->error;
		return;
	}
	saver_take(w->saver, job);
	if (!is_choosing(w, REQUEST_SAVE)) /* else all that is chosen is sent on its way together */
		saver_work(w->saver, e);
	if (saver_is_busy(w->saver))
		return;
	if (is_failed && saver_progress(w->saver)->done == 1) {
		requests_say(w, true, job->error.text);
		return;
	}
	if (w->saves_beside && saver_progress(w->saver)->failed == 0)
		return;
	tell_saved(w, job, text, sizeof(text));
	requests_say(w, saver_progress(w->saver)->failed > 0, text);
}

/* ---- exporting ---- */

static const char given_up[] = "The export was given up, nothing is left of it";

struct choosing {
	struct requests *requests;
	struct engine *engine;
};

static void choose(void *ctx, struct connection *v)
{
	const struct choosing *c = ctx;

	if (c->requests->waiting[0].which != REQUEST_WHICH_MARKED || tally_is_marked(v->session))
		exporter_choose(c->requests->exporter, c->engine, v);
}

static void exported(void *ctx, const struct exporter_result *r)
{
	struct requests *w = ctx;
	char text[sizeof(w->message) + SAVE_PATH_SIZE];
	size_t len = 0;

	if (r->error != NULL) {
		requests_say(w, true, r->error->text);
		return;
	}
	if (r->cancelled) {
		requests_say(w, true, given_up);
		return;
	}
	len += (size_t)snprintf(text, sizeof(text), "Exported %" PRIu64 " packet%s of %" PRIu64 " session%s to %s",
				r->packets, r->packets == 1 ? "" : "s", r->sessions, r->sessions == 1 ? "" : "s",
				r->path);
	len = tell_logins(&(struct snapshot_logins){r->logins.passwords, r->logins.digests}, text, sizeof(text), len);
	if (r->lost > 0 && len < sizeof(text))
		snprintf(text + len, sizeof(text) - len, "; %" PRIu64 " more were not kept", r->lost);
	requests_say(w, r->lost > 0, text);
}

static void finish_export(struct requests *w, const struct request *r)
{
	if (!exporter_start(w->exporter, r->text, w->scene.source, r->show_secrets ? w->scene.keys : NULL, exported, w))
		requests_say(w, true, "There are no packets to export here");
}

/* Whether what a request means may be gone when the capture begins again. */
static bool is_about_sessions(const struct request *r)
{
	return r->kind == REQUEST_MARK || r->kind == REQUEST_MARK_SHOWN || r->kind == REQUEST_SAVE ||
	       r->kind == REQUEST_EXPORT;
}

void requests_give_up(struct requests *w, struct engine *e)
{
	size_t kept = 0;

	if (is_choosing(w, REQUEST_EXPORT))
		requests_say(w, true, given_up);
	session_walk_fini(&w->walk);
	for (size_t i = 0; i < w->waiting_count; i++)
		if (!is_about_sessions(&w->waiting[i]))
			w->waiting[kept++] = w->waiting[i];
	w->waiting_count = kept;
	saver_cancel(w->saver, e);
	exporter_cancel(w->exporter);
	while (exporter_is_busy(w->exporter))
		task_queue_collect(w->scene.tasks);
}

/* ---- settings ---- */

static void set_ports(struct requests *w, struct engine *e, const struct request *r)
{
	uint16_t list[PROTOCOLS * PORTS_PER_PROTOCOL];
	struct ports ports = *engine_ports(e);
	struct error err;

	if (!ports_set(&ports, r->protocol, r->text, &err)) {
		requests_say(w, true, err.text);
		return;
	}
	engine_set_ports(e, &ports);
	w->scene.settings->ports = ports;
	capture_set_ports(w->scene.capture, list, ports_all(&ports, list));
	requests_say(w, false, "Ports changed; sessions that are read from now on follow them");
}

static void set_autosave(struct requests *w, struct engine *e, const struct request *r)
{
	engine_set_save(e, r->on, r->text, (enum save_format)r->format);
	w->scene.settings->save = r->on;
	w->scene.settings->save_format = (enum save_format)r->format;
	snprintf(w->scene.settings->save_target, sizeof(w->scene.settings->save_target), "%s", r->text);
	requests_say(w, false, r->on ? "Finished mails are saved from now on" : "Mails are saved only when you ask");
}

/* What is in it is read with the next look at the keys. */
static void read_keys(struct requests *w, const char *path)
{
	struct error err;
	char text[256];

	if (!key_sources_add(w->scene.keys, path, &err)) {
		requests_say(w, true, err.text);
		return;
	}
	snprintf(text, sizeof(text), "Keys of TLS are read from %.180s, as they come%s", path,
		 key_sources_is_missing(w->scene.keys, path) ? ": it is not there yet" : "");
	requests_say(w, false, text);
}

/* ---- one after the other ---- */

/* Those that concern one session, or none. */
static void carry_out_at_once(struct requests *w, struct engine *e, const struct request *r)
{
	struct connection *selected = engine_connection(e, r->session);

	switch (r->kind) {
	case REQUEST_MARK:
		mark(w, e, r);
		break;
	case REQUEST_SAVE:
		begin_save(w, r);
		if (selected != NULL)
			save_session(w, r, selected);
		finish_save(w, e);
		break;
	case REQUEST_GIVE:
		give(w, e, r);
		break;
	case REQUEST_EXPORT:
		if (selected != NULL)
			exporter_choose(w->exporter, e, selected);
		finish_export(w, r);
		break;
	case REQUEST_FILTER:
		set_filter(w, e, r->text);
		break;
	case REQUEST_PORTS:
		set_ports(w, e, r);
		break;
	case REQUEST_AUTOSAVE:
		set_autosave(w, e, r);
		break;
	case REQUEST_KEY_LOG:
		read_keys(w, r->text);
		break;
	case REQUEST_STOP:
		capture_set_stopped(w->scene.capture, r->on);
		break;
	case REQUEST_ANEW:
		w->marked_sessions = w->marked_mails = 0;
		capture_restart(w->scene.capture);
		break;
	case REQUEST_MARK_SHOWN:
	case REQUEST_QUIT:
		break;
	}
}

static bool concerns_many(const struct request *r)
{
	if (r->kind == REQUEST_SAVE || r->kind == REQUEST_EXPORT)
		return r->which != REQUEST_WHICH_SELECTED;
	return r->kind == REQUEST_MARK_SHOWN;
}

/* False: which sessions are shown is not known yet. */
static bool begin_walk(struct requests *w, struct engine *e, const struct request *r)
{
	if (r->kind != REQUEST_MARK_SHOWN && r->which == REQUEST_WHICH_MARKED)
		session_walk_begin_all(&w->walk, e);
	else if (!viewer_walk_shown(w->scene.viewer, e, &w->walk))
		return false;
	if (r->kind == REQUEST_SAVE)
		begin_save(w, r);
	return true;
}

/* Goes on with the first request. Whether it is done. */
static bool walk_on(struct requests *w, struct engine *e)
{
	const struct request *r = &w->waiting[0];
	struct choosing c = {.requests = w, .engine = e};
	bool is_export = r->kind == REQUEST_EXPORT;

	if (!w->walk.is_on && !begin_walk(w, e, r))
		return false;
	if (session_walk_some(&w->walk, e, WALK_SESSIONS,
			      is_export			? choose
			      : r->kind == REQUEST_SAVE ? save_next
							: mark_shown,
			      is_export ? (void *)&c : (void *)w))
		return false;
	if (is_export)
		finish_export(w, r);
	else if (r->kind == REQUEST_SAVE)
		finish_save(w, e);
	return true;
}

static bool is_refused(struct requests *w, const struct request *r)
{
	if (r->kind != REQUEST_EXPORT || !exporter_is_busy(w->exporter))
		return false;
	requests_say(w, true, "Another export is still being written");
	return true;
}

bool requests_work(struct requests *w, struct engine *e)
{
	while (w->waiting_count > 0) {
		const struct request *r = &w->waiting[0];

		if (is_refused(w, r))
			session_walk_fini(&w->walk);
		else if (!concerns_many(r))
			carry_out_at_once(w, e, r);
		else if (!walk_on(w, e))
			return true;
		w->waiting_count--;
		memmove(w->waiting, w->waiting + 1, w->waiting_count * sizeof(*w->waiting));
	}
	return false;
}

void requests_carry_out(struct requests *w, struct engine *e, const struct request *r)
{
	w->waiting = mem_grow(w->waiting, &w->waiting_cap, w->waiting_count + 1, sizeof(*w->waiting));
	w->waiting[w->waiting_count++] = *r;
	w->taken++;
	if (w->waiting_count == 1)
		requests_work(w, e);
}

static void fill_ports(const struct ports *ports, struct snapshot *s)
{
	size_t len = 0;

	s->ports[0] = '\0';
	for (enum protocol p = PROTOCOL_UNKNOWN + 1; p < PROTOCOLS; p++) {
		char list[PORTS_TEXT_SIZE];

		ports_text(ports, p, list);
		snprintf(s->port_list[p], sizeof(s->port_list[p]), "%s", list);
		if (list[0] != '\0' && len < sizeof(s->ports))
			len += (size_t)snprintf(s->ports + len, sizeof(s->ports) - len, "%s%s %s", len > 0 ? "  " : "",
						protocol_name(p), list);
	}
}

void requests_fill(struct requests *w, struct engine *e, struct snapshot *s)
{
	const char *target;

	s->message_serial = w->message_serial;
	s->message_is_error = w->message_is_error;
	memcpy(s->message, w->message, sizeof(s->message));
	s->requests_answered = w->is_compiling ? w->before_filter : w->taken - w->waiting_count;
	s->given_serial = w->given_serial;
	s->given_is_failed = w->given_is_failed;
	s->given_is_partial = w->given_is_partial;
	s->marked_sessions = w->marked_sessions;
	s->marked_mails = w->marked_mails;
	s->jobs_pending += saver_waiting(w->saver);
	s->saves_total = saver_is_busy(w->saver) ? saver_progress(w->saver)->total : 0;
	s->saves_done = saver_progress(w->saver)->done;
	s->exporting = exporter_is_busy(w->exporter) || is_choosing(w, REQUEST_EXPORT);
	s->export_permille = exporter_permille(w->exporter);
	fill_ports(engine_ports(e), s);
	s->save = engine_save_setting(e, &target);
	rowtext_put(s->save_dir, sizeof(s->save_dir), slice_from_text(target));
}
