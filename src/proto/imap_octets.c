/* Literals on their way, of either side: counted, and no lines. */
#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "proto/imap.h"

static struct dialogue_event octets_event(const struct talk *t, enum dialogue_event_kind kind, enum side side)
{
	const struct imap_octets *o = &t->d->imap->octets[side];

	return (struct dialogue_event){
		.kind = kind,
		.side = side,
		.index = o->index,
		.begin = o->begin,
		.end = t->d->offset[side],
		.literal_size = o->size,
		.mail_size = imap_octets_so_far(o),
		.missing_len = o->missing_len,
	};
}

static void tell_mail_begin(struct talk *t, enum side side, enum mail_section section, uint64_t origin)
{
	struct dialogue_event event = octets_event(t, DIALOGUE_MAIL_BEGIN, side);

	event.section = section;
	event.origin = origin;
	talk_emit(t, &event);
}

static void tell_mail_end(struct talk *t, enum side side)
{
	struct dialogue_event event = octets_event(t, DIALOGUE_MAIL_RANGE, side);

	if (event.begin < event.end)
		talk_emit(t, &event);
	event.kind = DIALOGUE_MAIL_END;
	event.last = t->d->imap->octets[side].left == 0;
	talk_emit(t, &event);
}

/* Of the client. */
static void tell_literal(struct talk *t)
{
	struct dialogue_imap *imap = t->d->imap;
	const struct imap_octets *o = &imap->octets[SIDE_CLIENT];
	struct dialogue_event event = octets_event(t, DIALOGUE_LITERAL, SIDE_CLIENT);

	event.truncated = o->missing_len > 0 || o->left > 0;
	event.secret = imap->is_secret;
	if (imap->text != NULL && !event.truncated)
		event.text = slice_of(imap->text, imap->text_len);
	event.text_begin = event.begin;
	talk_emit(t, &event);
	free(imap->text);
	imap->text = NULL;
}

static void end_octets(struct talk *t, enum side side)
{
	struct imap_octets *o = &t->d->imap->octets[side];

	if (o->is_mail)
		tell_mail_end(t, side);
	o->is_mail = false;
	if (side == SIDE_CLIENT) {
		tell_literal(t);
		t->d->client_state = TALK_COMMAND;
	} else {
		t->d->server_state = TALK_REPLY;
		imap_go_on_with_answer(t);
	}
}

void imap_begin_octets(struct talk *t, enum side side, uint64_t size, bool is_mail, enum mail_section section,
		       uint64_t origin)
{
	struct dialogue *d = t->d;
	struct imap_octets *o = &d->imap->octets[side];
	uint32_t index = o->index;

	*o = (struct imap_octets){
		.size = size, .left = size, .begin = d->offset[side], .index = index, .is_mail = is_mail};
	if (side == SIDE_CLIENT)
		d->client_state = TALK_OCTETS;
	else
		d->server_state = TALK_SERVER_OCTETS;
	if (is_mail)
		tell_mail_begin(t, side, section, origin);
	else if (side == SIDE_CLIENT && size <= DIALOGUE_LITERAL_MAX)
		d->imap->text = mem_alloc(DIALOGUE_LITERAL_MAX);
	d->imap->text_len = 0;
	if (size == 0)
		end_octets(t, side);
}

static void keep_text(struct dialogue_imap *imap, struct slice piece)
{
	assert(piece.len <= (size_t)(DIALOGUE_LITERAL_MAX - imap->text_len));
	memcpy(imap->text + imap->text_len, piece.data, piece.len);
	imap->text_len = (uint16_t)(imap->text_len + piece.len);
}

size_t imap_take_octets(struct talk *t, enum side side, struct slice in)
{
	struct imap_octets *o = &t->d->imap->octets[side];
	struct slice piece = slice_sub(in, 0, o->left < in.len ? (size_t)o->left : in.len);

	assert(o->left > 0);
	o->left -= piece.len;
	t->d->offset[side] += piece.len;
	t->d->fresh[side] = false;
	if (side == SIDE_CLIENT && t->d->imap->text != NULL)
		keep_text(t->d->imap, piece);
	if (o->left == 0)
		end_octets(t, side);
	return piece.len;
}

uint64_t imap_lose_octets(struct talk *t, enum side side, uint64_t len)
{
	struct imap_octets *o = &t->d->imap->octets[side];

	assert(o->left > 0);
	if (len > o->left)
		len = o->left;
	o->left -= len;
	o->missing_len += len;
	t->d->offset[side] += len;
	if (o->left == 0)
		end_octets(t, side);
	return len;
}

void imap_cut_octets(struct talk *t, enum side side)
{
	if (side == SIDE_CLIENT ? t->d->client_state == TALK_OCTETS : t->d->server_state == TALK_SERVER_OCTETS)
		end_octets(t, side);
}
