/* Where to save which mails, and how; and the completion of paths. */
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "guard/files.h"
#include "ui/dialog.h"
#include "ui/format.h"
#include "ui/input.h"
#include "ui/state.h"

enum {
	FIELD_PATH,
	FIELD_FORMAT,
	FIELD_WHICH,
	FIELD_PART,	     /* only in an opened mail that has some */
	ENTRIES_MAX = 20000, /* looked at in one directory */
	NAME_SHOWN = 36,     /* bytes of a part's name */
};

static const char *const formats[] = {
	[REQUEST_FORMAT_EML] = "eml: a file for each",
	[REQUEST_FORMAT_MBOX] = "mbox: one file",
	[REQUEST_FORMAT_MAILDIR] = "maildir",
	[REQUEST_FORMAT_ATTACHMENTS] = "attachments: their files alone",
	[REQUEST_FORMAT_TRANSCRIPT] = "transcript: commands and replies",
	NULL,
};

/* What is saved: a mail that is opened or selected, or without one from the second on. */
enum choice {
	CHOICE_MAIL,
	CHOICE_SESSION,
	CHOICE_MARKED,
	CHOICE_SHOWN,
};

static const char *const choices[] = {
	[CHOICE_MAIL] = "this mail",
	[CHOICE_SESSION] = "all of the session",
	[CHOICE_MARKED] = "the marked ones",
	[CHOICE_SHOWN] = "all shown",
	NULL,
};

static enum choice chosen(const struct dialog *d)
{
	return (enum choice)(d->form.fields[FIELD_WHICH].choice + (d->save.mail == 0 ? 1 : 0));
}

static enum request_format format_of(const struct dialog *d)
{
	return (enum request_format)d->form.fields[FIELD_FORMAT].choice;
}

/* Which of those to choose from, from 1; 0: the first choice. */
static uint32_t choice_of_part(const struct dialog *d)
{
	return d->form.count > FIELD_PART ? (uint32_t)d->form.fields[FIELD_PART].choice : 0;
}

/* None: all attachments of the mail. */
static struct part_path part_of(const struct dialog *d)
{
	struct part_path path = d->save.part;

	if (choice_of_part(d) > 0)
		part_path_enter(&path, d->part_numbers[choice_of_part(d) - 1]);
	return path;
}

/* Whether one file of the opened mail is meant. */
static bool is_part(const struct dialog *d)
{
	struct part_path path = part_of(d);

	return chosen(d) == CHOICE_MAIL && format_of(d) == REQUEST_FORMAT_ATTACHMENTS && path.count > 0;
}

uint32_t dialog_save_mail(const struct dialog *d)
{
	return chosen(d) == CHOICE_MAIL ? d->save.mail : 0;
}

/* ---- what will be written ---- */

static const struct snapshot_tally *tally_of(const struct dialog *d, const struct snapshot *s)
{
	switch (chosen(d)) {
	case CHOICE_MARKED:
		return &s->marked_tally;
	case CHOICE_SHOWN:
		return &s->shown_tally;
	case CHOICE_MAIL:
	case CHOICE_SESSION:
		break;
	}
	return &s->selected_tally;
}

static void put_what(const struct dialog *d, const struct snapshot_tally *t, struct buffer *out)
{
	char count[FORMAT_SIZE];

	format_count(count, t->mails);
	switch (chosen(d)) {
	case CHOICE_MAIL:
		buffer_printf(out, "Mail %" PRIu32 " of session %" PRIu64, d->save.mail, d->save.session);
		break;
	case CHOICE_SESSION:
		buffer_printf(out, "%s%s mail%s of session %" PRIu64, t->mails > 1 ? "All " : "", count,
			      t->mails == 1 ? "" : "s", d->save.session);
		break;
	case CHOICE_MARKED:
		buffer_printf(out, "%s marked mail%s", count, t->mails == 1 ? "" : "s");
		break;
	case CHOICE_SHOWN:
		buffer_printf(out, "%s mail%s in the sessions shown", count, t->mails == 1 ? "" : "s");
		break;
	}
}

static void put_transcripts(const struct state *st, const struct snapshot_tally *t, struct buffer *out)
{
	char count[FORMAT_SIZE];
	char logins[128];

	format_count(count, t->sessions);
	buffer_printf(out, "%s session%s: commands and replies with times, without the mails; secrets %s", count,
		      t->sessions == 1 ? "" : "s", st->show_secrets ? "shown" : "masked");
	if (st->show_secrets && snapshot_put_logins(logins, sizeof(logins), &t->logins) > 0)
		buffer_printf(out, ". They will hold %s", logins);
}

static void put_part(const struct dialog *d, const struct snapshot *s, const struct snapshot_tally *t,
		     struct buffer *out)
{
	uint32_t choice = choice_of_part(d);
	char size[FORMAT_SIZE];

	if (choice == 0)
		buffer_printf(out, "Only %s", d->parts[0]);
	else
		buffer_printf(out, "Part %s", d->part_names[choice - 1]);
	if (choice > 0 && choice <= s->mail_part_count && s->mail_parts[choice - 1].size > 0) {
		format_bytes(size, s->mail_parts[choice - 1].size);
		buffer_printf(out, ", %s", size);
	}
	if (t->partial_mails > 0)
		buffer_append_text(out, "; its mail is incomplete, it is marked so");
}

static void put_attachments(const struct dialog *d, const struct snapshot *s, const struct snapshot_tally *t,
			    struct buffer *out)
{
	char size[FORMAT_SIZE];

	if (is_part(d)) {
		put_part(d, s, t, out);
		return;
	}
	format_bytes(size, t->mail_bytes);
	buffer_append_text(out, "The attachments of: ");
	put_what(d, t, out);
	buffer_printf(out, ", at most %s", size);
}

static void put_mails(const struct dialog *d, const struct snapshot_tally *t, struct buffer *out)
{
	char size[FORMAT_SIZE];

	format_bytes(size, t->mail_bytes);
	put_what(d, t, out);
	buffer_printf(out, ", %s", size);
	if (t->partial_mails > 0 && t->mails == 1)
		buffer_append_text(out, "; it is incomplete, and marked so");
	else if (t->partial_mails > 0)
		buffer_printf(out, "; %" PRIu64 " of them incomplete, and marked so", t->partial_mails);
}

/* What will be written, as it is now. */
static void note(struct state *st, const struct snapshot *s)
{
	struct dialog *d = &st->dialog;
	const struct snapshot_tally *t = tally_of(d, s);
	struct buffer text = {0};

	if (!t->known || s->query_serial < d->since)
		buffer_append_text(&text, "Counting...");
	else if (format_of(d) == REQUEST_FORMAT_TRANSCRIPT)
		put_transcripts(st, t, &text);
	else if (t->mails == 0)
		buffer_append_text(&text, chosen(d) == CHOICE_MARKED
						  ? "No mail is marked: Space marks one"
						  : "There is no mail with data here; the transcript can be saved");
	else if (format_of(d) == REQUEST_FORMAT_ATTACHMENTS)
		put_attachments(d, s, t, &text);
	else
		put_mails(d, t, &text);
	d->form.note_is_error = false;
	snprintf(d->form.note, sizeof(d->form.note), "%.*s", (int)text.len, (const char *)text.data);
	buffer_fini(&text);
}

/* ---- the dialog ---- */

/* All attachments, or the mail within, then each part by its name. */
static void offer_parts(struct state *st, const struct snapshot *s)
{
	struct dialog *d = &st->dialog;
	bool is_here = state_has_mail(st, s);
	uint32_t count = is_here ? s->mail_part_count : 0;
	int choice = 0;

	d->save.part = is_here ? st->mail_part : state_part(st);
	if (count == 0 && d->save.part.count == 0)
		return;
	d->parts[0] = !is_here			? "the one that is chosen"
		      : st->mail_part.count > 0 ? "the mail within"
						: "all attachments";
	for (uint32_t i = 0; i < count; i++) {
		struct slice name = text_cut(slice_from_text(s->mail_parts[i].name), NAME_SHOWN);

		d->part_numbers[i] = s->mail_parts[i].number;
		snprintf(d->part_names[i], sizeof(d->part_names[i]), "%" PRIu32 " %.*s", d->part_numbers[i],
			 (int)name.len, (const char *)name.data);
		d->parts[i + 1] = d->part_names[i];
		if (d->part_numbers[i] == st->part)
			choice = (int)i + 1;
	}
	d->parts[count + 1] = NULL;
	form_add_choice(&d->form, "Part", d->parts, choice);
	if (choice > 0 || d->save.part.count > 0)
		d->form.fields[FIELD_FORMAT].choice = REQUEST_FORMAT_ATTACHMENTS;
}

static enum choice proposed(const struct state *st, const struct snapshot *s)
{
	if (state_mail(st) != 0)
		return CHOICE_MAIL;
	if (s->marked_mails > 0 || s->marked_sessions > 0)
		return CHOICE_MARKED;
	return state_mail_at_hand(st) != 0 ? CHOICE_MAIL : CHOICE_SESSION;
}

void dialog_open_save(struct state *st, const struct snapshot *s)
{
	const struct snapshot_session_row *session = state_session_row(st, s);
	struct dialog *d = &st->dialog;
	enum choice choice = proposed(st, s);
	enum request_format format = st->save.format;

	if (session == NULL && choice != CHOICE_MARKED) {
		state_say(st, true, "No mail to save: mark some with Space, or choose a session");
		return;
	}
	if (choice == CHOICE_SESSION && session->mails == 0)
		format = REQUEST_FORMAT_TRANSCRIPT;
	*d = (struct dialog){.kind = DIALOG_SAVE,
			     .save = {.kind = REQUEST_SAVE, .session = st->session, .mail = state_mail_at_hand(st)},
			     .since = st->query.serial + 1};
	form_init(&d->form, "Save mails", "Enter saves   Tab completes   Up Down field   Esc closes");
	form_add_text(&d->form, "Directory or file", st->save.directory);
	form_add_choice(&d->form, "Format", formats, (int)format);
	form_add_choice(&d->form, "Mails", d->save.mail != 0 ? choices : choices + 1,
			(int)choice - (d->save.mail == 0 ? 1 : 0));
	offer_parts(st, s);
	note(st, s);
}

void dialog_open_attachments(struct state *st, const struct snapshot *s)
{
	struct dialog *d = &st->dialog;

	dialog_open_save(st, s);
	if (d->kind != DIALOG_SAVE)
		return;
	d->is_format_for_once = true;
	d->form.fields[FIELD_FORMAT].choice = REQUEST_FORMAT_ATTACHMENTS;
	d->save.part = (struct part_path){0};
	if (d->form.count > FIELD_PART)
		d->form.count = FIELD_PART;
	note(st, s);
}

static bool refuse(struct form *f, const char *why)
{
	f->note_is_error = true;
	snprintf(f->note, sizeof(f->note), "%s", why);
	return false;
}

bool dialog_lacks_parent(const char *path, char parent[EDIT_SIZE])
{
	struct stat status;
	size_t len = strlen(path);

	while (len > 1 && path[len - 1] == '/')
		len--;
	while (len > 0 && path[len - 1] != '/')
		len--;
	while (len > 1 && path[len - 1] == '/')
		len--;
	snprintf(parent, EDIT_SIZE, "%.*s", (int)len, path);
	return len > 0 && !files_look(parent, &status) && (errno == ENOENT || errno == ENOTDIR);
}

static bool check(struct state *st, const struct snapshot *s)
{
	struct dialog *d = &st->dialog;
	const struct snapshot_tally *t = tally_of(d, s);
	const char *path = d->form.fields[FIELD_PATH].edit.text;
	char parent[EDIT_SIZE];
	char why[EDIT_SIZE + 64];
	struct stat status;

	dialog_expand_home(&d->form.fields[FIELD_PATH].edit);
	if (path[0] == '\0')
		return refuse(&d->form, "Where to? A directory is needed");
	if (files_look(path, &status) && S_ISDIR(status.st_mode) != (format_of(d) != REQUEST_FORMAT_MBOX))
		return refuse(&d->form, format_of(d) == REQUEST_FORMAT_MBOX
						? "An mbox is one file: this is a directory, add a file name"
						: "This is a file: name a directory, or choose mbox");
	if (format_of(d) != REQUEST_FORMAT_MBOX && dialog_lacks_parent(path, parent)) {
		snprintf(why, sizeof(why), "There is no folder %s to make it in", parent);
		return refuse(&d->form, why);
	}
	return !t->known || s->query_serial < d->since || t->mails > 0 || format_of(d) == REQUEST_FORMAT_TRANSCRIPT;
}

static void ask(struct state *st)
{
	static const enum request_which which[] = {
		[CHOICE_MAIL] = REQUEST_WHICH_SELECTED,
		[CHOICE_SESSION] = REQUEST_WHICH_SELECTED,
		[CHOICE_MARKED] = REQUEST_WHICH_MARKED,
		[CHOICE_SHOWN] = REQUEST_WHICH_SHOWN,
	};
	const struct dialog *d = &st->dialog;
	enum choice choice = chosen(d);
	struct request *r = state_request(st, REQUEST_SAVE);

	r->which = which[choice];
	r->session = which[choice] == REQUEST_WHICH_SELECTED ? d->save.session : 0;
	r->mail = choice == CHOICE_MAIL ? d->save.mail : 0;
	r->format = format_of(d);
	if (is_part(d))
		r->part = part_of(d);
	r->show_secrets = st->show_secrets;
	snprintf(r->text, sizeof(r->text), "%s", d->form.fields[FIELD_PATH].edit.text);
	if (!is_part(d) && !d->is_format_for_once)
		st->save.format = r->format;
	snprintf(st->save.directory, sizeof(st->save.directory), "%s", d->form.fields[FIELD_PATH].edit.text);
}

/* The numbers of a running capture grow while the dialog is open. */
void dialog_save_update(struct state *st, const struct snapshot *s)
{
	if (!st->dialog.form.note_is_error)
		note(st, s);
}

void dialog_save_key(struct state *st, const struct snapshot *s, int key)
{
	struct dialog *d = &st->dialog;
	struct form *f = &d->form;
	uint32_t part = choice_of_part(d);
	uint32_t mail = dialog_save_mail(d);

	if (key == INPUT_ESCAPE) {
		dialog_close(st);
		return;
	}
	if (key == INPUT_ENTER || key == '\n') {
		if (!check(st, s))
			return;
		ask(st);
		dialog_close(st);
		return;
	}
	if (key == INPUT_TAB && f->current == FIELD_PATH)
		dialog_complete_path(&f->fields[FIELD_PATH].edit, format_of(d) != REQUEST_FORMAT_MBOX);
	else
		form_key(f, key);
	if (choice_of_part(d) != part) { /* who chooses one wants it, and not the mail */
		f->fields[FIELD_FORMAT].choice = REQUEST_FORMAT_ATTACHMENTS;
		f->fields[FIELD_WHICH].choice = CHOICE_MAIL;
	}
	if (dialog_save_mail(d) != mail)
		d->since = st->query.serial + 1;
	note(st, s);
}

/* ---- paths ---- */

static bool is_directory(const char *folder, const char *name)
{
	char path[EDIT_SIZE * 2 + 2];
	struct stat status;

	snprintf(path, sizeof(path), "%s/%s", folder, name);
	return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

struct completion {
	char common[EDIT_SIZE]; /* beginning that all candidates share */
	int count;
	bool is_directory; /* the only one */
};

static void take_candidate(struct completion *c, const char *folder, const char *name, bool directories_only)
{
	bool is_dir = is_directory(folder, name);
	size_t same = 0;

	if ((directories_only && !is_dir) || !text_is_utf8(slice_from_text(name)) || strlen(name) >= EDIT_SIZE)
		return;
	if (c->count++ == 0) {
		snprintf(c->common, sizeof(c->common), "%s", name);
		c->is_directory = is_dir;
		return;
	}
	while (c->common[same] != '\0' && c->common[same] == name[same])
		same++;
	c->common[text_cut(slice_from_text(c->common), same).len] = '\0';
}

static void look_through(struct completion *c, const char *folder, const char *start, bool directories_only)
{
	DIR *dir = opendir(folder);
	const struct dirent *entry;

	if (dir == NULL)
		return;
	for (int i = 0; i < ENTRIES_MAX && (entry = readdir(dir)) != NULL; i++) {
		if (strncmp(entry->d_name, start, strlen(start)) != 0)
			continue;
		if (entry->d_name[0] == '.' && start[0] != '.')
			continue;
		take_candidate(c, folder, entry->d_name, directories_only);
	}
	closedir(dir);
}

void dialog_expand_home(struct edit *e)
{
	const char *home = getenv("HOME");
	char path[EDIT_SIZE];

	if (home == NULL || e->text[0] != '~' || (e->text[1] != '/' && e->text[1] != '\0') ||
	    strlen(home) + e->len > sizeof(path))
		return;
	snprintf(path, sizeof(path), "%s%s", home, e->text + 1);
	edit_set(e, path);
}

void dialog_complete_path(struct edit *e, bool directories_only)
{
	struct completion c = {.count = 0};
	char folder[EDIT_SIZE];
	const char *slash;
	const char *start;

	dialog_expand_home(e);
	slash = strrchr(e->text, '/');
	start = slash ? slash + 1 : e->text;
	if (slash == NULL)
		snprintf(folder, sizeof(folder), ".");
	else
		snprintf(folder, sizeof(folder), "%.*s", slash == e->text ? 1 : (int)(slash - e->text), e->text);
	look_through(&c, folder, start, directories_only);
	e->cursor = e->len;
	if (c.count == 0)
		return;
	edit_insert(e, c.common + strlen(start));
	if (c.count == 1 && c.is_directory)
		edit_insert(e, "/");
}
