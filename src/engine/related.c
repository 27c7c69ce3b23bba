#include "engine/related.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "diagnosis/diagnosis.h"
#include "packet/icmp.h"
#include "proto/dns.h"

enum {
	REVERSED_SIZE = 65, /* 32 digits, 32 dots */
};

/* A question and when it was answered; of an ident probe the name is empty. */
struct question {
	struct stamp asked;
	struct stamp answered; /* packet 0: not yet */
	struct segment_address who;
	struct segment_address whom; /* ident: the client; DNS: the resolver */
	uint16_t port;		     /* of who asked */
	uint8_t observer;
	uint16_t id;
	char name[RELATED_TRAFFIC_NAME_SIZE];
};

/* A SYN to a port of mail: which answer would fit. */
struct opening {
	struct flow_endpoint client;
	struct flow_endpoint server;
	uint32_t next_seq;
	struct segment_space space;
};

struct related {
	struct question dns[RELATED_MAX];
	struct question ident[RELATED_MAX];
	struct opening openings[RELATED_MAX];
	size_t dns_count; /* ever */
	size_t ident_count;
	size_t opening_count;
};

struct related *related_new(void)
{
	return mem_zalloc(sizeof(struct related));
}

void related_free(struct related *n)
{
	free(n);
}

static bool same_address(const struct segment_address *a, const struct segment_address *b)
{
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes)) == 0;
}

/* Whether it was captured where the segment was. */
static bool is_near(const struct question *q, const struct tcp_segment *s)
{
	return q->observer == s->observer;
}

static size_t kept(size_t count)
{
	return count < RELATED_MAX ? count : RELATED_MAX;
}

/* What other traffic tells of the session that the flow is; NULL when it is none. */
static struct related_traffic *related_traffic_of(const struct flow *f)
{
	struct connection *v = f != NULL ? f->owner : NULL;

	return v != NULL ? diagnosis_related_traffic(v->session) : NULL;
}

/* ---- TCP ---- */

static void note_opening(struct related *n, const struct tcp_segment *s)
{
	n->openings[n->opening_count++ % RELATED_MAX] =
		(struct opening){.client = {.address = s->source, .port = s->source_port},
				 .server = {.address = s->destination, .port = s->destination_port},
				 .next_seq = s->seq + 1,
				 .space = segment_space(s)};
}

/* The same ports and the number that the SYN asked for, but another address. */
static void note_answer(struct related *n, struct flow_table *table, const struct tcp_segment *s,
			const struct stamp *now)
{
	for (size_t i = 0; i < kept(n->opening_count); i++) {
		const struct opening *o = &n->openings[i];
		struct related_traffic *related;

		if (o->client.port != s->destination_port || o->server.port != s->source_port ||
		    o->next_seq != s->ack || !segment_same_space(o->space, segment_space(s)) ||
		    !same_address(&o->client.address, &s->destination) || same_address(&o->server.address, &s->source))
			continue;
		related = related_traffic_of(flow_table_find(table, &o->client, &o->server, o->space));
		if (related == NULL || related->foreign_packet != 0)
			continue;
		related->foreign_packet = now->packet;
		memcpy(related->foreign, s->source.bytes, sizeof(related->foreign));
	}
}

static struct question asked_now(const struct tcp_segment *s, const struct stamp *now)
{
	return (struct question){.asked = *now,
				 .who = s->source,
				 .whom = s->destination,
				 .port = s->source_port,
				 .observer = s->observer};
}

static void note_probe(struct related *n, const struct tcp_segment *s, const struct stamp *now)
{
	for (size_t i = 0; i < kept(n->ident_count); i++)
		if (is_near(&n->ident[i], s) && n->ident[i].port == s->source_port &&
		    same_address(&n->ident[i].who, &s->source))
			return; /* the same again */
	n->ident[n->ident_count++ % RELATED_MAX] = asked_now(s, now);
}

static void note_probe_answer(struct related *n, const struct tcp_segment *s, const struct stamp *now)
{
	for (size_t i = 0; i < kept(n->ident_count); i++) {
		struct question *q = &n->ident[i];

		if (is_near(q, s) && q->port == s->destination_port && same_address(&q->who, &s->destination) &&
		    q->answered.packet == 0)
			q->answered = *now;
	}
}

void related_segment(struct related *n, struct flow_table *table, const struct tcp_segment *s, const struct stamp *now)
{
	bool is_syn = s->flags & SEGMENT_SYN;

	if (n == NULL)
		return;
	if (s->source_port == RELATED_IDENT_PORT)
		note_probe_answer(n, s, now);
	else if (s->destination_port == RELATED_IDENT_PORT && is_syn)
		note_probe(n, s, now);
	else if (is_syn && (s->flags & SEGMENT_ACK))
		note_answer(n, table, s, now);
	else if (is_syn)
		note_opening(n, s);
}

/* ---- DNS ---- */

void related_datagram(struct related *n, const struct tcp_segment *s, const struct stamp *now)
{
	struct dns_question question;
	struct question *q;

	if (n == NULL || !dns_read_question(s->payload, &question))
		return;
	for (size_t i = 0; i < kept(n->dns_count); i++) {
		q = &n->dns[i];
		if (q->id != question.id || !is_near(q, s))
			continue;
		if (question.is_response && q->port == s->destination_port && same_address(&q->who, &s->destination) &&
		    q->answered.packet == 0)
			q->answered = *now;
		if (q->port == (question.is_response ? s->destination_port : s->source_port))
			return; /* the same asked again keeps its first time */
	}
	if (question.is_response)
		return;
	q = &n->dns[n->dns_count++ % RELATED_MAX];
	*q = asked_now(s, now);
	q->id = question.id;
	snprintf(q->name, sizeof(q->name), "%.*s", RELATED_TRAFFIC_NAME_SIZE - 1, question.name);
}

/* ---- ICMP ---- */

static void note_message(struct related_traffic_message *m, const struct tcp_segment *s, const struct icmp_error *error,
			 const struct stamp *now)
{
	m->count++;
	m->last_packet = now->packet;
	if (m->packet != 0)
		return;
	m->packet = now->packet;
	m->mtu = error->mtu;
	memcpy(m->from, s->source.bytes, sizeof(m->from));
}

void related_message(struct related *n, struct flow_table *table, const struct tcp_segment *s, const struct stamp *now)
{
	struct icmp_error error;
	struct flow_endpoint source;
	struct flow_endpoint destination;
	struct related_traffic *related;

	if (n == NULL || !icmp_read(s->payload, s->is_ipv6, &error))
		return;
	source = (struct flow_endpoint){.address = error.source, .port = error.source_port};
	destination = (struct flow_endpoint){.address = error.destination, .port = error.destination_port};
	related = related_traffic_of(flow_table_find(table, &source, &destination, segment_space(s)));
	if (related == NULL)
		return;
	if (error.kind == ICMP_TOO_BIG)
		note_message(&related->too_big, s, &error, now);
	else if (error.kind == ICMP_PROHIBITED)
		note_message(&related->prohibited, s, &error, now);
	else
		note_message(&related->unreachable, s, &error, now);
}

/* ---- the wait for the greeting ---- */

/* "5.0.0.10.": how a name about an address begins in in-addr.arpa and in lists of senders. */
static void put_reversed(const uint8_t address[16], bool is_ipv6, char out[REVERSED_SIZE])
{
	int len = 0;

	if (!is_ipv6) {
		snprintf(out, REVERSED_SIZE, "%u.%u.%u.%u.", address[3], address[2], address[1], address[0]);
		return;
	}
	for (int i = 15; i >= 0; i--)
		len += snprintf(out + len, REVERSED_SIZE - (size_t)len, "%x.%x.", address[i] & 15U, address[i] >> 4);
}

static bool is_about(const char *name, const uint8_t address[16], bool is_ipv6)
{
	char beginning[REVERSED_SIZE];

	put_reversed(address, is_ipv6, beginning);
	return slice_begins_nocase(slice_from_text(name), beginning);
}

static void note_lookup(struct related_traffic_lookup *to, const struct question *q, const struct stamp *now)
{
	bool is_answered = q->answered.packet != 0 && q->answered.time_ns <= now->time_ns;
	int64_t wait_ns = (is_answered ? q->answered.time_ns : now->time_ns) - q->asked.time_ns;

	if (to->packet != 0 && wait_ns <= to->wait_ns)
		return;
	*to = (struct related_traffic_lookup){
		.packet = q->asked.packet, .answer = is_answered ? q->answered.packet : 0, .wait_ns = wait_ns};
	memcpy(to->name, q->name, sizeof(to->name));
}

static bool asked_by(const struct question *q, const struct session *s)
{
	return q->observer == s->observer && q->asked.time_ns >= s->start_ns &&
	       memcmp(q->who.bytes, s->side[SIDE_SERVER].address, sizeof(q->who.bytes)) == 0;
}

void related_greeted(struct related *n, struct session *s, const struct stamp *now)
{
	const uint8_t *client = s->side[SIDE_CLIENT].address;

	if (n == NULL || s->diagnosis == NULL)
		return;
	for (size_t i = 0; i < kept(n->ident_count); i++)
		if (asked_by(&n->ident[i], s) && memcmp(n->ident[i].whom.bytes, client, sizeof(n->ident[i].whom)) == 0)
			note_lookup(&diagnosis_related_traffic(s)->ident, &n->ident[i], now);
	for (size_t i = 0; i < kept(n->dns_count); i++)
		if (asked_by(&n->dns[i], s) && is_about(n->dns[i].name, client, s->is_ipv6))
			note_lookup(&diagnosis_related_traffic(s)->dns, &n->dns[i], now);
}
