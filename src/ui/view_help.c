/* view_help: the keys, the signs, and what each command of the protocols is for, from the tables that define them. */
#include <inttypes.h>
#include <stdio.h>

#include "common/commands.h"
#include "common/protocol.h"
#include "ui/key_table.h"
#include "ui/keys.h"
#include "ui/state.h"
#include "ui/view.h"

enum {
	LABEL_COLUMNS = 14,
	LINE_SIZE = 256,
};

enum kind {
	KIND_BLANK,
	KIND_HEADING,
	KIND_KEY,
	KIND_SIGN,
	KIND_COMMAND,
};

struct line {
	enum kind kind;
	char label[32];
	char text[LINE_SIZE];
	enum snapshot_meaning meaning;
};

static const struct {
	enum snapshot_meaning meaning;
	const char *text;
} signs[] = {
	{MEANING_GOOD, "done: accepted, logged in"},
	{MEANING_ERROR, "failed: refused, reset"},
	{MEANING_WARNING, "worth a look: temporary refusal, retransmission"},
	{MEANING_NOTICE, "unusual, but works"},
	{MEANING_SECRET, "a secret, masked unless S shows it"},
	{MEANING_MUTED, "cannot be read: encrypted, not captured"},
	{MEANING_CLIENT, "said by the client, who opened the connection"},
	{MEANING_SERVER, "said by the server"},
};

static const struct key_table_row dialog_keys[] = {
	{"Enter", "does what the dialog is for"},
	{"Esc", "closes it and changes nothing"},
	{"Up Down", "the field before or behind; in a prompt what was typed before"},
	{"Left Right", "another choice; in a text one character"},
	{"Tab", "completes a path, or a word of the filter"},
	{"^A ^E", "to the beginning or the end of the text; Home and End do, too"},
	{"^W ^U ^K", "delete the word, all before the cursor, all behind it"},
};

/* Blocks of keys, those of use where one is the first. */
enum block {
	BLOCK_HERE,
	BLOCK_EVERYWHERE,
	BLOCK_DIALOGS,
	BLOCK_ELSEWHERE,
	BLOCKS
};

enum {
	SIGNS = sizeof(signs) / sizeof(signs[0]),
	DIALOG_KEYS = sizeof(dialog_keys) / sizeof(dialog_keys[0]),
	KEYS_SIZE = ACTIONS + DIALOG_KEYS,
};

/* The rows of the blocks, as places in keys.def, then in dialog_keys. */
struct keys {
	uint32_t rows[BLOCKS][KEYS_SIZE];
	uint32_t count[BLOCKS];
	enum block order[BLOCKS];
	uint32_t lines; /* with headings, and blank ones between */
	const char *here;
};

/* What the help lies upon. */
static enum view_id view_below(const struct state *st)
{
	int count = st->above.count;

	if (view_stack_top(&st->above) == VIEW_HELP)
		count--;
	return count > 0 ? st->above.views[count - 1].view : st->focus;
}

static enum block block_of(enum action action, enum view_id here)
{
	for (int view = 0; view < VIEWS; view++)
		if (!keys_applies(action, (enum view_id)view))
			return keys_applies(action, here) ? BLOCK_HERE : BLOCK_ELSEWHERE;
	return BLOCK_EVERYWHERE;
}

static void list_keys(const struct state *st, struct keys *k)
{
	enum view_id here = view_below(st);
	bool is_dialog = st->dialog.is_helped;

	*k = (struct keys){.here = view_get(here)->name,
			   .order = {is_dialog ? BLOCK_DIALOGS : BLOCK_HERE, is_dialog ? BLOCK_HERE : BLOCK_EVERYWHERE,
				     is_dialog ? BLOCK_EVERYWHERE : BLOCK_DIALOGS, BLOCK_ELSEWHERE}};
	for (uint32_t i = 0; i < ACTIONS; i++) {
		enum block block = block_of((enum action)i, here);

		k->rows[block][k->count[block]++] = i;
	}
	for (uint32_t i = 0; i < DIALOG_KEYS; i++)
		k->rows[BLOCK_DIALOGS][k->count[BLOCK_DIALOGS]++] = ACTIONS + i;
	for (int i = 0; i < BLOCKS; i++)
		k->lines += k->count[i] + 2;
}

static uint32_t command_count(void)
{
	uint32_t count = 0;

	while (commands_row(count) != NULL)
		count++;
	return count;
}

static void heading(struct line *out, const char *text)
{
	out->kind = KIND_HEADING;
	snprintf(out->text, sizeof(out->text), "%s", text);
}

static void fill_key(uint32_t number, struct line *out)
{
	const struct key_table_row *row = number < ACTIONS ? key_table_row(number) : &dialog_keys[number - ACTIONS];

	out->kind = KIND_KEY;
	snprintf(out->label, sizeof(out->label), "%s", row->keys);
	snprintf(out->text, sizeof(out->text), "%s", row->help);
}

static void fill_block(const struct keys *k, enum block block, uint32_t number, struct line *out)
{
	char title[64];

	snprintf(title, sizeof(title), "Keys in this view (%s)", k->here);
	if (number == 0)
		heading(out, block == BLOCK_HERE	 ? title
			     : block == BLOCK_EVERYWHERE ? "Keys everywhere"
			     : block == BLOCK_DIALOGS	 ? "Keys in dialogs and prompts"
							 : "Keys elsewhere");
	else if (number <= k->count[block])
		fill_key(k->rows[block][number - 1], out);
}

/* `number`: below k->lines. */
static void fill_keys(const struct keys *k, uint32_t number, struct line *out)
{
	int i = 0;

	while (number >= k->count[k->order[i]] + 2)
		number -= k->count[k->order[i++]] + 2;
	fill_block(k, k->order[i], number, out);
}

static void fill_sign(uint32_t number, struct line *out)
{
	out->kind = KIND_SIGN;
	out->meaning = signs[number].meaning;
	snprintf(out->text, sizeof(out->text), "%s", signs[number].text);
}

static void fill_command(uint32_t number, struct line *out)
{
	const struct command_row *row = commands_row(number);

	out->kind = KIND_COMMAND;
	snprintf(out->label, sizeof(out->label), "%s", row->name);
	snprintf(out->text, sizeof(out->text), "%s: %s (%s)", protocol_row((enum protocol)row->protocol)->label,
		 row->meaning, row->source);
}

/* The keys, the signs, the commands, each under a heading. */
static void fill(const struct state *st, uint32_t number, struct line *out)
{
	struct keys keys;

	list_keys(st, &keys);
	*out = (struct line){.kind = KIND_BLANK};
	if (number < keys.lines) {
		fill_keys(&keys, number, out);
		return;
	}
	number -= keys.lines;
	if (number == 0)
		heading(out, "Signs");
	else if (number <= SIGNS)
		fill_sign(number - 1, out);
	else if (number == SIGNS + 2)
		heading(out, "Commands");
	else if (number > SIGNS + 2)
		fill_command(number - SIGNS - 3, out);
}

static uint32_t line_count(const struct state *st)
{
	struct keys keys;

	list_keys(st, &keys);
	return keys.lines + SIGNS + 3 + command_count();
}

static bool holds(const struct state *st, const struct snapshot *s, uint32_t index, const struct pattern *p)
{
	struct line line;

	(void)s;
	fill(st, index, &line);
	return pattern_finds_text(p, line.label) || pattern_finds_text(p, line.text);
}

static void rows(const struct state *st, const struct snapshot *s, struct view_rows *out)
{
	uint64_t cursor = st->panes[VIEW_HELP].cursor;

	(void)s;
	*out = (struct view_rows){.count = line_count(st)};
	out->total = out->count;
	out->cursor = cursor < out->count ? (uint32_t)cursor : out->count - 1;
}

static void text(const struct state *st, const struct snapshot *s, uint32_t index, struct buffer *out)
{
	struct line l;

	(void)s;
	fill(st, index, &l);
	buffer_printf(out, "%s%s%s", l.label, l.label[0] != '\0' ? "  " : "", l.text);
}

static void draw_row(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line, uint32_t index)
{
	struct line l;

	(void)s;
	fill(st, index, &l);
	line.column += 1;
	line.columns -= 1;
	if (l.kind == KIND_HEADING) {
		grid_put(g, line.column, line.row, line.columns, l.text, STYLE_HEADING);
		return;
	}
	if (l.kind == KIND_SIGN)
		grid_put_sign(g, line.column + 2, line.row, l.meaning);
	grid_put(g, line.column + 2, line.row, LABEL_COLUMNS, l.label, l.kind == KIND_SIGN ? STYLE_PLAIN : STYLE_KEY);
	grid_put(g, line.column + LABEL_COLUMNS + 3, line.row, line.columns - LABEL_COLUMNS - 3, l.text, STYLE_PLAIN);
}

const struct view view_help = {
	.name = "Help",
	.is_reader = true,
	.rows = rows,
	.holds = holds,
	.text = text,
	.draw_row = draw_row,
};
