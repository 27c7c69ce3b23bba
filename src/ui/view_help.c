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

enum {
	SIGNS = sizeof(signs) / sizeof(signs[0]),
	KEYS_FROM = 1,
	SIGNS_FROM = KEYS_FROM + ACTIONS + 2,
	COMMANDS_FROM = SIGNS_FROM + SIGNS + 2,
};

static uint32_t command_count(void)
{
	uint32_t count = 0;

	while (commands_row(count) != NULL)
		count++;
	return count;
}

/* As long as its tables. */
static uint32_t line_count(void)
{
	return COMMANDS_FROM + command_count();
}

static void heading(struct line *out, const char *text)
{
	out->kind = KIND_HEADING;
	snprintf(out->text, sizeof(out->text), "%s", text);
}

static void fill_key(uint32_t number, struct line *out)
{
	const struct key_table_row *row = key_table_row(number);

	out->kind = KIND_KEY;
	snprintf(out->label, sizeof(out->label), "%s", row->keys);
	snprintf(out->text, sizeof(out->text), "%s", row->help);
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

static void fill(uint32_t number, struct line *out)
{
	*out = (struct line){.kind = KIND_BLANK};
	if (number == 0)
		heading(out, "Keys");
	else if (number < KEYS_FROM + ACTIONS)
		fill_key(number - KEYS_FROM, out);
	else if (number == SIGNS_FROM - 1)
		heading(out, "Signs");
	else if (number >= SIGNS_FROM && number < SIGNS_FROM + SIGNS)
		fill_sign(number - SIGNS_FROM, out);
	else if (number == COMMANDS_FROM - 1)
		heading(out, "Commands");
	else if (number >= COMMANDS_FROM)
		fill_command(number - COMMANDS_FROM, out);
}

static bool holds(const struct state *st, const struct snapshot *s, uint32_t index, const struct pattern *p)
{
	struct line line;

	(void)st;
	(void)s;
	fill(index, &line);
	return pattern_finds_text(p, line.label) || pattern_finds_text(p, line.text);
}

static void rows(const struct state *st, const struct snapshot *s, struct view_rows *out)
{
	uint64_t cursor = st->panes[VIEW_HELP].cursor;

	(void)s;
	*out = (struct view_rows){.count = line_count()};
	out->total = out->count;
	out->cursor = cursor < out->count ? (uint32_t)cursor : out->count - 1;
}

static void text(const struct state *st, const struct snapshot *s, uint32_t index, struct buffer *out)
{
	struct line l;

	(void)st;
	(void)s;
	fill(index, &l);
	buffer_printf(out, "%s%s%s", l.label, l.label[0] != '\0' ? "  " : "", l.text);
}

static void draw_row(const struct state *st, const struct snapshot *s, struct grid *g, struct rect line, uint32_t index)
{
	struct line l;

	(void)st;
	(void)s;
	fill(index, &l);
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
