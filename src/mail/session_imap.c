#include "mail/session_imap.h"

#include <assert.h>

const struct command_imap *session_imap_command(const struct command *c)
{
	return c->extra != NULL ? c->extra->imap : NULL;
}

const struct mail_imap *session_imap_mail(const struct mail *m)
{
	return m->imap;
}

const struct session_imap *session_imap(const struct session *s)
{
	return s->imap;
}

struct slice session_imap_tag(const struct command *c)
{
	const struct command_imap *imap = session_imap_command(c);

	return imap != NULL ? imap->tag : slice_of(NULL, 0);
}

int64_t session_imap_asked_ns(const struct command *c)
{
	const struct command_imap *imap = session_imap_command(c);

	return imap != NULL && imap->done.packet != 0 ? imap->done.time_ns : c->time_ns;
}

const struct imap_idle *session_imap_idle_at(const struct session *s, uint32_t number)
{
	const struct session_imap *imap = s->imap;

	if (imap == NULL || number >= imap->idle_count || imap->idle_count - number > IMAP_IDLES_MAX)
		return NULL;
	return &imap->idles[number % IMAP_IDLES_MAX];
}

const char *session_imap_section_name(enum imap_section section)
{
	static const char *const names[] = {
		[IMAP_SECTION_NONE] = NULL,	  [IMAP_SECTION_WHOLE] = "BODY[]",
		[IMAP_SECTION_RFC822] = "RFC822", [IMAP_SECTION_CHUNKS] = "BODY[]<>",
		[IMAP_SECTION_HEADER] = "HEADER", [IMAP_SECTION_HEADER_AND_TEXT] = "HEADER+TEXT",
	};

	assert(section <= IMAP_SECTION_HEADER_AND_TEXT);
	return names[section];
}
