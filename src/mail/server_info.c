#include "mail/server_info.h"

#include <assert.h>

#include "mail/mask.h"

struct slice session_banner(const struct session *s)
{
	return slice_sub(buffer_slice(&s->server_info.text), 0, s->server_info.banner_len);
}

struct slice session_helo(const struct session *s)
{
	return slice_sub(buffer_slice(&s->server_info.text), s->server_info.banner_len, s->server_info.helo_len);
}

struct slice session_extensions(const struct session *s)
{
	size_t begin = (size_t)s->server_info.banner_len + s->server_info.helo_len;

	assert(begin <= s->server_info.text.len);
	return slice_after(buffer_slice(&s->server_info.text), begin);
}

/* The three texts lie behind each other. */
static void set_facts(struct session *s, struct slice banner, struct slice helo, struct slice extensions)
{
	struct buffer text = {0};
	struct buffer old = s->server_info.text;

	banner = slice_sub(banner, 0, FACTS_TEXT_MAX);
	helo = slice_sub(helo, 0, FACTS_TEXT_MAX);
	buffer_append(&text, banner);
	buffer_append(&text, helo);
	buffer_append(&text, slice_sub(extensions, 0, FACTS_TEXT_MAX));
	s->server_info = (struct session_server_info){
		.text = text, .banner_len = (uint32_t)banner.len, .helo_len = (uint32_t)helo.len};
	buffer_fini(&old);
}

/* All lines of the reply to EHLO but the first (RFC 5321 section 4.1.1.1). */
static struct slice offered_by(const struct command *c)
{
	struct slice text = reply_text(c->last_reply);

	if (slice_equals_nocase(command_verb(c), "HELO"))
		return slice_of(NULL, 0);
	return slice_after(text, slice_find(text, '\n') + 1);
}

/* How the client called itself. */
static struct slice name_of(const struct command *c)
{
	return slice_sub(command_arguments(c), 0, mask_shown_len(c));
}

void server_info_note(struct session *s, const struct command *c)
{
	bool accepted = c->last_reply != NULL && reply_is_positive(c->last_reply);

	switch ((enum command_kind)c->kind) {
	case KIND_GREETING:
		if (c->last_reply != NULL)
			set_facts(s, reply_text(c->last_reply), session_helo(s), session_extensions(s));
		break;
	case KIND_HELLO:
		if (accepted)
			set_facts(s, session_banner(s), name_of(c), offered_by(c));
		else if (session_helo(s).len == 0)
			set_facts(s, session_banner(s), name_of(c), slice_of(NULL, 0));
		break;
	case KIND_STARTTLS:
	case KIND_XCLIENT:
		if (accepted)
			set_facts(s, session_banner(s), slice_of(NULL, 0), slice_of(NULL, 0));
		break;
	default:
		break;
	}
}

void server_info_note_capabilities(struct session *s, const struct command *c)
{
	struct buffer lines = {.limit = FACTS_TEXT_MAX};

	for (const struct session_line *l = c->extra != NULL ? c->extra->lines : NULL; l != NULL; l = l->next) {
		if (lines.len > 0)
			buffer_append_byte(&lines, '\n');
		buffer_append(&lines, l->secret ? slice_from_text(MASK_TEXT) : l->text);
	}
	set_facts(s, session_banner(s), session_helo(s), buffer_slice(&lines));
	buffer_fini(&lines);
}
