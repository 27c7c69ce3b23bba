#include "output/record.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "common/address.h"
#include "mail/told.h"
#include "output/community_id.h"

enum {
	HEADS = 256, /* sessions whose members are kept */
	RECORD_MAX = 32 * 1024,
};

/* What is the same in all records of packets from one source. */
struct sensor {
	char *observer;
	struct buffer members;
	struct buffer capture; /* in `mailtap` */
};

struct records {
	struct sensor *sensors; /* by source; the last is that of them all */
	size_t source_count;
	bool show_secrets;
	bool is_taped;
	char id[RECORD_ID_LEN + 1]; /* of records that belong to no session */
	struct buffer scratch;
	struct record_head heads[HEADS];
};

/* Whose records are to be made. */
struct provenance {
	const char *version;
	struct record_source source;
};

static void put_ecs(struct json *j, const struct provenance *o)
{
	json_open_object(j, "ecs");
	json_text(j, "version", slice_from_text("8.17"));
	json_close(j);
	json_open_object(j, "observer");
	json_text(j, "name", slice_from_text(o->source.observer));
	json_text(j, "type", slice_from_text("sensor"));
	json_text(j, "version", slice_from_text(o->version));
	if (o->source.interface != NULL) {
		json_open_object(j, "ingress");
		json_open_object(j, "interface");
		json_text(j, "name", slice_from_text(o->source.interface));
		json_close(j);
		json_close(j);
	}
	json_close(j);
}

static void put_capture_file(struct json *j, struct slice file)
{
	json_open_object(j, "capture");
	json_text(j, "file", file);
	json_close(j);
}

static void begin_made(struct json *j, struct buffer *scratch)
{
	buffer_clear(scratch);
	json_begin(j, scratch, NULL);
}

/* Takes the members out of the object that was just made in `made`. */
static void take_members(struct buffer *out, const struct buffer *made)
{
	size_t around = strlen("{") + strlen("}\n");

	assert(made->len >= around);
	buffer_append(out, slice_of(made->data + 1, made->len - around));
}

static void make_file(struct records *r, struct sensor *sensor, struct slice file)
{
	struct json j;

	begin_made(&j, &r->scratch);
	put_capture_file(&j, file);
	json_finish(&j);
	buffer_clear(&sensor->capture);
	take_members(&sensor->capture, &r->scratch);
}

static void make_id(char id[RECORD_ID_LEN + 1], const char *const *parts, size_t count)
{
	struct message_hash *h = message_hash_new();
	char digest[MESSAGE_SHA256_SIZE];

	for (size_t i = 0; i < count; i++)
		message_hash_add(h, slice_of(parts[i], strlen(parts[i]) + (i + 1 < count)));
	message_hash_finish(h, digest);
	snprintf(id, RECORD_ID_LEN + 1, "%.*s", RECORD_ID_LEN, digest);
}

static struct sensor *sensor_of_all(const struct records *r)
{
	return &r->sensors[r->source_count];
}

static void make_sensor(struct records *r, struct sensor *sensor, const char *version,
			const struct record_source *source)
{
	const struct provenance o = {.version = version, .source = *source};
	struct json j;

	sensor->observer = mem_strdup(source->observer);
	begin_made(&j, &r->scratch);
	put_ecs(&j, &o);
	json_finish(&j);
	take_members(&sensor->members, &r->scratch);
	make_file(r, sensor, source->file != NULL ? slice_from_text(source->file) : slice_of(NULL, 0));
}

struct records *records_new(const struct record_origin *origin, bool show_secrets)
{
	struct records *r = mem_zalloc(sizeof(*r));

	r->show_secrets = show_secrets;
	r->source_count = origin->source_count;
	r->sensors = mem_zalloc((r->source_count + 1) * sizeof(*r->sensors));
	for (size_t i = 0; i < r->source_count; i++)
		make_sensor(r, &r->sensors[i], origin->version, &origin->sources[i]);
	make_sensor(r, sensor_of_all(r), origin->version, &(struct record_source){.observer = origin->observer});
	make_id(r->id, (const char *const[]){origin->observer}, 1);
	return r;
}

void records_written(struct records *r, struct slice file)
{
	for (size_t i = 0; i <= r->source_count; i++)
		make_file(r, &r->sensors[i], file);
	for (size_t i = 0; i < HEADS; i++)
		r->heads[i].session = 0;
}

void records_tape(struct records *r)
{
	r->is_taped = true;
}

void records_free(struct records *r)
{
	if (r == NULL)
		return;
	for (size_t i = 0; i < HEADS; i++)
		buffer_fini(&r->heads[i].text);
	for (size_t i = 0; i <= r->source_count; i++) {
		free(r->sensors[i].observer);
		buffer_fini(&r->sensors[i].members);
		buffer_fini(&r->sensors[i].capture);
	}
	free(r->sensors);
	buffer_fini(&r->scratch);
	free(r);
}

bool record_shows_secrets(const struct records *r)
{
	return r->show_secrets;
}

/* ---- what a session's records share ---- */

static void put_network(struct json *j, const struct session *s, const char *community_id)
{
	json_text(j, "transport", slice_from_text("tcp"));
	json_text(j, "type", slice_from_text(s->is_ipv6 ? "ipv6" : "ipv4"));
	if (s->protocol != PROTOCOL_UNKNOWN)
		json_text(j, "protocol", slice_from_text(protocol_name(s->protocol)));
	json_text(j, "community_id", slice_from_text(community_id));
}

static void put_end(struct json *j, const struct session *s, enum side side)
{
	char text[ADDRESS_TEXT_SIZE];

	address_text(text, s->side[side].address, s->is_ipv6);
	json_text(j, "ip", slice_from_text(text));
	json_number(j, "port", s->side[side].port);
}

/* Appends what was written into `scratch` to the head's text, and returns where. */
struct span {
	size_t begin;
	size_t len;
};

static struct span append_made(struct json *j, struct record_head *h)
{
	struct span span = {.begin = h->text.len};

	json_finish(j);
	take_members(&h->text, j->out);
	span.len = h->text.len - span.begin;
	return span;
}

static struct slice slice_of_span(const struct record_head *h, struct span span)
{
	return slice_of(h->text.data + span.begin, span.len);
}

static void put_object(struct json *j, const char *key, struct slice members)
{
	json_open_object(j, key);
	json_members(j, members);
	json_close(j);
}

static void make_head(struct records *r, struct record_head *h, const struct session *s)
{
	char start[CLOCK_RFC3339_SIZE];
	char community_id[COMMUNITY_ID_SIZE];
	struct span network;
	struct span ends[SIDES];
	struct span all;
	struct span own;
	const struct sensor *sensor = &r->sensors[s->source < r->source_count ? s->source : r->source_count];
	struct json j;

	h->session = s->number;
	h->sensor = buffer_slice(&sensor->members);
	h->protocol = s->protocol;
	clock_rfc3339(start, s->start_ns, s->time_digits);
	community_id_make(community_id, s);
	make_id(h->id, (const char *const[]){sensor->observer, community_id, start}, 3);
	buffer_clear(&h->text);
	begin_made(&j, &r->scratch);
	put_network(&j, s, community_id);
	network = append_made(&j, h);
	for (enum side side = SIDE_CLIENT; side < SIDES; side++) {
		begin_made(&j, &r->scratch);
		put_end(&j, s, side);
		ends[side] = append_made(&j, h);
	}
	begin_made(&j, &r->scratch);
	put_object(&j, "network", slice_of_span(h, network));
	put_object(&j, "source", slice_of_span(h, ends[SIDE_CLIENT]));
	put_object(&j, "destination", slice_of_span(h, ends[SIDE_SERVER]));
	all = append_made(&j, h);
	begin_made(&j, &r->scratch);
	json_number(&j, "session", (int64_t)s->number);
	json_text(&j, "session_start", slice_from_text(start));
	json_members(&j, buffer_slice(&sensor->capture));
	own = append_made(&j, h);
	h->network = slice_of_span(h, network);
	h->ends[SIDE_CLIENT] = slice_of_span(h, ends[SIDE_CLIENT]);
	h->ends[SIDE_SERVER] = slice_of_span(h, ends[SIDE_SERVER]);
	h->all = slice_of_span(h, all);
	h->own = slice_of_span(h, own);
}

const struct record_head *record_head(struct records *r, const struct session *s)
{
	struct record_head *h = &r->heads[s->number % HEADS];

	if (h->session != s->number || h->protocol != s->protocol)
		make_head(r, h, s);
	return h;
}

/* ---- a record ---- */

/* What is in many lists loses their ends first; then texts become short. */
static const struct json_limits limits[] = {{2048, 100}, {2048, 50}, {2048, 25}, {2048, 12}, {2048, 6}, {2048, 3},
					    {2048, 1},	 {1024, 1},  {512, 1},	 {256, 1},   {128, 1}};

enum {
	LIMITS = sizeof(limits) / sizeof(limits[0]),
};

/* Whether it is short enough; else it is taken back. */
static bool is_short(struct buffer *out, size_t start)
{
	if (out->len - start <= RECORD_MAX)
		return true;
	out->len = start;
	return false;
}

void record_put(const struct records *r, struct buffer *out, const struct record_head *head, record_fill *fill,
		const void *what)
{
	size_t start = out->len;
	struct json j;

	if (r->is_taped) {
		json_begin_tape(&j, out, &limits[0]);
		fill(&j, r, head, what);
		json_finish(&j);
		return;
	}
	for (size_t i = 0; i < LIMITS; i++) {
		json_begin(&j, out, &limits[i]);
		fill(&j, r, head, what);
		json_finish(&j);
		if (is_short(out, start))
			return;
	}
	assert(false); /* no record has so many texts */
}

void records_play(struct slice tape, struct buffer *out)
{
	size_t start = out->len;

	for (size_t i = 0; i < LIMITS; i++) {
		json_play(tape, out, &limits[i]);
		if (is_short(out, start))
			return;
	}
	assert(false);
}

/* No printf: this is done for each record. Returns the end. */
static char *put_digits(char *at, uint64_t number)
{
	char digits[20];
	size_t len = 0;

	do {
		digits[len++] = (char)('0' + number % 10);
		number /= 10;
	} while (number > 0);
	while (len > 0)
		*at++ = digits[--len];
	return at;
}

void record_make_place(char out[RECORD_PLACE_SIZE], char letter, uint64_t number)
{
	*out = letter;
	*put_digits(out + 1, number) = '\0';
}

void record_begin(struct json *j, const struct records *r, const struct record_head *head, const struct record_event *e)
{
	static const char *const outcomes[] = {
		[RECORD_SUCCESS] = "success", [RECORD_FAILURE] = "failure", [RECORD_UNKNOWN] = "unknown"};
	char id[RECORD_ID_LEN + 1 + RECORD_PLACE_SIZE];
	size_t place_len = strlen(e->place);

	memcpy(id, head != NULL ? head->id : r->id, RECORD_ID_LEN);
	id[RECORD_ID_LEN] = '-';
	memcpy(id + RECORD_ID_LEN + 1, e->place, place_len);
	json_time(j, "@timestamp", e->time_ns, e->time_digits);
	json_members(j, head != NULL ? head->sensor : buffer_slice(&sensor_of_all(r)->members));
	json_open_object(j, "event");
	json_text(j, "id", slice_of(id, RECORD_ID_LEN + 1 + place_len));
	json_members(j, slice_from_text(e->members));
	if (e->outcome != RECORD_NO_OUTCOME)
		json_text(j, "outcome", slice_from_text(outcomes[e->outcome]));
}

static void put_endpoint(struct json *j, const char *key, const struct endpoint *e)
{
	char text[ADDRESS_TEXT_SIZE];

	if (!e->has_address)
		return;
	address_text(text, e->address, e->is_ipv6);
	json_open_object(j, key);
	json_text(j, "ip", slice_from_text(text));
	if (e->has_port)
		json_number(j, "port", e->port);
	json_close(j);
}

void record_put_told(struct json *j, const struct session *s)
{
	put_endpoint(j, "client", &told_of(s)->ends[SIDE_CLIENT]);
	put_endpoint(j, "server", &told_of(s)->ends[SIDE_SERVER]);
}

void record_put_ends(struct json *j, const struct record_head *head, const struct session *s)
{
	json_members(j, head->all);
	record_put_told(j, s);
}

void record_open_own(struct json *j, const struct record_head *head)
{
	json_open_object(j, "mailtap");
	json_members(j, head->own);
}

void record_end(struct json *j)
{
	json_put_cuts(j, "truncated_fields");
	json_close(j);
}

/* Whose code stands alone is left to the caller: an empty one says that there was no answer. */
void record_put_reply(struct json *j, const struct reply *r, struct slice said)
{
	struct slice line;
	bool started = false;

	json_text(j, "code", reply_code(r));
	json_text(j, "enhanced", slice_of(r->enhanced, r->enhanced_len));
	json_open_array(j, "text");
	while (reply_next_line(&said, &started, &line))
		json_item(j, line);
	json_close(j);
}

void record_put_parameter(struct json *j, const struct parameter *p)
{
	struct buffer name = {0};
	struct buffer value = {0};

	parameter_append_keyword(p, &name);
	parameter_append_value(p, &value);
	json_text(j, "name", buffer_slice(&name));
	if (p->has_value)
		json_text(j, "value", buffer_slice(&value));
	buffer_fini(&name);
	buffer_fini(&value);
}

void records_fini_fields(struct record_fields *f)
{
	buffer_fini(&f->subject);
	buffer_fini(&f->message_id);
	buffer_fini(&f->x_mailer);
	buffer_fini(&f->from);
	buffer_fini(&f->to);
	buffer_fini(&f->cc);
}
