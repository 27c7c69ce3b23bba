/* mailtap.statistics: the sum of the sessions of one key. */
#include <stdio.h>

#include "base/clock.h"
#include "mime/message.h"
#include "output/record.h"

enum {
	KEY_ID_LEN = 24, /* digits of the key's hash */
};

/* The same key has the same place; that of the rest is no hash. */
static void make_place(char out[RECORD_PLACE_SIZE], const struct record_statistic *s)
{
	struct message_hash *h = message_hash_new();
	char digest[MESSAGE_SHA256_SIZE];
	char time[CLOCK_RFC3339_SIZE];

	message_hash_add(h, s->key);
	message_hash_finish(h, digest);
	clock_rfc3339(time, s->time_ns, s->time_digits);
	snprintf(out, RECORD_PLACE_SIZE, "%s.%.*s.%s", s->of, KEY_ID_LEN, s->is_others ? RECORD_OTHERS : digest, time);
}

static void put_latency(struct json *j, const struct record_statistic *s)
{
	if (!s->has_latency)
		return;
	json_open_object(j, "latency_us");
	json_number(j, "p50", (int64_t)s->latency_p50_us);
	json_number(j, "p95", (int64_t)s->latency_p95_us);
	json_number(j, "max", (int64_t)s->latency_max_us);
	json_close(j);
}

static void fill(struct json *j, const struct records *r, const void *what)
{
	const struct record_statistic *s = what;
	char place[RECORD_PLACE_SIZE];

	(void)r;
	make_place(place, s);
	record_begin(j, &(struct record_event){.members = RECORD_EVENT("metric", "statistics"),
					       .place = place,
					       .time_ns = s->time_ns,
					       .time_digits = s->time_digits});
	json_close(j);
	json_open_object(j, "mailtap");
	json_open_object(j, "statistic");
	json_text(j, "of", slice_from_text(s->of));
	json_text(j, "key", s->key);
	json_number(j, "sessions", (int64_t)s->sessions);
	json_number(j, "failed", (int64_t)s->failed);
	json_number(j, "mails", (int64_t)s->mails);
	json_number(j, "bytes", (int64_t)s->bytes);
	put_latency(j, s);
	json_close(j);
	record_end(j);
}

void records_statistic(struct records *r, struct buffer *out, const struct record_statistic *s)
{
	record_put(r, out, NULL, fill, s);
}
