#include "mail/session_tls.h"

#include <stdlib.h>

#include "base/mem.h"
#include "common/endpoint.h"

enum {
	STEPS_FEW = 8, /* as many as most handshakes have */
};

void session_tls_free(struct session_tls *t)
{
	if (t == NULL)
		return;
	certificate_cache_release(t->certificate);
	free(t->steps);
	free(t);
}

size_t session_tls_memory(const struct session_tls *t)
{
	size_t size;

	if (t == NULL)
		return 0;
	size = sizeof(*t) + t->step_cap * sizeof(*t->steps);
	if (t->certificate == NULL)
		return size;
	size += sizeof(*t->certificate) + t->certificate->name_count * sizeof(char *);
	for (size_t i = 0; i < t->certificate->name_count; i++)
		size += strlen(t->certificate->names[i]) + 1;
	for (size_t i = 0; i < t->certificate->above_count; i++)
		size += sizeof(char *) + strlen(t->certificate->above[i]) + 1;
	return size;
}

const struct session_tls *session_tls_of(const struct session *s)
{
	static const struct session_tls nothing = {.fits = true, .alert.side = SIDES};

	return s->tls_facts != NULL ? s->tls_facts : &nothing;
}

static struct session_tls *make(struct session *s)
{
	if (s->tls_facts == NULL) {
		s->tls_facts = mem_zalloc(sizeof(*s->tls_facts));
		s->tls_facts->fits = true;
		s->tls_facts->alert.side = SIDES;
	}
	return s->tls_facts;
}

enum tls_unread session_tls_unread(const struct session *s)
{
	const struct session_tls *t = session_tls_of(s);

	return t->unread[SIDE_CLIENT] != TLS_READ ? t->unread[SIDE_CLIENT] : t->unread[SIDE_SERVER];
}

bool session_tls_hides(const struct session *s, enum side side)
{
	return session_tls_of(s)->unread[side] != TLS_READ;
}

bool session_tls_is_opaque(const struct session *s)
{
	return s->tls && (!session_tls_of(s)->is_decrypted || session_tls_unread(s) != TLS_READ);
}

static struct slice keep_name(struct session *s, const char *name)
{
	return arena_copy(&s->arena, slice_sub(slice_from_text(name), 0, SESSION_TLS_NAME_MAX));
}

/* A hello of a renegotiation says nothing new of who is there. */
static void take_client_hello(struct session *s, struct session_tls *t, const struct tls_event *event)
{
	if (!event->is_again && t->name.len == 0 && event->name[0] != '\0')
		t->name = keep_name(s, event->name);
}

static void take_protocol(struct session *s, struct session_tls *t, const struct tls_event *event)
{
	if (event->protocol[0] != '\0' && t->protocol.len == 0)
		t->protocol = keep_name(s, event->protocol);
}

static void take_server_hello(struct session *s, struct session_tls *t, const struct tls_event *event)
{
	t->version = event->version;
	t->suite = event->suite;
	if (!event->is_again)
		t->is_resumed = event->is_resumed;
	take_protocol(s, t, event);
}

/* A name is no address (RFC 6066 section 3); where one is asked for all the same, that is no name to compare. */
static bool is_address(struct slice name)
{
	struct endpoint unused;

	return endpoint_read_address(&unused, name);
}

static void take_certificate(struct session_tls *t, const struct tls_event *event,
			     struct certificate_cache *certificates)
{
	char name[SESSION_TLS_NAME_MAX + 1];

	if (event->side == SIDE_CLIENT) {
		t->is_mutual = t->is_mutual || event->chain_len > 0;
		return;
	}
	if (t->certificate != NULL || event->chain_len == 0)
		return;
	t->certificate = certificate_cache_get(certificates, event->chain, event->chain_len);
	if (t->certificate == NULL || t->name.len == 0)
		return;
	memcpy(name, t->name.data, t->name.len);
	name[t->name.len] = '\0';
	t->fits = is_address(t->name) || certificate_cache_fits(certificates, event->chain[0], name);
}

/* The first fatal one counts; a goodbye counts as none. */
static void take_alert(struct session_tls *t, const struct tls_event *event)
{
	if (event->description == TLS_ALERT_CLOSE_NOTIFY || event->description == TLS_ALERT_USER_CANCELED ||
	    event->level != TLS_ALERT_FATAL || t->alert.side != SIDES)
		return;
	t->alert = (struct session_tls_alert){.side = event->side, .description = event->description};
}

static bool is_step(const struct tls_event *event)
{
	switch (event->kind) {
	case TLS_CLIENT_HELLO:
	case TLS_SERVER_HELLO:
	case TLS_EXTENSIONS:
	case TLS_CERTIFICATE:
	case TLS_CERTIFICATE_REQUEST:
	case TLS_FINISHED:
	case TLS_TICKET:
	case TLS_KEY_UPDATE:
	case TLS_ALERT:
	case TLS_ALERT_HIDDEN:
		return true;
	case TLS_CHANGE_CIPHER:
	case TLS_DATA:
	case TLS_TEXT:
	case TLS_MISSING:
	case TLS_UNREAD:
		break;
	}
	return false;
}

static void add_step(struct session_tls *t, const struct tls_event *event, const struct stamp *at, uint64_t offset)
{
	if (t->step_count == SESSION_TLS_STEPS_MAX)
		return;
	t->steps = mem_grow_from(t->steps, &t->step_cap, t->step_count + 1, sizeof(*t->steps), STEPS_FEW);
	t->steps[t->step_count++] = (struct session_tls_step){.kind = event->kind,
							      .side = event->side,
							      .description = event->description,
							      .is_hidden = event->is_hidden,
							      .is_again = event->is_again,
							      .has_retry = event->has_retry,
							      .stamp = *at,
							      .offset = offset};
}

void session_tls_take(struct session *s, const struct tls_event *event, const struct stamp *at, uint64_t offset,
		      struct certificate_cache *certificates)
{
	struct session_tls *t = make(s);

	t->is_decrypted = t->is_decrypted || event->is_hidden;
	if (is_step(event))
		add_step(t, event, at, offset);
	switch (event->kind) {
	case TLS_CLIENT_HELLO:
		take_client_hello(s, t, event);
		break;
	case TLS_SERVER_HELLO:
		take_server_hello(s, t, event);
		break;
	case TLS_EXTENSIONS:
		take_protocol(s, t, event);
		break;
	case TLS_CERTIFICATE:
		take_certificate(t, event, certificates);
		break;
	case TLS_ALERT:
		take_alert(t, event);
		break;
	case TLS_TEXT:
		t->is_decrypted = true;
		break;
	case TLS_UNREAD:
		if (t->unread[event->side] == TLS_READ)
			t->unread[event->side] = event->why;
		t->lost_len += event->why == TLS_GAP ? event->len : 0;
		break;
	case TLS_CERTIFICATE_REQUEST:
	case TLS_FINISHED:
	case TLS_TICKET:
	case TLS_KEY_UPDATE:
	case TLS_CHANGE_CIPHER:
	case TLS_ALERT_HIDDEN:
	case TLS_DATA:
	case TLS_MISSING:
		break;
	}
}

void session_tls_go_on(struct session *s, const struct session_tls *before)
{
	struct session_tls *t = make(s);
	struct session_tls_step *steps = t->steps;
	size_t cap = t->step_cap;

	*t = *before;
	t->steps = steps;
	t->step_cap = cap;
}
