/*
 * form: a box of labelled fields, each a line of text or a choice of words. Up, Down and Tab go from field to field,
 * Left, Right and Space change a choice, Enter is left to the owner, as is Esc.
 */
#ifndef UI_FORM_H
#define UI_FORM_H

#include <stdbool.h>

#include "ui/edit.h"

enum {
	FORM_FIELDS_MAX = 10,
};

struct form_field {
	const char *label;
	const char *const *choices; /* NULL-terminated; NULL: a text */
	int choice;
	struct edit edit;
};

struct form {
	const char *title;
	const char *hint; /* in the box's lower edge */
	struct form_field fields[FORM_FIELDS_MAX];
	int count;
	int current;
	char note[512]; /* below the fields */
	bool note_is_error;
};

void form_init(struct form *f, const char *title, const char *hint);
void form_add_text(struct form *f, const char *label, const char *text);
void form_add_choice(struct form *f, const char *label, const char *const *choices, int choice);
/* Whether the key was one of its own. */
bool form_key(struct form *f, int key);
/* In the middle of the grid. */
void form_draw(const struct form *f, struct grid *g);

/* An empty box in the middle for `columns` x `rows` of content, cleared, with a title; returns where the content
 * goes. */
struct rect form_frame(struct grid *g, int columns, int rows, const char *title, const char *hint);

#endif
