#include "present/rows_tls.h"

#include <stdio.h>

#include "base/clock.h"
#include "base/rowtext.h"
#include "mail/session_tls.h"
#include "output/tls_words.h"

static void put(char *out, size_t size, const struct buffer *text)
{
	rowtext_append(out, size, buffer_slice(text));
}

void rows_tls_result(const struct session *s, char *out, size_t size)
{
	static const char *const reasons[] = {
		[TLS_READ] = "",
		[TLS_NO_KEY] = ", no key",
		[TLS_NO_HANDSHAKE] = ", no handshake",
		[TLS_SUITE] = ", suite not supported", /* which may not encrypt */
		[TLS_COMPRESSED] = ", compressed",
		[TLS_GAP] = ", bytes lost",
	};
	bool is_half = session_tls_of(s)->is_decrypted &&
		       session_tls_hides(s, SIDE_CLIENT) != session_tls_hides(s, SIDE_SERVER);

	rowtext_printf(out, size, "%s%s%s", is_half ? "half " : "",
		       session_tls_unread(s) == TLS_SUITE ? "not read" : "encrypted", reasons[session_tls_unread(s)]);
}

void rows_tls(const struct session *s, struct snapshot_timeline_row *row)
{
	struct buffer text = {0};

	tls_words_session(s, &text);
	put(row->text, sizeof(row->text), &text);
	buffer_clear(&text);
	tls_words_certificate(s, &text);
	put(row->detail, sizeof(row->detail), &text);
	buffer_fini(&text);
	row->meaning = session_tls_of(s)->alert.side != SIDES ? MEANING_ERROR
		       : session_tls_unread(s) != TLS_READ    ? MEANING_MUTED
							      : MEANING_PLAIN;
}

void rows_tls_step(const struct session *s, size_t step, struct snapshot_timeline_row *row)
{
	const struct session_tls_step *t = &session_tls_of(s)->steps[step];
	struct buffer text = {0};

	tls_words_step(s, t, &text);
	put(row->text, sizeof(row->text), &text);
	buffer_clear(&text);
	if (t->kind == TLS_CERTIFICATE && t->side == SIDE_SERVER)
		tls_words_certificate(s, &text);
	else if (t->is_hidden)
		buffer_append_text(&text, "It was encrypted, and is read with the key");
	put(row->detail, sizeof(row->detail), &text);
	buffer_fini(&text);
	row->arrow = t->side == SIDE_CLIENT ? ARROW_TO_SERVER : ARROW_TO_CLIENT;
	row->meaning = t->kind == TLS_ALERT && t->description != TLS_ALERT_CLOSE_NOTIFY ? MEANING_ERROR : MEANING_MUTED;
	if (step > 0 && session_tls_of(s)->steps[step - 1].side != t->side &&
	    t->stamp.time_ns >= session_tls_of(s)->steps[step - 1].stamp.time_ns)
		row->latency_ns = t->stamp.time_ns - session_tls_of(s)->steps[step - 1].stamp.time_ns;
}
