/* mailtap.capture: what became of all packets. */
#include "base/clock.h"
#include "output/record.h"

static void put_counts(struct json *j, const char *key, const struct record_count *counts, size_t count)
{
	json_open_object(j, key);
	for (size_t i = 0; i < count; i++)
		json_count(j, counts[i].reason, counts[i].count);
	json_close(j);
}

static void put_texts(struct json *j, const char *key, const char *const *texts, size_t count)
{
	json_open_array(j, key);
	for (size_t i = 0; i < count; i++)
		json_item(j, slice_from_text(texts[i]));
	json_close(j);
}

static void fill(struct json *j, const struct records *r, const void *what)
{
	const struct record_capture *c = what;
	char place[CLOCK_RFC3339_SIZE];

	(void)r;
	clock_rfc3339(place, c->time_ns, c->time_digits);
	record_begin(j, &(struct record_event){.members = RECORD_EVENT("metric", "capture"),
					       .place = place,
					       .time_ns = c->time_ns,
					       .time_digits = c->time_digits});
	json_close(j);
	json_open_object(j, "mailtap");
	json_number(j, "packets", (int64_t)c->packets);
	json_number(j, "bytes", (int64_t)c->bytes);
	json_number(j, "sessions", (int64_t)c->sessions);
	json_number(j, "mails", (int64_t)c->mails);
	json_open_object(j, "dropped");
	json_number(j, "kernel", (int64_t)c->drops.kernel);
	json_number(j, "ring", (int64_t)c->drops.ring);
	json_count(j, "records", c->records);
	json_close(j);
	put_counts(j, "skipped", c->skipped, c->skipped_count);
	put_counts(j, "evicted", c->evicted, c->evicted_count);
	put_texts(j, "sandbox", c->sandbox, c->sandbox_count);
	record_end(j);
}

void records_capture(struct records *r, struct buffer *out, const struct record_capture *c)
{
	record_put(r, out, NULL, fill, c);
}
