/* Into which file to export the packets of which sessions. */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#include "base/clock.h"
#include "guard/files.h"
#include "ui/dialog.h"
#include "ui/format.h"
#include "ui/input.h"
#include "ui/state.h"

enum {
	FIELD_PATH,
	FIELD_WHICH,
	BLOCK_LEN = 34, /* what the file holds of a packet besides its bytes, on average */
};

static const char *const which[] = {
	[REQUEST_WHICH_SELECTED] = "the selected one",
	[REQUEST_WHICH_MARKED] = "the marked ones",
	[REQUEST_WHICH_SHOWN] = "all shown",
	NULL,
};

static enum request_which chosen(const struct form *f)
{
	return (enum request_which)f->fields[FIELD_WHICH].choice;
}

/* A list that follows the capture may have moved on to another session. */
static void update_selected(struct state *st, const struct snapshot *s)
{
	const struct snapshot_session_row *row = state_session_row(st, s);

	st->dialog.selected.known = true;
	if (row == NULL || row->number != st->dialog.save.session)
		return;
	st->dialog.selected = (struct snapshot_tally){.known = true,
						      .sessions = 1,
						      .packets = row->packets,
						      .bytes = row->packet_bytes,
						      .logins = row->logins};
}

static const struct snapshot_tally *tally_of(const struct state *st, const struct snapshot *s)
{
	switch (chosen(&st->dialog.form)) {
	case REQUEST_WHICH_MARKED:
		return &s->marked_tally;
	case REQUEST_WHICH_SHOWN:
		return &s->shown_tally;
	case REQUEST_WHICH_SELECTED:
		break;
	}
	return &st->dialog.selected;
}

/* Packets are exported as they were captured. */
static void note_logins(struct form *f, const struct snapshot_tally *t)
{
	size_t len = strlen(f->note);
	char logins[128];

	if (t->known && t->sessions > 0 && snapshot_put_logins(logins, sizeof(logins), &t->logins) > 0)
		snprintf(f->note + len, sizeof(f->note) - len, ". The file will hold %s", logins);
}

/* What will be written, as it is now. */
static void note(struct state *st, const struct snapshot *s)
{
	struct form *f = &st->dialog.form;
	const struct snapshot_tally *t = tally_of(st, s);
	char sessions[FORMAT_SIZE];
	char packets[FORMAT_SIZE];
	char bytes[FORMAT_SIZE];

	f->note_is_error = false;
	format_count(sessions, t->sessions);
	format_count(packets, t->packets);
	format_bytes(bytes, t->bytes + t->packets * BLOCK_LEN);
	if (!t->known)
		snprintf(f->note, sizeof(f->note), "Counting...");
	else if (chosen(f) == REQUEST_WHICH_SELECTED && t->sessions > 0)
		snprintf(f->note, sizeof(f->note), "Session %" PRIu64 ": %s packet%s, about %s",
			 st->dialog.save.session, packets, t->packets == 1 ? "" : "s", bytes);
	else if (t->sessions > 0)
		snprintf(f->note, sizeof(f->note), "%s session%s: %s packet%s, about %s", sessions,
			 t->sessions == 1 ? "" : "s", packets, t->packets == 1 ? "" : "s", bytes);
	else
		snprintf(f->note, sizeof(f->note), "%s",
			 chosen(f) == REQUEST_WHICH_MARKED ? "No session is marked: Space marks one" : "No session");
	note_logins(f, t);
}

/* A name that is new each second. */
static void propose_path(const struct state *st, char *out, size_t size)
{
	const char *folder = st->save.export_folder;
	size_t len = strlen(folder);
	time_t seconds = (time_t)(st->now_ns / CLOCK_NS_PER_S);
	struct tm tm;
	char date[32];

	localtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%Y%m%d-%H%M%S", &tm);
	snprintf(out, size, "%s%smailtap-%s.pcapng", folder, len > 0 && folder[len - 1] != '/' ? "/" : "", date);
}

void dialog_open_export(struct state *st, const struct snapshot *s)
{
	struct dialog *d = &st->dialog;
	char path[EDIT_SIZE + 64];

	if (s->sessions == 0) {
		state_say(st, true, "No session to export");
		return;
	}
	propose_path(st, path, sizeof(path));
	*d = (struct dialog){.kind = DIALOG_EXPORT, .save = {.kind = REQUEST_EXPORT, .session = st->session}};
	form_init(&d->form, "Export packets", "Enter exports   Tab completes   Up Down field   Esc closes");
	form_add_text(&d->form, "New pcapng file", path);
	form_add_choice(&d->form, "Packets of sessions", which,
			s->marked_sessions + s->marked_mails > 0 ? REQUEST_WHICH_MARKED : REQUEST_WHICH_SELECTED);
	update_selected(st, s);
	note(st, s);
}

void dialog_open_export_all(struct state *st, const struct snapshot *s)
{
	dialog_open_export(st, s);
	st->dialog.form.fields[FIELD_WHICH].choice = REQUEST_WHICH_SHOWN;
	note(st, s);
}

static bool refuse(struct form *f, const char *path, const char *why)
{
	f->note_is_error = true;
	snprintf(f->note, sizeof(f->note), "%s%s", path, why);
	return false;
}

static bool check(struct form *f, const struct snapshot_tally *t)
{
	const char *path = f->fields[FIELD_PATH].edit.text;
	struct stat status;

	dialog_expand_home(&f->fields[FIELD_PATH].edit);
	if (path[0] == '\0')
		return refuse(f, "", "Where to? A file name is needed");
	if (path[strlen(path) - 1] == '/' || (files_look(path, &status) && S_ISDIR(status.st_mode)))
		return refuse(f, path, " is a directory: add a file name");
	if (files_look(path, &status) || lstat(path, &status) == 0)
		return refuse(f, path, " is there already and stays as it is: choose another name");
	return !t->known || t->sessions > 0; /* the note says that there is none */
}

static void keep_folder(struct state *st, const char *path)
{
	const char *slash = strrchr(path, '/');

	snprintf(st->save.export_folder, sizeof(st->save.export_folder), "%.*s",
		 slash != NULL ? (int)(slash - path) + 1 : 0, path);
}

static void apply(struct state *st, const struct snapshot *s)
{
	struct form *f = &st->dialog.form;
	struct request *r;

	if (!check(f, tally_of(st, s)))
		return;
	r = state_request(st, REQUEST_EXPORT);
	*r = st->dialog.save;
	r->which = chosen(f);
	r->show_secrets = st->show_secrets; /* keys of TLS, too */
	snprintf(r->text, sizeof(r->text), "%s", f->fields[FIELD_PATH].edit.text);
	st->has_exported = st->has_exported || (r->which == REQUEST_WHICH_SHOWN && s->filter[0] == '\0');
	keep_folder(st, r->text);
	dialog_close(st);
}

/* The numbers of a running capture grow while the dialog is open. */
void dialog_export_update(struct state *st, const struct snapshot *s)
{
	update_selected(st, s);
	if (!st->dialog.form.note_is_error)
		note(st, s);
}

void dialog_export_key(struct state *st, const struct snapshot *s, int key)
{
	struct form *f = &st->dialog.form;

	if (key == INPUT_ESCAPE) {
		dialog_close(st);
		return;
	}
	if (key == INPUT_ENTER || key == '\n') {
		apply(st, s);
		return;
	}
	if (key == INPUT_TAB && f->current == FIELD_PATH)
		dialog_complete_path(&f->fields[FIELD_PATH].edit, false);
	else
		form_key(f, key);
	note(st, s);
}
