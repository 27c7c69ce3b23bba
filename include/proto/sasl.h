/*
 * sasl: who logged in, read from a whole SASL exchange (RFC 4422). Pure.
 *
 * LOGIN, PLAIN (RFC 4616), CRAM-MD5 (RFC 2195), DIGEST-MD5 (RFC 2831), NTLM ([MS-NLMP] after [MS-SMTPNTLM]), SCRAM
 * (RFC 5802), XOAUTH2, OAUTHBEARER (RFC 7628), EXTERNAL and ANONYMOUS (RFC 4505). Of all others only the lines can be
 * decoded.
 */
#ifndef PROTO_SASL_H
#define PROTO_SASL_H

#include "base/buffer.h"
#include "common/side.h"

struct sasl_line {
	enum side from;
	struct slice text; /* base64, "=" (empty) or "*" (cancelled) */
	bool secret;	   /* marked so: no user is read from it by those mechanisms that send him alone */
};

struct sasl_login {
	struct buffer user;   /* empty when the exchange stopped before it was sent */
	struct buffer secret; /* password, token or digest; empty when it was not sent */
	struct buffer realm;  /* DIGEST-MD5's realm, NTLM's domain; empty when there is none */
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

/* How many of the client's first lines hold no secret in this mechanism: a name that may be seen, or nothing. */
uint8_t sasl_shown_lines(struct slice mechanism);

/* Whether what stands where a mechanism is named is one, and may be seen: a password would not look like it. */
bool sasl_is_mechanism(struct slice name);

/* Whether it is the name of a mechanism that is known, in any case. */
bool sasl_knows(struct slice name);

/* Whether the mechanism exchanges tokens, the client's first, as Windows' own do. */
bool sasl_begins_by_client(struct slice mechanism);

/* Whether a server's line asks for a password: "Password:", in base64 or as it is. */
bool sasl_asks_password(struct slice text);

/* Whether a line of the server proves that it knows the password: DIGEST-MD5's rspauth, SCRAM's verifier. Whoever has
 * it can try passwords against it. */
bool sasl_is_proof(struct slice text);

#endif
