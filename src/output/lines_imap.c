#include "output/lines_imap.h"

#include <inttypes.h>

#include "base/clock.h"
#include "base/text.h"

void lines_imap_untagged(struct buffer *out, const struct command *c, const char *before, const char *after)
{
	const struct command_imap *imap = session_imap_command(c);

	if (imap == NULL)
		return;
	if (c->kind == KIND_UNSOLICITED && imap->data != NULL) { /* the number before its name */
		buffer_append_text(out, before);
		text_append_visible(out, imap->data->text);
		buffer_append_text(out, after);
	}
	if (imap->untagged == NULL)
		return;
	buffer_append_text(out, before);
	for (const struct imap_count *u = imap->untagged; u != NULL; u = u->next)
		buffer_printf(out, "%s%" PRIu32 " %s", u == imap->untagged ? "" : ", ", u->count, u->name);
	buffer_append_text(out, after);
}

void lines_imap_place(struct buffer *out, const struct mail *m, const char *before)
{
	const struct mail_imap *imap = session_imap_mail(m);
	const char *separator = before;

	if (imap == NULL)
		return;
	if (imap->mailbox.data != NULL) {
		buffer_printf(out, "%sin ", separator);
		text_append_visible(out, imap->mailbox);
		separator = ", ";
	}
	if (imap->uid != 0) {
		buffer_printf(out, "%suid %" PRIu32, separator, imap->uid);
		separator = ", ";
	}
	if (imap->flags.len > 0) {
		buffer_printf(out, "%sflags ", separator);
		text_append_visible(out, imap->flags);
	}
}

static void put_mailbox(struct buffer *out, const struct session_imap *imap)
{
	buffer_append_text(out, "  mailbox: ");
	if (imap->mailbox.len > 0) {
		text_append_visible(out, buffer_slice(&imap->mailbox));
		buffer_append_text(out, ", ");
	}
	if (imap->box.has_exists)
		buffer_printf(out, "%" PRIu32 " message%s, ", imap->box.exists, imap->box.exists == 1 ? "" : "s");
	if (imap->box.uid_validity != 0)
		buffer_printf(out, "UIDVALIDITY %" PRIu32 ", ", imap->box.uid_validity);
	buffer_printf(out,
		      "%" PRIu32 " fetched, %" PRIu32 " appended, %" PRIu32 " expunged, %" PRIu32 " with other flags\n",
		      imap->fetched, imap->appended, imap->expunged, imap->flags_changed);
}

static void put_program(struct buffer *out, const char *whose, const struct imap_program *p)
{
	const struct buffer *const texts[] = {&p->name, &p->version, &p->vendor};

	if (p->name.len + p->version.len + p->vendor.len == 0)
		return;
	buffer_printf(out, "  %s program:", whose);
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (texts[i]->len == 0)
			continue;
		buffer_append_text(out, texts[i] == &p->vendor ? " of " : " ");
		text_append_visible(out, buffer_slice(texts[i]));
	}
	buffer_append_byte(out, '\n');
}

void lines_imap_session(struct buffer *out, const struct session *s)
{
	const struct session_imap *imap = session_imap(s);

	if (imap == NULL)
		return;
	put_program(out, "client's", &imap->programs[SIDE_CLIENT]);
	put_program(out, "server's", &imap->programs[SIDE_SERVER]);
	if (imap->selected > 0 || imap->appended > 0)
		put_mailbox(out, imap);
	if (imap->idle_count > 0)
		buffer_printf(out, "  idle: %" PRIu32 " time%s, %.3f s\n", imap->idle_count,
			      imap->idle_count == 1 ? "" : "s", (double)imap->idle_ns / (double)CLOCK_NS_PER_S);
	if (imap->compressed)
		buffer_append_text(out, "  compressed\n");
}
