/* What the row of a timeline says in full, to be copied: a row itself is cut at its width. */
#include <string.h>

#include "base/rowtext.h"
#include "mail/mask.h"
#include "present/rows.h"
#include "present/rows_imap.h"

/* Control characters become visible, so line ends are put by hand. */
static void end_line(char *out, size_t size)
{
	size_t len = strlen(out);

	if (len + 1 < size)
		memcpy(out + len, "\n", 2);
}

/* Each line with its code: "250-PIPELINING". */
static void put_reply(const struct session *s, const struct command *c, const struct reply *r, bool show_secrets,
		      char *out, size_t size)
{
	struct slice rest = reply_said(s, r, show_secrets);
	struct slice line = {0};
	struct slice next = {0};
	bool started = false;
	bool has_more = reply_next_line(&rest, &started, &line);

	rows_imap_put_tag(s, c, out, size);
	do {
		has_more = has_more && reply_next_line(&rest, &started, &next);
		rowtext_append(out, size, reply_code(r));
		if (has_more || line.len > 0)
			rowtext_append(out, size, slice_from_text(has_more ? "-" : " "));
		rowtext_append(out, size, line);
		if (has_more)
			end_line(out, size);
		line = next;
	} while (has_more);
}

static void put_command(const struct session *s, const struct command *c, bool show_secrets, char *out, size_t size)
{
	struct buffer arguments = {0};

	rows_imap_put_tag(s, c, out, size);
	rowtext_append(out, size, command_verb(c));
	mask_arguments(c, show_secrets, &arguments);
	if (arguments.len > 0)
		rowtext_append(out, size, slice_from_text(" "));
	rowtext_append(out, size, buffer_slice(&arguments));
	buffer_fini(&arguments);
}

void rows_said(const struct session_detail *f, struct engine *e, size_t item, bool show_secrets, char *out, size_t size)
{
	const struct session *s = engine_connection(e, f->session)->session;
	const struct detail_item *i = &f->items[item];
	bool is_said = i->kind == FOCUS_COMMAND || i->kind == FOCUS_REPLY;
	const struct command *c = is_said ? session_command(s, i->index) : NULL;
	struct snapshot_timeline_row row;

	out[0] = '\0';
	if (c != NULL && i->kind == FOCUS_REPLY) {
		put_reply(s, c, i->reply, show_secrets, out, size);
	} else if (c != NULL && c->kind != KIND_MESSAGE) {
		put_command(s, c, show_secrets, out, size);
	} else {
		rows_timeline(f, e, item, show_secrets, &row);
		rowtext_append(out, size, slice_from_text(row.text));
	}
}
