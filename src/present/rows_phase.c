#include "present/rows_phase.h"

#include <string.h>

#include "diagnosis/diagnosis.h"

enum {
	ROWS_BEFORE_MAX = 256, /* looked at for the phase before */
};

/* One word for phases that people take for one. */
static const char *const names[PHASES] = {
	[PHASE_CONNECT] = "connect",  [PHASE_GREETING] = "greeting", [PHASE_EHLO] = "hello",
	[PHASE_STARTTLS] = "TLS",     [PHASE_TLS] = "TLS",	     [PHASE_AUTH] = "login",
	[PHASE_MAIL] = "envelope",    [PHASE_RCPT] = "envelope",     [PHASE_DATA] = "data",
	[PHASE_BODY] = "data",	      [PHASE_END_OF_DATA] = "data",  [PHASE_QUIT] = "close",
	[PHASE_LOGIN] = "login",      [PHASE_LISTING] = "list",	     [PHASE_RETRIEVING] = "fetch",
	[PHASE_DELETING] = "delete",  [PHASE_SELECTING] = "select",  [PHASE_SEARCHING] = "search",
	[PHASE_APPENDING] = "append", [PHASE_IDLING] = "idle",
};

static const char *name_of_command(const struct session *s, const struct command *c)
{
	if (c->kind == KIND_COPY)
		return "copy";
	return slice_equals_nocase(command_verb(c), "NOOP") ? NULL : names[phase_of_command(s, c)];
}

/* NULL: the row belongs to whatever phase there is. A reply does: it may come when the next one has begun. */
static const char *phase_of(const struct session *s, const struct detail_item *i)
{
	const struct command *c = NULL;

	switch (i->kind) {
	case FOCUS_CONNECT:
		return s->handshake != SESSION_HANDSHAKE_MIDSTREAM ? names[PHASE_CONNECT] : NULL;
	case FOCUS_WAIT:
		return i->index == SILENCE_BEFORE_GREETING ? names[PHASE_GREETING] : NULL;
	case FOCUS_REPLY:
	case FOCUS_COMMAND:
		c = session_command(s, i->index);
		if (c == NULL || (i->kind == FOCUS_REPLY && c->kind != KIND_GREETING))
			return NULL;
		return name_of_command(s, c);
	case FOCUS_TLS:
		return names[PHASE_TLS];
	case FOCUS_FIN:
	case FOCUS_RST:
		return names[PHASE_QUIT];
	case FOCUS_END:
		return s->handshake != SESSION_HANDSHAKE_FAILED ? names[PHASE_QUIT] : NULL;
	default:
		return NULL;
	}
}

const char *rows_phase(const struct session_detail *f, const struct session *s, size_t item)
{
	const char *name = phase_of(s, &f->items[item]);

	if (name == NULL)
		return NULL;
	for (size_t i = item; i > 0; i--) {
		const char *before = phase_of(s, &f->items[i - 1]);

		if (before != NULL)
			return strcmp(before, name) != 0 ? name : NULL;
		if (item - i >= ROWS_BEFORE_MAX)
			return NULL;
	}
	return name;
}
