/* What to export of which sessions, and where to: packets into a file, or texts about them into a folder, or both. */
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
	FIELD_WHAT,
	BLOCK_LEN = 34, /* what the file holds of a packet besides its bytes, on average */
};

static const char *const which[] = {
	[REQUEST_WHICH_SELECTED] = "the selected one",
	[REQUEST_WHICH_MARKED] = "the marked ones",
	[REQUEST_WHICH_SHOWN] = "all shown",
	NULL,
};

enum what {
	WHAT_PACKETS,
	WHAT_TRANSCRIPT,
	WHAT_FINDINGS,
	WHAT_BUNDLE,
};

static const char *const whats[] = {
	[WHAT_PACKETS] = "packets: a pcapng file",
	[WHAT_TRANSCRIPT] = "transcript: commands and replies",
	[WHAT_FINDINGS] = "findings: what went wrong",
	[WHAT_BUNDLE] = "bundle: all three, in a folder",
	NULL,
};

#define BUNDLE_PACKETS "packets.pcapng"

static enum what what_of(const struct form *f)
{
	return (enum what)f->fields[FIELD_WHAT].choice;
}

static bool has_packets(const struct form *f)
{
	return what_of(f) == WHAT_PACKETS || what_of(f) == WHAT_BUNDLE;
}

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
static void note_logins(struct form *f, const struct snapshot_tally *t, bool has_secrets)
{
	size_t len = strlen(f->note);
	char logins[128];

	if (has_secrets && t->known && t->sessions > 0 && snapshot_put_logins(logins, sizeof(logins), &t->logins) > 0)
		snprintf(f->note + len, sizeof(f->note) - len, ". The file will hold %s", logins);
}

static void note_texts(const struct state *st, struct form *f)
{
	static const char *const texts[] = {
		[WHAT_TRANSCRIPT] = ": commands and replies with times, without the mails",
		[WHAT_FINDINGS] = ": what was found, what it means and what to try",
		[WHAT_BUNDLE] = ". Beside them transcripts and findings",
	};
	size_t len = strlen(f->note);

	if (what_of(f) == WHAT_PACKETS)
		return;
	snprintf(f->note + len, sizeof(f->note) - len, "%s%s", texts[what_of(f)],
		 what_of(f) == WHAT_FINDINGS ? ""
		 : st->show_secrets	     ? "; secrets shown"
					     : "; secrets in texts masked");
}

static void note_sessions(struct state *st, struct form *f, const struct snapshot_tally *t)
{
	char sessions[FORMAT_SIZE];
	char packets[FORMAT_SIZE];
	char bytes[FORMAT_SIZE];
	size_t len;

	format_count(sessions, t->sessions);
	format_count(packets, t->packets);
	format_bytes(bytes, t->bytes + t->packets * BLOCK_LEN);
	if (chosen(f) == REQUEST_WHICH_SELECTED)
		snprintf(f->note, sizeof(f->note), "Session %" PRIu64, st->dialog.save.session);
	else
		snprintf(f->note, sizeof(f->note), "%s session%s", sessions, t->sessions == 1 ? "" : "s");
	len = strlen(f->note);
	if (has_packets(f))
		snprintf(f->note + len, sizeof(f->note) - len, ": %s packet%s, about %s", packets,
			 t->packets == 1 ? "" : "s", bytes);
	note_texts(st, f);
	note_logins(f, t, has_packets(f) || (what_of(f) == WHAT_TRANSCRIPT && st->show_secrets));
}

/* What will be written, as it is now. */
static void note(struct state *st, const struct snapshot *s)
{
	struct form *f = &st->dialog.form;
	const struct snapshot_tally *t = tally_of(st, s);

	f->note_is_error = false;
	if (!t->known)
		snprintf(f->note, sizeof(f->note), "Counting...");
	else if (t->sessions > 0)
		note_sessions(st, f, t);
	else
		snprintf(f->note, sizeof(f->note), "%s",
			 chosen(f) == REQUEST_WHICH_MARKED ? "No session is marked: Space marks one" : "No session");
}

/* A name that is new each second in which the dialog is opened. */
static void propose_path(const struct state *st, enum what what, char *out, size_t size)
{
	const char *folder = st->save.export_folder;
	size_t len = strlen(folder);
	time_t seconds = (time_t)(st->dialog.opened_ns / CLOCK_NS_PER_S);
	struct tm tm;
	char date[32];

	localtime_r(&seconds, &tm);
	strftime(date, sizeof(date), "%Y%m%d-%H%M%S", &tm);
	snprintf(out, size, "%s%smailtap-%s%s", folder, len > 0 && folder[len - 1] != '/' ? "/" : "", date,
		 what == WHAT_PACKETS ? ".pcapng" : "");
}

void dialog_open_export(struct state *st, const struct snapshot *s)
{
	struct dialog *d = &st->dialog;
	char path[EDIT_SIZE + 64];

	if (s->sessions == 0) {
		state_say(st, true, "No session to export");
		return;
	}
	*d = (struct dialog){.kind = DIALOG_EXPORT,
			     .save = {.kind = REQUEST_EXPORT, .session = st->session},
			     .opened_ns = st->now_ns};
	propose_path(st, WHAT_PACKETS, path, sizeof(path));
	form_init(&d->form, "Export", "Enter exports   Tab completes   Up Down field   Esc closes");
	form_add_text(&d->form, "New file or folder", path);
	form_add_choice(&d->form, "Sessions", which,
			s->marked_sessions + s->marked_mails > 0 ? REQUEST_WHICH_MARKED : REQUEST_WHICH_SELECTED);
	form_add_choice(&d->form, "What", whats, WHAT_PACKETS);
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

static bool check_file(struct form *f, const char *path)
{
	struct stat status;

	if (path[strlen(path) - 1] == '/' || (files_look(path, &status) && S_ISDIR(status.st_mode)))
		return refuse(f, path, " is a directory: add a file name");
	if (files_look(path, &status) || lstat(path, &status) == 0)
		return refuse(f, path, " is there already and stays as it is: choose another name");
	return true;
}

static bool check_folder(struct form *f, const char *path)
{
	struct stat status;

	if (files_look(path, &status) && !S_ISDIR(status.st_mode))
		return refuse(f, path, " is a file: name a directory");
	return true;
}

static bool check_parent(struct form *f, const char *path)
{
	char parent[EDIT_SIZE];

	if (!dialog_lacks_parent(path, parent))
		return true;
	return refuse(f, parent,
		      what_of(f) == WHAT_PACKETS ? " is no folder: name one that is there"
						 : " is no folder: one is made, but not those above it");
}

/* A bundle's packets are in its folder; a name may end in slashes. */
static void put_packets_path(const struct form *f, char *out, size_t size)
{
	const char *path = f->fields[FIELD_PATH].edit.text;
	int len = (int)strlen(path);

	while (what_of(f) == WHAT_BUNDLE && len > 1 && path[len - 1] == '/')
		len--;
	snprintf(out, size, "%.*s%s", len, path,
		 what_of(f) != WHAT_BUNDLE    ? ""
		 : len == 1 && path[0] == '/' ? BUNDLE_PACKETS
					      : "/" BUNDLE_PACKETS);
}

static bool check(struct form *f, const struct snapshot_tally *t)
{
	const char *path = f->fields[FIELD_PATH].edit.text;
	char packets[EDIT_SIZE + sizeof(BUNDLE_PACKETS) + 1];

	dialog_expand_home(&f->fields[FIELD_PATH].edit);
	if (path[0] == '\0')
		return refuse(f, "", "Where to? A file name is needed");
	if (what_of(f) != WHAT_PACKETS && !check_folder(f, path))
		return false;
	put_packets_path(f, packets, sizeof(packets));
	if ((has_packets(f) && !check_file(f, packets)) || !check_parent(f, path))
		return false;
	return !t->known || t->sessions > 0; /* the note says that there is none */
}

static void keep_folder(struct state *st, const char *path)
{
	const char *slash = strrchr(path, '/');

	snprintf(st->save.export_folder, sizeof(st->save.export_folder), "%.*s",
		 slash != NULL ? (int)(slash - path) + 1 : 0, path);
}

static void ask_for_packets(struct state *st, const struct form *f)
{
	struct request *r = state_request(st, REQUEST_EXPORT);

	*r = st->dialog.save;
	r->which = chosen(f);
	r->show_secrets = st->show_secrets; /* keys of TLS, too */
	put_packets_path(f, r->text, sizeof(r->text));
}

static void ask_for_texts(struct state *st, const struct form *f, enum request_format format)
{
	struct request *r = state_request(st, REQUEST_SAVE);

	r->session = chosen(f) == REQUEST_WHICH_SELECTED ? st->dialog.save.session : 0;
	r->which = chosen(f);
	r->format = format;
	r->is_beside = what_of(f) == WHAT_BUNDLE;
	r->show_secrets = st->show_secrets;
	snprintf(r->text, sizeof(r->text), "%s", f->fields[FIELD_PATH].edit.text);
}

/* The texts come first: with them their folder is made. */
static void apply(struct state *st, const struct snapshot *s)
{
	const struct form *f = &st->dialog.form;

	if (!check(&st->dialog.form, tally_of(st, s)))
		return;
	if (what_of(f) == WHAT_TRANSCRIPT || what_of(f) == WHAT_BUNDLE)
		ask_for_texts(st, f, REQUEST_FORMAT_TRANSCRIPT);
	if (what_of(f) == WHAT_FINDINGS || what_of(f) == WHAT_BUNDLE)
		ask_for_texts(st, f, REQUEST_FORMAT_FINDINGS);
	if (has_packets(f)) {
		ask_for_packets(st, f);
		st->has_exported = st->has_exported || (chosen(f) == REQUEST_WHICH_SHOWN && s->filter[0] == '\0');
	}
	keep_folder(st, f->fields[FIELD_PATH].edit.text);
	dialog_close(st);
}

/* A path that nobody changed becomes that of another kind. */
static void propose_again(struct state *st, enum what before)
{
	struct form *f = &st->dialog.form;
	char path[EDIT_SIZE + 64];

	propose_path(st, before, path, sizeof(path));
	if (strcmp(path, f->fields[FIELD_PATH].edit.text) != 0)
		return;
	propose_path(st, what_of(f), path, sizeof(path));
	edit_set(&f->fields[FIELD_PATH].edit, path);
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
	enum what before = what_of(f);

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
	if (what_of(f) != before)
		propose_again(st, before);
	note(st, s);
}
