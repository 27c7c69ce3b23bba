/*
 * tls_words: what is known of a session's TLS, in words: for the screen, -N and the report.
 */
#ifndef OUTPUT_TLS_WORDS_H
#define OUTPUT_TLS_WORDS_H

#include "base/buffer.h"
#include "mail/session_tls.h"

/* "TLS 1.3, TLS_AES_256_GCM_SHA384, for mx.example.com; read with its key". */
void tls_words_session(const struct session *s, struct buffer *out);
/* Why a session, or the rest of it, cannot be read: "there is no key for it"; nothing where it can. */
void tls_words_unread(const struct session *s, struct buffer *out);
/* Who the server says it is, who says so too, and since when until when; nothing where that was not seen. */
void tls_words_certificate(const struct session *s, struct buffer *out);
/* "ServerHello: TLS 1.3, TLS_AES_256_GCM_SHA384". */
void tls_words_step(const struct session *s, const struct session_tls_step *step, struct buffer *out);

#endif
