/*
 * sasl: who logged in, read from a whole SASL exchange (RFC 4422; LOGIN, PLAIN of RFC 4616, CRAM-MD5 of RFC 2195, and
 * for all other mechanisms the lines decoded from base64). Pure.
 */
#ifndef PROTO_SASL_H
#define PROTO_SASL_H

#include "base/buffer.h"
#include "base/side.h"

struct sasl_line {
	enum side from;
	struct slice text; /* base64, "=" (empty) or "*" (cancelled) */
};

struct sasl_login {
	struct buffer user;   /* empty when the exchange stopped before it was sent */
	struct buffer secret; /* password or digest; empty when it was not sent */
	bool has_user;
	bool has_secret;
	bool cancelled;
};

/* `mechanism` in any case. The caller frees with sasl_login_fini. */
void sasl_read_login(struct slice mechanism, const struct sasl_line *lines, size_t line_count,
		     struct sasl_login *login);
void sasl_login_fini(struct sasl_login *login);

/* Appends the decoded bytes of one line to `out`; false when it is not base64 (RFC 4648 section 4, padding required).
 */
bool sasl_decode_line(struct slice text, struct buffer *out);

/* Whether line `number` of the exchange holds a secret in this mechanism. */
bool sasl_line_is_secret(struct slice mechanism, const struct sasl_line *lines, size_t number);

#endif
