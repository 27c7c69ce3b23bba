#include "engine/tls_meta.h"

#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/clock.h"
#include "base/mem.h"
#include "diagnosis/diagnosis.h"
#include "proto/tls_record.h"

struct tls_meta {
	struct tls_record record[SIDES];
	uint64_t offset[SIDES]; /* of the next byte to read */
	bool has_begun[SIDES];
	char wanted[TLS_NAME_SIZE]; /* the name that the client asked for */
};

struct reading {
	struct connection *connection;
	struct tls_meta *tls_meta;
};

void tls_meta_free(struct tls_meta *h)
{
	free(h);
}

static int64_t time_of(const ASN1_TIME *time)
{
	struct tm tm;

	if (time == NULL || ASN1_TIME_to_tm(time, &tm) != 1)
		return 0;
	return (int64_t)timegm(&tm) * CLOCK_NS_PER_S;
}

static void read_certificate(const struct reading *r, struct slice der, const struct stamp *at)
{
	const unsigned char *bytes = der.data;
	X509 *x = d2i_X509(NULL, &bytes, (long)der.len);
	const char *wanted = r->tls_meta->wanted;
	struct diagnosis_certificate c = {.wanted = wanted, .fits = true};

	if (x == NULL)
		return;
	c.not_before_ns = time_of(X509_get0_notBefore(x));
	c.not_after_ns = time_of(X509_get0_notAfter(x));
	if (wanted[0] != '\0')
		c.fits = X509_check_host(x, wanted, 0, 0, NULL) == 1;
	X509_NAME_get_text_by_NID(X509_get_subject_name(x), NID_commonName, c.name, sizeof(c.name));
	diagnosis_certificate(r->connection->session, &c, at);
	X509_free(x);
}

static void take_event(void *ctx, const struct tls_event *event)
{
	const struct reading *r = ctx;
	struct session *s = r->connection->session;
	const struct extents *x = connection_wire(r->connection, event->side);
	size_t last = extents_find(x, s->tls_begin[event->side] + event->end - 1);
	struct stamp at = r->connection->now;

	if (last < x->count)
		at = (struct stamp){.time_ns = x->items[last].time_ns, .packet = x->items[last].packet};
	if (event->kind == TLS_CLIENT_HELLO)
		memcpy(r->tls_meta->wanted, event->name, strlen(event->name) + 1);
	if (event->kind == TLS_CERTIFICATE && event->side == SIDE_SERVER)
		read_certificate(r, event->bytes, &at);
	else
		diagnosis_tls(s, event, &at);
}

static void read_side(struct reading *r, enum side side, const struct store *store)
{
	struct connection *v = r->connection;
	struct tls_meta *h = r->tls_meta;
	const struct extents *x = connection_wire(v, side);

	if (v->session->tls_begin[side] == UINT64_MAX)
		return;
	if (!h->has_begun[side]) {
		h->has_begun[side] = true;
		h->offset[side] = v->session->tls_begin[side];
		tls_record_init(&h->record[side], side);
	}
	for (size_t i = extents_find(x, h->offset[side]); i < x->count; i++) {
		const struct extent *e = &x->items[i];
		uint64_t within = h->offset[side] > e->offset ? h->offset[side] - e->offset : 0;

		h->offset[side] = e->offset + e->len;
		if (e->place == EXTENT_MISSING || !store_has(store, e->place, e->len))
			tls_record_gap(&h->record[side]);
		else
			tls_record_feed(&h->record[side], store_bytes(store, e->place + within, e->len - within),
					take_event, r);
	}
}

void tls_meta_read(struct connection *v, const struct store *store)
{
	struct reading r = {.connection = v};

	if (v->tls_meta == NULL)
		v->tls_meta = mem_zalloc(sizeof(*v->tls_meta));
	r.tls_meta = v->tls_meta;
	read_side(&r, SIDE_CLIENT, store);
	read_side(&r, SIDE_SERVER, store);
}
