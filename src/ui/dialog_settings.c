/* Settings that may change while it runs: ports, saving, names, theme. Only what differs is asked for. */
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "common/ports.h"
#include "ui/dialog.h"
#include "ui/input.h"
#include "ui/state.h"

enum {
	PORT_FIELDS = PROTOCOLS - 1, /* field i is protocol i + 1 */
	FIELD_SAVE = PORT_FIELDS,
	FIELD_DIRECTORY,
	FIELD_KEY_LOG,
	FIELD_NAMES,
	FIELD_THEME,
};

static const char *const names[] = {"none, only addresses", "as seen in the capture", "by the resolver too", NULL};
static const char *const no_names[] = {"none, only addresses (-n)", NULL};

static enum protocol protocol_of(int field)
{
	return (enum protocol)(field + 1);
}

static const struct options_row *ports_row(enum protocol protocol)
{
	const struct options_row *row;

	for (size_t i = 0; (row = options_row(i)) != NULL; i++)
		if (row->type == OPTIONS_PORTS && row->min == protocol)
			break;
	return row;
}

static void add_choice(struct form *f, const char *setting, int choice)
{
	const struct options_row *row = options_setting(setting);

	form_add_choice(f, row->label, row->words, choice);
}

/* What the field is about that the cursor is in. */
static void put_note(struct form *f, const struct snapshot *s)
{
	bool is_over = s->capture == SNAPSHOT_LOADED || s->capture == SNAPSHOT_ENDED;
	const char *text = "";

	if (f->current < PORT_FIELDS)
		text = is_over ? "Ports as 25;125. All is read: they count in the next run, if F2 saves them."
			       : "Ports as 25;125. They count for sessions that begin from now on.";
	else if (f->current == FIELD_SAVE || f->current == FIELD_DIRECTORY)
		text = is_over ? "All is read: it counts in the next run, if F2 saves it. The key s saves now."
			       : "Mails that are finished from now on are saved there.";
	else if (f->current == FIELD_KEY_LOG)
		text = "A key log: a file, which may come later, or a FIFO. It is read beside those that are read "
		       "already.";
	snprintf(f->note, sizeof(f->note), "%s", text);
	f->note_is_error = false;
}

static const char *yes_no(bool answer)
{
	return answer ? "yes" : "no";
}

/* What is in force before anything is changed here. */
static void know(struct state *st, const struct snapshot *s)
{
	for (int i = 0; i < PORT_FIELDS; i++)
		changed_settings_know(&st->changed_settings, ports_row(protocol_of(i))->setting,
				      s->port_list[protocol_of(i)]);
	changed_settings_know(&st->changed_settings, "save", yes_no(s->save));
	changed_settings_know(&st->changed_settings, "save_dir", st->dialog.form.fields[FIELD_DIRECTORY].edit.text);
	changed_settings_know(&st->changed_settings, "numeric", yes_no(st->options->numeric));
	changed_settings_know(&st->changed_settings, "resolve", yes_no(st->options->resolve));
	changed_settings_know(&st->changed_settings, "theme", style_theme_name(style_theme(st->options->theme)));
}

/* A directory counts from where the next run is started: from the root it is the same one. */
static void add_directory(struct state *st)
{
	const char *text = st->dialog.form.fields[FIELD_DIRECTORY].edit.text;
	char here[REWRITE_VALUE_SIZE];
	char path[REWRITE_VALUE_SIZE + EDIT_SIZE];

	snprintf(path, sizeof(path), "%s", text);
	if (text[0] != '/' && strcmp(text, st->options->save_dir) != 0 && getcwd(here, sizeof(here)) != NULL)
		snprintf(path, sizeof(path), "%s/%s", here, text);
	if (text[0] != '\0' && strlen(path) < REWRITE_VALUE_SIZE)
		changed_settings_add(&st->changed_settings, "save_dir", path);
}

/* What the fields say. */
static void add(struct state *st)
{
	const struct form *f = &st->dialog.form;

	for (int i = 0; i < PORT_FIELDS; i++)
		changed_settings_add(&st->changed_settings, ports_row(protocol_of(i))->setting, f->fields[i].edit.text);
	changed_settings_add(&st->changed_settings, "save", yes_no(f->fields[FIELD_SAVE].choice == 1));
	add_directory(st);
	changed_settings_add(&st->changed_settings, "numeric", yes_no(f->fields[FIELD_NAMES].choice == 0));
	if (f->fields[FIELD_NAMES].choice != 0)
		changed_settings_add(&st->changed_settings, "resolve", yes_no(f->fields[FIELD_NAMES].choice == 2));
	changed_settings_add(&st->changed_settings, "theme",
			     style_theme_name((enum theme)f->fields[FIELD_THEME].choice));
}

void dialog_open_settings(struct state *st, const struct snapshot *s)
{
	struct form *f = &st->dialog.form;

	st->dialog = (struct dialog){.kind = DIALOG_SETTINGS};
	form_init(f, "Settings", "Enter applies   F2 saves too   Up Down field   Esc closes");
	for (int i = 0; i < PORT_FIELDS; i++)
		form_add_text(f, ports_row(protocol_of(i))->label, s->port_list[protocol_of(i)]);
	add_choice(f, "save", s->save);
	form_add_text(f, options_setting("save_dir")->label, s->save_dir[0] ? s->save_dir : st->save.directory);
	form_add_text(f, "Read keys of TLS from", "");
	if (st->options->numeric)
		form_add_choice(f, "Host names", no_names, 0);
	else
		form_add_choice(f, "Host names", names, st->numeric ? 0 : st->resolve ? 2 : 1);
	add_choice(f, "theme", (int)st->theme);
	put_note(f, s);
	know(st, s);
}

static bool check_ports(struct form *f)
{
	struct ports parsed;
	struct error err;

	ports_init(&parsed);
	for (int i = 0; i < PORT_FIELDS; i++) {
		if (ports_set(&parsed, protocol_of(i), f->fields[i].edit.text, &err))
			continue;
		f->current = i;
		f->note_is_error = true;
		snprintf(f->note, sizeof(f->note), "%s", err.text);
		return false;
	}
	return true;
}

static void ask_ports(struct state *st, const struct snapshot *s, int number)
{
	const char *text = st->dialog.form.fields[number].edit.text;
	struct request *r;

	if (strcmp(text, s->port_list[protocol_of(number)]) == 0)
		return;
	r = state_request(st, REQUEST_PORTS);
	r->protocol = protocol_of(number);
	snprintf(r->text, sizeof(r->text), "%s", text);
}

static void ask_save(struct state *st, const struct snapshot *s)
{
	const struct form *f = &st->dialog.form;
	const char *directory = f->fields[FIELD_DIRECTORY].edit.text;
	bool on = f->fields[FIELD_SAVE].choice == 1;
	struct request *r;

	if (on == s->save && (!on || strcmp(directory, s->save_dir) == 0))
		return;
	r = state_request(st, REQUEST_AUTOSAVE);
	r->on = on;
	snprintf(r->text, sizeof(r->text), "%s", directory);
}

/* A key log more, by what the user typed. */
static void ask_keys(struct state *st)
{
	struct edit *edit = &st->dialog.form.fields[FIELD_KEY_LOG].edit;
	struct request *r;

	if (edit->len == 0)
		return;
	dialog_expand_home(edit);
	r = state_request(st, REQUEST_KEY_LOG);
	snprintf(r->text, sizeof(r->text), "%s", edit->text);
}

static void apply(struct state *st, const struct snapshot *s, bool saves)
{
	struct form *f = &st->dialog.form;

	if (!check_ports(f))
		return;
	if (f->fields[FIELD_SAVE].choice == 1 && f->fields[FIELD_DIRECTORY].edit.len == 0) {
		f->current = FIELD_DIRECTORY;
		f->note_is_error = true;
		snprintf(f->note, sizeof(f->note), "Saving needs a directory");
		return;
	}
	dialog_expand_home(&f->fields[FIELD_DIRECTORY].edit);
	for (int i = 0; i < PORT_FIELDS; i++)
		ask_ports(st, s, i);
	ask_save(st, s);
	ask_keys(st);
	st->numeric = f->fields[FIELD_NAMES].choice == 0;
	st->resolve = f->fields[FIELD_NAMES].choice == 2;
	st->theme = (enum theme)f->fields[FIELD_THEME].choice;
	if (saves)
		add(st);
	st->changed_settings.is_wanted = saves;
	dialog_close(st);
}

void dialog_settings_key(struct state *st, const struct snapshot *s, int key)
{
	struct form *f = &st->dialog.form;
	int before = f->current;

	if (key == INPUT_ESCAPE)
		dialog_close(st);
	else if (key == INPUT_ENTER || key == '\n')
		apply(st, s, false);
	else if (key == INPUT_F2)
		apply(st, s, true);
	else if (key == INPUT_TAB && f->current == FIELD_DIRECTORY)
		dialog_complete_path(&f->fields[FIELD_DIRECTORY].edit, true);
	else if (key == INPUT_TAB && f->current == FIELD_KEY_LOG)
		dialog_complete_path(&f->fields[FIELD_KEY_LOG].edit, false);
	else if (form_key(f, key) && f->current != before)
		put_note(f, s);
}
