#include "app/requests.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "app/exporter.h"
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
	struct filter *filter;
	struct error error;
};

enum {
	LINKTYPE_RAW_IP = 101, /* display filters see raw IP */
};

static void run_filter(struct task *task)
{
	struct filter_task *t = (struct filter_task *)(void *)task;

	t->filter = filter_compile(t->text, LINKTYPE_RAW_IP, &t->error);
}

static void finished_filter(void *ctx, struct task *task)
{
	struct filter_task *t = (struct filter_task *)(void *)task;
	struct requests *w = t->requests;

	(void)ctx;
	if (t->serial != w->filter_serial)
		filter_free(t->filter); /* another was asked for since */
	else if (t->filter != NULL)
		viewer_set_filter(w->scene.viewer, t->filter, t->text);
	else
		viewer_set_filter_error(w->scene.viewer, t->error.text);
	free(t);
}

static void set_filter(struct requests *w, const char *text)
{
	struct filter_task *t;

	w->filter_serial++;
	if (text[strspn(text, " \t")] == '\0') {
		viewer_set_filter(w->scene.viewer, NULL, "");
		return;
	}
	viewer_set_filter_busy(w->scene.viewer);
	t = mem_zalloc(sizeof(*t));
	t->task.run = run_filter;
	t->task.finished = finished_filter;
	t->requests = w;
	t->serial = w->filter_serial;
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
	struct conversation *v = engine_conversation(e, r->session);
	struct mail *m = v != NULL && r->mail != 0 ? session_mail(v->session, r->mail) : NULL;

	if (m != NULL)
		mark_mail(w, m, r->on);
	else if (v != NULL && r->mail == 0)
		mark_session(w, v->session, r->on);
}

struct marking {
	struct requests *requests;
	const struct request *request;
};

static void mark_shown(void *ctx, struct conversation *v)
{
	const struct marking *m = ctx;

	if (m->request->list == QUERY_LIST_SESSIONS) {
		mark_session(m->requests, v->session, m->request->on);
		return;
	}
	for (size_t i = 0; i < v->session->mail_count; i++)
		mark_mail(m->requests, v->session->mails[i], m->request->on);
}

/* ---- saving ---- */

struct saving {
	struct requests *requests;
	const struct request *request;
	uint32_t count;
};

static void save_one(struct saving *s, struct conversation *v, const struct mail *m)
{
	s->count += saver_choose(s->requests->saver, v, m);
}

/* Those of a session that are meant; of a transcript the session itself, once. */
static void save_session(struct saving *s, struct conversation *v, bool is_marked_only)
{
	bool any = false;

	for (size_t i = 0; i < v->session->mail_count; i++) {
		const struct mail *m = v->session->mails[i];
		bool is_meant = is_marked_only ? v->session->marked || m->marked
					       : s->request->mail == 0 || m->number == s->request->mail;

		any = any || is_meant;
		if (is_meant && s->request->format != REQUEST_FORMAT_TRANSCRIPT)
			save_one(s, v, m);
	}
	if (s->request->format == REQUEST_FORMAT_TRANSCRIPT && (any || !is_marked_only || v->session->marked))
		save_one(s, v, NULL);
}

static void save_shown(void *ctx, struct conversation *v)
{
	save_session(ctx, v, false);
}

static void choose_mails(struct saving *s, struct engine *e)
{
	const struct request *r = s->request;
	struct conversation *v = engine_conversation(e, r->session);

	if (r->which == REQUEST_WHICH_SHOWN) {
		viewer_each_session(s->requests->scene.viewer, e, save_shown, s);
	} else if (r->which == REQUEST_WHICH_SELECTED && r->session != 0) {
		if (v != NULL)
			save_session(s, v, false);
	} else {
		for (uint32_t number = 1; number <= engine_last_session(e); number++)
			if ((v = engine_conversation(e, number)) != NULL)
				save_session(s, v, true);
	}
}

static void save(struct requests *w, struct engine *e, const struct request *r)
{
	struct saving s = {.requests = w, .request = r};

	saver_begin(w->saver, &(struct engine_save_order){.target = r->text,
							  .format = (enum save_format)r->format,
							  .attachment = (int)r->attachment - 1,
							  .show_secrets = r->show_secrets && !w->scene.never_secrets});
	choose_mails(&s, e);
	if (s.count == 0)
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
	const char *what = job->format == SAVE_ATTACHMENTS  ? "attachment"
			   : job->format == SAVE_TRANSCRIPT ? "transcript"
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
		len += (size_t)snprintf(out + len, size - len, "; %" PRIu32 " of them not whole", p->partial);
	if (p->failed > 0 && len < size)
		snprintf(out + len, size - len, "; %" PRIu32 " failed: %s", p->failed, p->error.text);
}

void requests_saved(struct requests *w, struct engine *e, const struct save_job *job)
{
	char text[SAVE_PATH_SIZE + 256];
	bool is_failed = job->path[0] == '\0';

	if (job->is_automatic) {
		/* a full disk is told once, not for each mail */
		if (is_failed && strcmp(w->last_failure.text, job->error.text) != 0)
			requests_say(w, true, job->error.text);
		if (is_failed)
			w->last_failure = job->error;
		return;
	}
	saver_take(w->saver, job);
	saver_work(w->saver, e);
	if (saver_is_busy(w->saver))
		return;
	if (is_failed && saver_progress(w->saver)->done == 1) {
		requests_say(w, true, job->error.text);
		return;
	}
	tell_saved(w, job, text, sizeof(text));
	requests_say(w, saver_progress(w->saver)->failed > 0, text);
}

/* ---- exporting ---- */

struct choosing {
	struct requests *requests;
	struct engine *engine;
};

static void choose(void *ctx, struct conversation *v)
{
	const struct choosing *c = ctx;

	exporter_choose(c->requests->exporter, c->engine, v);
}

static void choose_marked(struct choosing *c)
{
	for (uint32_t number = 1; number <= engine_last_session(c->engine); number++) {
		struct conversation *v = engine_conversation(c->engine, number);

		if (v != NULL && tally_is_marked(v->session))
			choose(c, v);
	}
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
		requests_say(w, true, "The export was given up, nothing is left of it");
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

static void export(struct requests *w, struct engine *e, const struct request *r)
{
	struct choosing c = {.requests = w, .engine = e};
	struct conversation *selected = engine_conversation(e, r->session);

	if (exporter_is_busy(w->exporter)) {
		requests_say(w, true, "Another export is still being written");
		return;
	}
	if (r->which == REQUEST_WHICH_SHOWN)
		viewer_each_session(w->scene.viewer, e, choose, &c);
	else if (r->which == REQUEST_WHICH_MARKED)
		choose_marked(&c);
	else if (selected != NULL)
		choose(&c, selected);
	if (!exporter_start(w->exporter, r->text, w->scene.source, exported, w))
		requests_say(w, true, "There are no packets to export here");
}

void requests_give_up(struct requests *w, struct engine *e)
{
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
	requests_say(w, false, "Ports changed; sessions that begin from now on follow them");
}

static void set_autosave(struct requests *w, struct engine *e, const struct request *r)
{
	engine_set_save(e, r->on, r->text, (enum save_format)r->format);
	w->scene.settings->save = r->on;
	w->scene.settings->save_format = (enum save_format)r->format;
	snprintf(w->scene.settings->save_target, sizeof(w->scene.settings->save_target), "%s", r->text);
	requests_say(w, false, r->on ? "Finished mails are saved from now on" : "Mails are saved only when you ask");
}

void requests_carry_out(struct requests *w, struct engine *e, const struct request *r)
{
	switch (r->kind) {
	case REQUEST_MARK:
		mark(w, e, r);
		break;
	case REQUEST_MARK_SHOWN:
		viewer_each_session(w->scene.viewer, e, mark_shown, &(struct marking){.requests = w, .request = r});
		break;
	case REQUEST_SAVE:
		save(w, e, r);
		break;
	case REQUEST_EXPORT:
		export(w, e, r);
		break;
	case REQUEST_FILTER:
		set_filter(w, r->text);
		break;
	case REQUEST_PORTS:
		set_ports(w, e, r);
		break;
	case REQUEST_AUTOSAVE:
		set_autosave(w, e, r);
		break;
	case REQUEST_STOP:
		capture_set_stopped(w->scene.capture, r->on);
		break;
	case REQUEST_ANEW:
		w->marked_sessions = w->marked_mails = 0;
		capture_restart(w->scene.capture);
		break;
	case REQUEST_QUIT:
		break;
	}
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
	s->marked_sessions = w->marked_sessions;
	s->marked_mails = w->marked_mails;
	s->jobs_pending += saver_waiting(w->saver);
	s->saves_total = saver_is_busy(w->saver) ? saver_progress(w->saver)->total : 0;
	s->saves_done = saver_progress(w->saver)->done;
	s->exporting = exporter_is_busy(w->exporter);
	s->export_permille = exporter_permille(w->exporter);
	fill_ports(engine_ports(e), s);
	s->save = engine_save_setting(e, &target);
	rowtext_put(s->save_dir, sizeof(s->save_dir), slice_from_text(target));
}
