#include "proto/imap_state.h"

#include <stdlib.h>

#include "base/mem.h"
#include "proto/talk.h"

struct dialogue_imap *imap_state(struct dialogue *d)
{
	if (d->imap == NULL)
		d->imap = mem_zalloc(sizeof(*d->imap));
	return d->imap;
}

void imap_state_fini(struct dialogue *d)
{
	if (d->imap != NULL)
		free(d->imap->text);
	free(d->imap);
	d->imap = NULL;
}

void imap_state_copy(struct dialogue *d)
{
	const struct dialogue_imap *from = d->imap;

	if (from == NULL)
		return;
	d->imap = mem_alloc(sizeof(*d->imap));
	*d->imap = *from;
	if (from->text == NULL)
		return;
	d->imap->text = mem_alloc(DIALOGUE_LITERAL_MAX);
	memcpy(d->imap->text, from->text, from->text_len);
}

size_t imap_state_memory(const struct dialogue *d)
{
	if (d->imap == NULL)
		return 0;
	return sizeof(*d->imap) + (d->imap->text != NULL ? DIALOGUE_LITERAL_MAX : 0);
}

bool imap_state_is_secret(const struct dialogue *d)
{
	return d->imap != NULL && d->imap->is_open && d->imap->is_secret;
}

bool imap_state_is_in_mail(const struct dialogue *d)
{
	return d->client_state == TALK_OCTETS && d->imap->octets[SIDE_CLIENT].is_mail;
}
