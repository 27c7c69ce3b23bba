#include "output/record.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "common/address.h"
#include "mail/told.h"
#include "output/record_head.h"

enum {
	RECORD_MAX = 32 * 1024,
};

struct records {
	bool show_secrets;
	struct record_heads *heads; /* NULL: records go onto a tape, from which lines are made elsewhere */
};

struct records *records_new(const struct record_origin *origin, bool show_secrets)
{
	struct records *r = mem_zalloc(sizeof(*r));

	r->show_secrets = show_secrets;
	r->heads = record_heads_new(origin);
	return r;
}

struct records *records_new_tape(bool show_secrets)
{
	struct records *r = mem_zalloc(sizeof(*r));

	r->show_secrets = show_secrets;
	return r;
}

void records_free(struct records *r)
{
	if (r == NULL)
		return;
	record_heads_free(r->heads);
	free(r);
}

bool record_shows_secrets(const struct records *r)
{
	return r->show_secrets;
}

/* ---- a record ---- */

/* What is in many lists loses their ends first; then texts become short. */
static const struct json_limits limits[] = {{2048, 100}, {2048, 50}, {2048, 25}, {2048, 12}, {2048, 6},
					    {2048, 3},	 {2048, 1},  {1024, 1},	 {512, 1},   {256, 1},
					    {128, 1},	 {64, 1},    {32, 1}};

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

_Static_assert(sizeof(struct record_facts) % 8 == 0, "they stand before the entries of a tape");

static void put_on_tape(const struct records *r, struct buffer *out, const struct record_facts *facts,
			record_fill *fill, const void *what)
{
	struct json j;

	buffer_append(out, slice_of(facts, sizeof(*facts)));
	json_begin_tape(&j, out, &limits[0]);
	fill(&j, r, what);
	json_finish(&j);
}

void record_put(const struct records *r, struct buffer *out, const struct session *s, record_fill *fill,
		const void *what)
{
	struct record_facts facts = s != NULL ? record_head_facts(s) : (struct record_facts){.session = 0};
	size_t start = out->len;
	struct json j;

	if (r->heads == NULL) {
		put_on_tape(r, out, &facts, fill, what);
		return;
	}
	for (size_t i = 0; i < LIMITS; i++) {
		json_begin(&j, out, &limits[i]);
		json_use_pieces(&j, record_heads_pieces(r->heads, &facts));
		fill(&j, r, what);
		json_finish(&j);
		if (is_short(out, start))
			return;
	}
	assert(false); /* no record has so many texts */
}

void record_heads_play(struct record_heads *heads, struct slice tape, struct buffer *out)
{
	struct record_facts facts;
	size_t start = out->len;

	assert(tape.len >= sizeof(facts));
	memcpy(&facts, tape.data, sizeof(facts));
	tape = slice_after(tape, sizeof(facts));
	for (size_t i = 0; i < LIMITS; i++) {
		json_play(tape, out, &limits[i], record_heads_pieces(heads, &facts));
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
	record_append_number(out, 1, number);
}

size_t record_append_number(char out[RECORD_PLACE_SIZE], size_t len, uint64_t number)
{
	char *end = put_digits(out + len, number);

	*end = '\0';
	return (size_t)(end - out);
}

void record_begin(struct json *j, const struct record_event *e)
{
	static const char *const outcomes[] = {
		[RECORD_SUCCESS] = "success", [RECORD_FAILURE] = "failure", [RECORD_UNKNOWN] = "unknown"};
	char place[1 + RECORD_PLACE_SIZE] = "-";
	size_t place_len = strlen(e->place);

	memcpy(place + 1, e->place, place_len);
	json_time(j, "@timestamp", e->time_ns, e->time_digits);
	json_piece(j, RECORD_SENSOR);
	json_open_object(j, "event");
	json_text_behind(j, "id", RECORD_ID, slice_of(place, 1 + place_len));
	json_constant(j, e->members);
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

void record_put_ends(struct json *j, const struct session *s)
{
	json_piece(j, RECORD_ENDS);
	record_put_told(j, s);
}

void record_open_own(struct json *j)
{
	json_open_object(j, "mailtap");
	json_piece(j, RECORD_OWN);
}

void record_end(struct json *j)
{
	json_put_cuts(j, "truncated_fields", RECORD_CUTS);
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
	buffer_fini(&f->from_names);
	buffer_fini(&f->to_names);
}
