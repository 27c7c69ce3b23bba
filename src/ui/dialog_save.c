/* Where to save which mails, and how; and the completion of paths. */
#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/text.h"
#include "ui/dialog.h"
#include "ui/input.h"
#include "ui/state.h"

enum {
	FIELD_PATH,
	FIELD_FORMAT,
	ENTRIES_MAX = 20000, /* looked at in one directory */
};

static const char *const formats[] = {"eml: a file for each", "mbox: one file", "maildir", NULL};

/* What the request will save, in words; 0 mails: nothing. */
static uint64_t choose(struct state *st, const struct snapshot *s, struct request *r, char *words, size_t words_size)
{
	const struct snapshot_session_row *session = state_session_row(st, s);

	if (s->marked_mails > 0 || s->marked_sessions > 0) {
		snprintf(words, words_size, "%" PRIu64 " marked mails, and all mails of %" PRIu64 " marked sessions",
			 s->marked_mails, s->marked_sessions);
		return s->marked_mails + s->marked_sessions;
	}
	if (session == NULL || session->mails == 0)
		return 0;
	r->session = st->session;
	r->mail = st->mail ? st->mail : st->list == VIEW_MAILS ? st->selected_mail : 0;
	if (r->mail != 0)
		snprintf(words, words_size, "Mail %" PRIu32 " of session %" PRIu32, r->mail, r->session);
	else
		snprintf(words, words_size, "%s%" PRIu32 " mail%s of session %" PRIu32,
			 session->mails > 1 ? "All " : "", session->mails, session->mails > 1 ? "s" : "", r->session);
	return session->mails;
}

void dialog_open_save(struct state *st, const struct snapshot *s)
{
	struct dialog *d = &st->dialog;
	struct request r = {.kind = REQUEST_SAVE};
	char words[160];

	if (choose(st, s, &r, words, sizeof(words)) == 0) {
		state_say(st, true, "No mail to save: mark some with Space, or choose a session that has one");
		return;
	}
	*d = (struct dialog){.kind = DIALOG_SAVE, .save = r};
	form_init(&d->form, "Save mails", "Enter saves   Tab completes   Up Down field   Esc closes");
	form_add_text(&d->form, "Directory or file", st->save.directory);
	form_add_choice(&d->form, "Format", formats, (int)st->save.format);
	snprintf(d->form.note, sizeof(d->form.note), "%s", words);
}

static void apply(struct state *st)
{
	struct form *f = &st->dialog.form;
	struct request *r;

	if (f->fields[FIELD_PATH].edit.len == 0) {
		f->note_is_error = true;
		snprintf(f->note, sizeof(f->note), "Where to? A directory is needed");
		return;
	}
	r = state_request(st, REQUEST_SAVE);
	*r = st->dialog.save;
	r->format = (enum request_format)f->fields[FIELD_FORMAT].choice;
	snprintf(r->text, sizeof(r->text), "%s", f->fields[FIELD_PATH].edit.text);
	st->save.format = r->format;
	snprintf(st->save.directory, sizeof(st->save.directory), "%s", f->fields[FIELD_PATH].edit.text);
	dialog_close(st);
}

void dialog_save_key(struct state *st, const struct snapshot *s, int key)
{
	struct form *f = &st->dialog.form;

	(void)s;
	if (key == INPUT_ESCAPE)
		dialog_close(st);
	else if (key == INPUT_ENTER || key == '\n')
		apply(st);
	else if (key == INPUT_TAB && f->current == FIELD_PATH)
		dialog_complete_path(&f->fields[FIELD_PATH].edit,
				     f->fields[FIELD_FORMAT].choice != REQUEST_FORMAT_MBOX);
	else
		form_key(f, key);
}

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

void dialog_complete_path(struct edit *e, bool directories_only)
{
	struct completion c = {.count = 0};
	char folder[EDIT_SIZE];
	const char *slash = strrchr(e->text, '/');
	const char *start = slash ? slash + 1 : e->text;

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
