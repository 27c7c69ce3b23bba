#include "mail/server_info.h"

#include <assert.h>
#include <stdlib.h>

#include "base/mem.h"
#include "mail/mask.h"

static struct slice text_of(const struct session *s)
{
	return slice_of(s->server_info.text, s->server_info.len);
}

struct slice session_banner(const struct session *s)
{
	return slice_sub(text_of(s), 0, s->server_info.banner_len);
}

struct slice session_helo(const struct session *s)
{
	return slice_sub(text_of(s), s->server_info.banner_len, s->server_info.helo_len);
}

struct slice session_extensions(const struct session *s)
{
	size_t begin = (size_t)s->server_info.banner_len + s->server_info.helo_len;

	assert(begin <= s->server_info.len);
	return slice_after(text_of(s), begin);
}

/* The three texts lie behind each other. */
static void set_facts(struct session *s, struct slice banner, struct slice helo, struct slice extensions)
{
	struct slice parts[] = {slice_sub(banner, 0, FACTS_TEXT_MAX), slice_sub(helo, 0, FACTS_TEXT_MAX),
				slice_sub(extensions, 0, FACTS_TEXT_MAX)};
	size_t len = parts[0].len + parts[1].len + parts[2].len;
	uint8_t *text = len > 0 ? mem_alloc(len) : NULL;
	size_t used = 0;

	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		if (parts[i].len > 0)
			memcpy(text + used, parts[i].data, parts[i].len);
		used += parts[i].len;
	}
	free(s->server_info.text); /* parts may lie in it */
	s->server_info = (struct session_server_info){.text = text,
						      .len = (uint32_t)len,
						      .banner_len = (uint32_t)parts[0].len,
						      .helo_len = (uint32_t)parts[1].len};
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

void server_info_note_extensions(struct session *s, struct slice lines)
{
	set_facts(s, session_banner(s), session_helo(s), lines);
}
