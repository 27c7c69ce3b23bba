/*
 * dialog: what stands above the panes and takes the keys: prompts in the last two lines, questions, settings, where to
 * save, which columns. The state holds one at most.
 */
#ifndef UI_DIALOG_H
#define UI_DIALOG_H

#include "snapshot/request.h"
#include "snapshot/snapshot.h"
#include "ui/form.h"
#include "ui/keys.h"

struct state;

enum dialog_kind {
	DIALOG_NONE,
	DIALOG_FILTER,
	DIALOG_SEARCH,
	DIALOG_CONFIRM,
	DIALOG_SETTINGS,
	DIALOG_SAVE,
	DIALOG_EXPORT,
	DIALOG_ABOUT,
	DIALOG_COLUMNS,
	DIALOGS
};

/* What the save dialog was given last, so that it is asked only once. */
struct save_choice {
	char directory[EDIT_SIZE];
	enum request_format format;
	char export_folder[EDIT_SIZE]; /* "": the working directory */
};

struct dialog {
	enum dialog_kind kind;
	struct edit edit;	/* of the prompts, and of the word */
	bool is_helped;		/* the help lies over it */
	bool is_waiting;	/* the filter was entered, its answer is not here */
	char before[EDIT_SIZE]; /* the filter that was in force, the text that was looked for */
	char sent[EDIT_SIZE];	/* and the one that was asked for last, as it is typed */
	char error[QUERY_TEXT_SIZE];
	enum action confirmed; /* to be done on `y` */
	bool can_save;	       /* `s` offers to export all sessions instead */
	const char *word;      /* that must be typed instead; NULL: `y` does */
	char question[160];
	bool has_pasted;		/* a character of the paste that goes on */
	bool has_break;			/* and then a break of lines: a blank, if text follows */
	struct form form;		/* settings, save, export */
	struct request save;		/* what is to be saved, or exported */
	struct snapshot_tally selected; /* what the session holds that was selected when the dialog opened */
	bool is_format_for_once;
	uint64_t since; /* query in whose answer the numbers are the dialog's */
	/* save: the parts of the opened mail to choose from */
	const char *parts[SNAPSHOT_PARTS_MAX + 2];
	char part_names[SNAPSHOT_PARTS_MAX][48];
	uint32_t part_numbers[SNAPSHOT_PARTS_MAX];
	int64_t opened_ns;    /* export */
	enum view_id columns; /* whose columns */
	int column;
	int scroll; /* of the lines about the capture */
};

void dialog_open_filter(struct state *st, const struct snapshot *s);
/* Says so instead when the view on top has nothing to be searched. */
void dialog_open_search(struct state *st, const struct snapshot *s);
void dialog_open_confirm(struct state *st, enum action confirmed, const char *format, ...)
	__attribute__((format(printf, 3, 4)));
/* As dialog_open_confirm, for what cannot be undone: the word is to be typed, and Enter. */
void dialog_open_word(struct state *st, enum action confirmed, const char *word, const char *format, ...)
	__attribute__((format(printf, 4, 5)));
void dialog_open_settings(struct state *st, const struct snapshot *s);
/* Says so instead when there is no session. */
void dialog_open_save(struct state *st, const struct snapshot *s);
/* The same, of all attachments; the format that was used before stays the proposed one. */
void dialog_open_attachments(struct state *st, const struct snapshot *s);
/* Says so instead when there is no session. */
void dialog_open_export(struct state *st, const struct snapshot *s);
/* The same, of all sessions that are shown. */
void dialog_open_export_all(struct state *st, const struct snapshot *s);
void dialog_open_about(struct state *st);
void dialog_open_columns(struct state *st, enum view_id view);

void dialog_close(struct state *st);

/* Takes a key while a dialog is open. Whether it was the answer yes: then `confirmed` is to be done. */
bool dialog_key(struct state *st, const struct snapshot *s, int key);
/* Whether a line of text is being typed. */
bool dialog_takes_text(const struct state *st);
/* Takes a pasted character: into the line that is being typed, else nowhere. No key of the dialog is in it. */
void dialog_paste(struct state *st, const struct snapshot *s, int character);
/* Sees the answer to a filter. */
void dialog_update(struct state *st, const struct snapshot *s);
void dialog_draw(const struct state *st, const struct snapshot *s, struct grid *g);

/* A path may begin with ~/, as for a shell: the home directory is put there. */
void dialog_expand_home(struct edit *e);
/* A folder is made, but not those above it: that is more likely a mistake in typing. `parent`: the one that lacks. */
bool dialog_lacks_parent(const char *path, char parent[EDIT_SIZE]);
/* Completes the path in `e` as far as it is unambiguous. */
void dialog_complete_path(struct edit *e, bool directories_only);

/* Between the dialog files: what each does with a key, and how it looks. */
void dialog_prompt_key(struct state *st, const struct snapshot *s, int key);
void dialog_prompt_update(struct state *st, const struct snapshot *s);
void dialog_prompt_draw(const struct state *st, const struct snapshot *s, struct grid *g);
void dialog_settings_key(struct state *st, const struct snapshot *s, int key);
void dialog_save_key(struct state *st, const struct snapshot *s, int key);
/* The one mail that is to be saved; 0: all of the session, or others. */
uint32_t dialog_save_mail(const struct dialog *d);
/* Of a filter: the values that may be typed on are asked for. */
void dialog_prompt_ask(const struct dialog *d, struct query *q);
void dialog_save_update(struct state *st, const struct snapshot *s);
void dialog_export_key(struct state *st, const struct snapshot *s, int key);
void dialog_export_update(struct state *st, const struct snapshot *s);
void dialog_about_key(struct state *st, const struct snapshot *s, int key);
void dialog_about_draw(const struct state *st, const struct snapshot *s, struct grid *g);

#endif
