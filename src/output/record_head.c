#include "output/record_head.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "common/address.h"
#include "output/json.h"

enum {
	HEADS = 1024, /* sessions whose heads are kept */
};

/* What is the same in all records of packets from one source. */
struct sensor {
	char *observer;
	struct buffer members; /* without an interface */
	struct buffer capture; /* in `mailtap` */
	/* the paths of what was cut in each */
	struct buffer member_cuts;
	struct buffer capture_cuts;
};

/* The pieces of a session lie in its text. */
struct head {
	uint64_t session; /* 0: the place is free */
	int64_t start_ns; /* another capture's session may have this number, too */
	uint8_t protocol;
	struct buffer text;
	struct slice pieces[RECORD_PIECES];
};

struct record_heads {
	struct sensor *sensors; /* by source; the last is that of them all */
	size_t source_count;
	const struct name_table *interfaces;
	char *version;
	char id[RECORD_ID_LEN + 1];	    /* of records that belong to no session */
	struct slice pieces[RECORD_PIECES]; /* likewise */
	struct buffer scratch;
	struct head heads[HEADS];
};

/* Where it lies in a head's text. */
struct span {
	size_t begin;
	size_t len;
};

/* ---- sensors ---- */

/* What the user names is bounded as all texts are. */
static void begin_made(struct json *j, struct buffer *scratch)
{
	static const struct json_limits limits = {.text = 2048, .items = 100};

	buffer_clear(scratch);
	json_begin(j, scratch, &limits);
}

/* Takes the members out of the object that was just made. */
static void take_members(struct buffer *out, struct json *j)
{
	size_t around = strlen("{") + strlen("}\n");

	json_finish(j);
	assert(j->out->len >= around);
	buffer_append(out, slice_of(j->out->data + 1, j->out->len - around));
}

/* `interface`: NULL: it is not known. */
static void put_ecs(struct json *j, const char *version, const char *observer, const char *interface)
{
	json_open_object(j, "ecs");
	json_text(j, "version", slice_from_text("8.17"));
	json_close(j);
	json_open_object(j, "observer");
	json_text(j, "name", slice_from_text(observer));
	json_text(j, "type", slice_from_text("sensor"));
	json_text(j, "version", slice_from_text(version));
	if (interface != NULL) {
		json_open_object(j, "ingress");
		json_open_object(j, "interface");
		json_text(j, "name", slice_from_text(interface));
		json_close(j);
		json_close(j);
	}
	json_close(j);
}

static void make_file(struct record_heads *h, struct sensor *sensor, struct slice file)
{
	struct json j;

	begin_made(&j, &h->scratch);
	json_open_object(&j, "capture");
	json_text(&j, "file", file);
	json_close(&j);
	buffer_clear(&sensor->capture);
	buffer_clear(&sensor->capture_cuts);
	json_append_cuts(&j, &sensor->capture_cuts, "mailtap.");
	take_members(&sensor->capture, &j);
}

static void make_sensor(struct record_heads *h, struct sensor *sensor, const struct record_source *source)
{
	struct json j;

	sensor->observer = mem_strdup(source->observer);
	begin_made(&j, &h->scratch);
	put_ecs(&j, h->version, source->observer, NULL);
	json_append_cuts(&j, &sensor->member_cuts, "");
	take_members(&sensor->members, &j);
	make_file(h, sensor, source->file != NULL ? slice_from_text(source->file) : slice_of(NULL, 0));
}

static struct sensor *sensor_of(const struct record_heads *h, size_t source)
{
	return &h->sensors[source < h->source_count ? source : h->source_count];
}

static void make_id(char id[RECORD_ID_LEN + 1], const char *const *parts, size_t count)
{
	struct message_hash *h = message_hash_new();
	char digest[MESSAGE_SHA256_SIZE];

	for (size_t i = 0; i < count; i++)
		message_hash_add(h, slice_of(parts[i], strlen(parts[i]) + (i + 1 < count)));
	message_hash_finish(h, digest);
	memcpy(id, digest, RECORD_ID_LEN);
	id[RECORD_ID_LEN] = '\0';
}

struct record_heads *record_heads_new(const struct record_origin *origin)
{
	struct record_heads *h = mem_zalloc(sizeof(*h));

	h->version = mem_strdup(origin->version);
	h->interfaces = origin->interfaces;
	h->source_count = origin->source_count;
	h->sensors = mem_zalloc((h->source_count + 1) * sizeof(*h->sensors));
	for (size_t i = 0; i < h->source_count; i++)
		make_sensor(h, &h->sensors[i], &origin->sources[i]);
	make_sensor(h, sensor_of(h, h->source_count), &(struct record_source){.observer = origin->observer});
	make_id(h->id, (const char *const[]){origin->observer}, 1);
	h->pieces[RECORD_SENSOR] = buffer_slice(&sensor_of(h, h->source_count)->members);
	h->pieces[RECORD_CUTS] = buffer_slice(&sensor_of(h, h->source_count)->member_cuts);
	h->pieces[RECORD_ID] = slice_from_text(h->id);
	return h;
}

void record_heads_free(struct record_heads *h)
{
	if (h == NULL)
		return;
	for (size_t i = 0; i <= h->source_count; i++) {
		free(h->sensors[i].observer);
		buffer_fini(&h->sensors[i].members);
		buffer_fini(&h->sensors[i].capture);
		buffer_fini(&h->sensors[i].member_cuts);
		buffer_fini(&h->sensors[i].capture_cuts);
	}
	free(h->sensors);
	free(h->version);
	for (size_t i = 0; i < HEADS; i++)
		buffer_fini(&h->heads[i].text);
	buffer_fini(&h->scratch);
	free(h);
}

void record_heads_written(struct record_heads *h, struct slice file)
{
	for (size_t i = 0; i <= h->source_count; i++)
		make_file(h, &h->sensors[i], file);
	for (size_t i = 0; i < HEADS; i++)
		h->heads[i].session = 0;
}

/* ---- sessions ---- */

struct record_facts record_head_facts(const struct session *s)
{
	struct record_facts facts;

	memset(&facts, 0, sizeof(facts)); /* padding, too: it is copied as bytes */
	facts.session = s->number;
	facts.start_ns = s->start_ns;
	facts.ends.is_ipv6 = s->is_ipv6;
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		memcpy(facts.ends.address[side], s->side[side].address, sizeof(facts.ends.address[side]));
		facts.ends.port[side] = s->side[side].port;
	}
	facts.time_digits = s->time_digits;
	facts.protocol = (uint8_t)s->protocol;
	facts.source = s->source;
	facts.interface = s->interface;
	return facts;
}

static void put_network(struct json *j, const struct record_facts *f, const char *community_id)
{
	json_text(j, "transport", slice_from_text("tcp"));
	json_text(j, "type", slice_from_text(f->ends.is_ipv6 ? "ipv6" : "ipv4"));
	if (f->protocol != PROTOCOL_UNKNOWN)
		json_text(j, "protocol", slice_from_text(protocol_name((enum protocol)f->protocol)));
	json_text(j, "community_id", slice_from_text(community_id));
}

static void put_end(struct json *j, const struct record_facts *f, enum side side)
{
	char text[ADDRESS_TEXT_SIZE];

	address_text(text, f->ends.address[side], f->ends.is_ipv6);
	json_text(j, "ip", slice_from_text(text));
	json_number(j, "port", f->ends.port[side]);
}

static struct span append_span(struct head *h, struct slice text)
{
	struct span span = {.begin = h->text.len, .len = text.len};

	buffer_append(&h->text, text);
	return span;
}

static struct span append_made(struct head *h, struct json *j)
{
	struct span span = {.begin = h->text.len};

	take_members(&h->text, j);
	span.len = h->text.len - span.begin;
	return span;
}

static struct slice slice_of_span(const struct head *h, struct span span)
{
	return slice_of(h->text.data + span.begin, span.len);
}

static void put_object(struct json *j, const char *key, struct slice members)
{
	json_open_object(j, key);
	json_members(j, members);
	json_close(j);
}

/* The pieces are known by where they lie until the text grows no more. */
static void make_pieces(struct record_heads *all, struct head *h, const struct record_facts *f, const char *start,
			const char *community_id, struct span spans[RECORD_PIECES])
{
	struct json j;

	begin_made(&j, &all->scratch);
	put_network(&j, f, community_id);
	spans[RECORD_NETWORK] = append_made(h, &j);
	begin_made(&j, &all->scratch);
	put_end(&j, f, SIDE_CLIENT);
	spans[RECORD_CLIENT] = append_made(h, &j);
	begin_made(&j, &all->scratch);
	put_end(&j, f, SIDE_SERVER);
	spans[RECORD_SERVER] = append_made(h, &j);
	begin_made(&j, &all->scratch);
	put_object(&j, "network", slice_of_span(h, spans[RECORD_NETWORK]));
	put_object(&j, "source", slice_of_span(h, spans[RECORD_CLIENT]));
	put_object(&j, "destination", slice_of_span(h, spans[RECORD_SERVER]));
	spans[RECORD_ENDS] = append_made(h, &j);
	begin_made(&j, &all->scratch);
	json_number(&j, "session", (int64_t)f->session);
	json_text(&j, "session_start", slice_from_text(start));
	json_members(&j, buffer_slice(&sensor_of(all, f->source)->capture));
	spans[RECORD_OWN] = append_made(h, &j);
}

/* With the interface on which the session was captured, where that is known. */
static void make_sensor_pieces(struct record_heads *all, struct head *h, const struct record_facts *f,
			       struct span spans[RECORD_PIECES])
{
	const struct sensor *sensor = sensor_of(all, f->source);
	const char *interface = name_table_text(all->interfaces, f->interface);
	struct buffer cuts = {0};
	struct json j;

	if (interface != NULL) {
		begin_made(&j, &all->scratch);
		put_ecs(&j, all->version, sensor->observer, interface);
		json_append_cuts(&j, &cuts, "");
		spans[RECORD_SENSOR] = append_made(h, &j);
	} else {
		spans[RECORD_SENSOR] = append_span(h, buffer_slice(&sensor->members));
		buffer_append(&cuts, buffer_slice(&sensor->member_cuts));
	}
	if (sensor->capture_cuts.len > 0 && cuts.len > 0)
		buffer_append_byte(&cuts, ',');
	buffer_append(&cuts, buffer_slice(&sensor->capture_cuts));
	spans[RECORD_CUTS] = append_span(h, buffer_slice(&cuts));
	buffer_fini(&cuts);
}

static void make_head(struct record_heads *all, struct head *h, const struct record_facts *f)
{
	const struct sensor *sensor = sensor_of(all, f->source);
	struct span spans[RECORD_PIECES] = {{0}};
	char id[RECORD_ID_LEN + 1];
	char start[CLOCK_RFC3339_SIZE];
	char community_id[COMMUNITY_ID_SIZE];

	h->session = f->session;
	h->start_ns = f->start_ns;
	h->protocol = f->protocol;
	clock_rfc3339(start, f->start_ns, f->time_digits);
	community_id_make(community_id, &f->ends);
	make_id(id, (const char *const[]){sensor->observer, community_id, start}, 3);
	buffer_clear(&h->text);
	buffer_append(&h->text, slice_of(id, RECORD_ID_LEN));
	spans[RECORD_ID].len = RECORD_ID_LEN;
	make_sensor_pieces(all, h, f, spans);
	make_pieces(all, h, f, start, community_id, spans);
	for (size_t i = 0; i < RECORD_PIECES; i++)
		h->pieces[i] = slice_of_span(h, spans[i]);
}

const struct slice *record_heads_pieces(struct record_heads *h, const struct record_facts *facts)
{
	struct head *head = &h->heads[facts->session % HEADS];

	if (facts->session == 0)
		return h->pieces;
	if (head->session != facts->session || head->start_ns != facts->start_ns || head->protocol != facts->protocol)
		make_head(h, head, facts);
	return head->pieces;
}
