/* Commands that wait for their replies, with tags or without; each byte is a step. A reply is always that of one which
 * waits. */
#include <assert.h>

#include "proto/dialogue.h"
#include "proto/pending.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static bool may_answer(enum verb verb, const struct reply *reply)
{
	return (verb + reply->code.data[0] + reply->code.data[1]) % 3 != 0;
}

static struct slice tag_of(uint8_t byte)
{
	static const char tags[] = "a1a2b1b2";

	return slice_of(tags + (byte >> 6) * 2, byte >> 5 & 1 ? 2 : 1);
}

static void push(struct dialogue *d, uint8_t byte)
{
	static const enum verb verbs[] = {VERB_GREETING, VERB_MAIL, VERB_DATA, VERB_UNKNOWN};
	static const uint8_t flags[] = {0, PENDING_EMPTY, PENDING_BEHIND_HOLE, PENDING_DOUBTFUL};
	uint32_t index = d->next_index++;

	if (protocol_has(d->protocol, PROTOCOL_TAGGED))
		pending_push_tagged(d, index, verbs[byte & 3], flags[byte >> 2 & 3], tag_of(byte));
	else
		pending_push(d, index, verbs[byte & 3], flags[byte >> 2 & 3]);
	assert(pending_head(d) != NULL && d->pending_count <= d->pending_max);
}

static void settle(struct dialogue *d, uint8_t byte)
{
	uint32_t index;
	struct dialogue_pending *p = pending_find(d, tag_of(byte), &index);

	assert(p == NULL || index < d->next_index);
	if (p != NULL)
		pending_settle(d, p);
}

static void answer(struct dialogue *d, uint8_t byte)
{
	static const char *const codes[] = {"250", "354", "221", "500", "-ERR", "+OK", "503", "+"};
	const struct reply reply = {.code = slice_from_text(codes[byte & 7])};
	struct dialogue_pending *p;

	pending_is_overtaken(d);
	p = pending_match(d, &reply, may_answer);
	assert(p == NULL || p == pending_head(d));
	if (p != NULL)
		pending_pop(d);
}

/* So many bytes of the client. */
static void lose(struct dialogue *d, uint8_t len)
{
	d->hole_before = d->has_hole = true;
	d->unseen_len += len;
}

/* The two lowest bits tell what; the others of what kind. The first byte names the protocol. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const enum protocol protocols[] = {PROTOCOL_SMTP, PROTOCOL_POP3, PROTOCOL_IMAP};
	struct dialogue d;

	dialogue_init(&d, protocols[size > 0 ? data[0] % 3 : 0], false);
	for (size_t i = 1; i < size; i++) {
		uint8_t kind = data[i] >> 2;

		switch (data[i] & 3) {
		case 0:
		case 1:
			push(&d, (uint8_t)(kind | (data[i] & 1) << 7));
			break;
		case 2:
			answer(&d, kind);
			break;
		default:
			if (kind & 1)
				pending_doubt(&d);
			else if (kind & 2)
				pending_trust(&d);
			else if (protocol_has(d.protocol, PROTOCOL_TAGGED))
				settle(&d, (uint8_t)(kind << 2));
			else
				lose(&d, kind);
			break;
		}
		assert(!pending_is_full(&d) || d.pending_count == d.pending_max);
	}
	pending_fini(&d);
	return 0;
}
