#include "ui/unread.h"

#include <stdio.h>

#include "ui/format.h"
#include "ui/style.h"

enum {
	MARGIN = 2,
	INDENT = 4, /* of a line to be set */
};

void unread_say(char *out, size_t size, const struct snapshot_unread *unread)
{
	char number[FORMAT_SIZE];

	format_count(number, unread->sessions);
	snprintf(out, size, "%s session%s cannot be read for want of a key.", number, unread->sessions == 1 ? "" : "s");
}

static void put(struct grid *g, struct rect *rect, const char *text, int indent, enum snapshot_meaning meaning)
{
	int columns = rect->columns - MARGIN - 1 - indent;

	while (*text != '\0' && rect->rows > 0 && columns > 0) {
		size_t len = format_line_len(text, (size_t)columns);
		char line[SNAPSHOT_LINE_SIZE];

		snprintf(line, sizeof(line), "%.*s", (int)len, text);
		grid_put(g, rect->column + MARGIN + indent, rect->row, columns, line, style_of(meaning));
		rect->row++;
		rect->rows--;
		text += len;
		text += strspn(text, " ");
	}
}

void unread_draw(const struct snapshot *s, struct grid *g, struct rect rect)
{
	const struct snapshot_unread *unread = &s->about.unread;
	char text[96];

	if (unread->sessions == 0)
		return;
	unread_say(text, sizeof(text), unread);
	put(g, &rect, text, 0, MEANING_NOTICE);
	for (size_t i = 0; i < SNAPSHOT_UNREAD_LINES; i++)
		put(g, &rect, unread->lines[i], i > 0 ? INDENT : 0, MEANING_PLAIN);
}
