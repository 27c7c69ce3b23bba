#include "mail/session_imap.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/utf7.h"
#include "mail/imap_state.h"

struct session_imap *session_imap_make(struct session *s)
{
	if (s->imap == NULL)
		s->imap = mem_zalloc(sizeof(*s->imap));
	return s->imap;
}

static void free_mails(struct imap_mails *mails)
{
	if (mails == NULL)
		return;
	imap_sizes_fini(&mails->sizes);
	free(mails->parts.list);
	free(mails);
}

void session_imap_free(struct session_imap *imap)
{
	if (imap == NULL)
		return;
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		buffer_fini(&imap->programs[side].name);
		buffer_fini(&imap->programs[side].version);
		buffer_fini(&imap->programs[side].vendor);
	}
	buffer_fini(&imap->mailbox);
	buffer_fini(&imap->line);
	free_mails(imap->mails);
	free(imap->idles);
	free(imap);
}

static size_t mails_memory(const struct imap_mails *mails)
{
	return mails == NULL ? 0
			     : sizeof(*mails) + imap_sizes_memory(&mails->sizes) +
				       mails->parts.cap * sizeof(*mails->parts.list);
}

size_t session_imap_memory(const struct session_imap *imap)
{
	size_t sum = 0;

	if (imap == NULL)
		return 0;
	for (enum side side = SIDE_CLIENT; side < SIDES; side++)
		sum += imap->programs[side].name.cap + imap->programs[side].version.cap +
		       imap->programs[side].vendor.cap;
	return sizeof(*imap) + sum + imap->mailbox.cap + imap->line.cap + mails_memory(imap->mails) +
	       (imap->idles != NULL ? IMAP_IDLES_MAX * sizeof(*imap->idles) : 0);
}

bool session_imap_is_open(const struct session *s)
{
	const struct imap_mails *mails = s->imap != NULL ? s->imap->mails : NULL;

	return mails != NULL && (mails->answer.first != NULL || mails->waiting.first != NULL || mails->parts.count > 0);
}

void session_imap_forget(struct session *s)
{
	struct imap_mails *mails = s->imap != NULL ? s->imap->mails : NULL;

	assert(!session_imap_is_open(s));
	if (mails == NULL)
		return;
	mails->spare = NULL;
	mails->early = NULL;
	mails->mailbox = slice_of(NULL, 0);
}

void session_imap_append_name(const struct session *s, struct slice name, struct buffer *out)
{
	name = slice_sub(name, 0, IMAP_NAME_MAX);
	if ((s->imap != NULL && s->imap->is_utf8) || !utf7_decode(name, out))
		buffer_append(out, name);
}

const struct command_imap *session_imap_command(const struct command *c)
{
	return c->extra != NULL ? c->extra->imap : NULL;
}

const struct mail_imap *session_imap_mail(const struct mail *m)
{
	return m->imap;
}

bool session_imap_is_part(const struct mail *m)
{
	return m->imap != NULL && m->imap->section == IMAP_SECTION_CHUNKS && m->data_ended && !m->complete;
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

static uint64_t earlier(uint64_t needed, const struct mail *m)
{
	return m->data_begin < needed ? m->data_begin : needed;
}

uint64_t session_imap_needed(const struct session *s)
{
	struct imap_mails *mails = s->imap != NULL ? s->imap->mails : NULL;
	uint64_t needed = UINT64_MAX;

	if (mails == NULL)
		return needed;
	for (size_t i = 0; i < mails->parts.count; i++)
		needed = earlier(needed, mails->parts.list[i].mail);
	if (mails->answer.first != NULL) /* they began in this order */
		needed = earlier(needed, mails->answer.first);
	while (mails->early != NULL && mails->early->reported)
		mails->early = mails->early->imap->next_early;
	for (const struct mail *m = mails->early; m != NULL; m = m->imap->next_early)
		needed = m->reported ? needed : earlier(needed, m);
	return needed;
}
