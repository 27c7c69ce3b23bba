/*
 * session_tls: what TLS told of a session: what was agreed on, who the server says it is, how the handshake went, and
 * whether what was said in it can be read. Part of the session, worker thread.
 */
#ifndef MAIL_SESSION_TLS_H
#define MAIL_SESSION_TLS_H

#include "mail/session.h"
#include "tls/certificate_cache.h"
#include "tls/tls_event.h"

enum {
	SESSION_TLS_STEPS_MAX = 24, /* the first of a session */
	SESSION_TLS_NAME_MAX = 255,
};

/* A step of the handshake, for the timeline. */
struct session_tls_step {
	enum tls_event_kind kind : 8;
	enum side side : 8;
	uint8_t description; /* of an alert */
	bool is_hidden;	     /* it was encrypted */
	bool is_again;	     /* of a renegotiation */
	bool has_retry;
	struct stamp stamp;
	uint64_t offset; /* of its record, in the side's stream on the wire */
};

/* The first fatal one; side SIDES: there was none. */
struct session_tls_alert {
	enum side side;
	uint8_t description;
};

struct session_tls {
	uint16_t version; /* 0: not known */
	uint16_t suite;	  /* 0: likewise */
	bool is_resumed;
	bool is_decrypted; /* something was read */
	bool is_mutual;	   /* the client showed a certificate, too */
	enum tls_unread unread[SIDES];
	uint64_t lost_len;		       /* bytes behind which nothing can be read: TLS_GAP */
	struct slice name;		       /* that the client asked for */
	struct slice protocol;		       /* by ALPN */
	const struct certificate *certificate; /* the server's; NULL: not seen */
	bool fits;			       /* `certificate`: the name asked for; also where none was */
	struct session_tls_alert alert;
	struct session_tls_step *steps;
	size_t step_count;
	size_t step_cap;
};

/* Takes what TLS tells; `at`: its last byte; `offset`: of its record in the side's stream. */
void session_tls_take(struct session *s, const struct tls_event *event, const struct stamp *at, uint64_t offset,
		      struct certificate_cache *certificates);

/* Empty where TLS told nothing. */
const struct session_tls *session_tls_of(const struct session *s);

/* Why the session is not read, whole or in part; TLS_READ: it is, or there is no TLS. */
enum tls_unread session_tls_unread(const struct session *s);

/* Whether something that this side said in TLS cannot be read. */
bool session_tls_hides(const struct session *s, enum side side);

/* Whether it is encrypted, and what was said in it cannot be read, or not all of it. */
bool session_tls_is_opaque(const struct session *s);

/* A session that had ended without its key goes on: what was told since it was as `before` is taken back. */
void session_tls_go_on(struct session *s, const struct session_tls *before);

void session_tls_free(struct session_tls *t);
size_t session_tls_memory(const struct session_tls *t);

#endif
