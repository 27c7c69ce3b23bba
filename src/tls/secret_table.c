#include "tls/secret_table.h"

#include <assert.h>
#include <openssl/crypto.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "tls/generations.h"

enum {
	LOG_MAX = UINT16_MAX,
	OFFSET_BITS = 48,
	SPAN_MAX = 64 << 10, /* from the first to the last line of a place */
	NEAR_TABLES = 2,     /* in which a place is looked for that a line may belong to */
	SAME_MAX = 8,	     /* places of a handshake there */
	READ_MAX = 16,	     /* places that are read for one */
	READ_LEN = 4096,     /* at a time */
};

/* Lines of a log between which those of a handshake stand: of `item.used` bytes. */
struct place {
	struct generations_item item;
	uint64_t at; /* the log, and where in it the first begins */
};

/* The secrets of a log that cannot be read again. */
struct kept {
	struct generations_item item;
	uint8_t client_random[KEY_RANDOM_LEN];
	struct key_set keys;
};

_Static_assert(sizeof(struct place) == 16, "a log may have millions of them");

struct secret_table {
	secret_table_read *read;
	void *ctx;
	struct generations places;
	struct generations secrets;
};

struct secret_table *secret_table_new(size_t max, secret_table_read *read, void *ctx)
{
	struct secret_table *t = mem_zalloc(sizeof(*t));

	t->read = read;
	t->ctx = ctx;
	generations_init(&t->places, sizeof(struct place), max, false);
	generations_init(&t->secrets, sizeof(struct kept), max, true);
	return t;
}

void secret_table_free(struct secret_table *t)
{
	if (t == NULL)
		return;
	generations_fini(&t->places);
	generations_fini(&t->secrets);
	free(t);
}

/* ---- adding ---- */

static unsigned int log_of(const struct place *place)
{
	return (unsigned int)(place->at >> OFFSET_BITS);
}

static uint64_t offset_of(const struct place *place)
{
	return place->at & ((UINT64_C(1) << OFFSET_BITS) - 1);
}

static bool is_near(const struct place *place, unsigned int log, const struct key_line *line)
{
	uint64_t offset = offset_of(place);

	return log_of(place) == log && offset <= line->begin && line->end - offset <= SPAN_MAX;
}

/* The place that the line belongs to; NULL: there is none. `*first`: where there are too many of the hash, that which
 * goes for it. */
static struct place *find_place(struct secret_table *t, uint64_t hash, unsigned int log, const struct key_line *line,
				struct place **first)
{
	struct generations_walk walk;
	struct place *least = NULL;
	struct place *place;
	size_t count = 0;

	*first = NULL;
	generations_walk_init(&walk, &t->places, hash, NEAR_TABLES);
	while (*first == NULL && (place = generations_walk_next(&walk)) != NULL) {
		if (is_near(place, log, line))
			return place;
		if (least == NULL || offset_of(place) < offset_of(least))
			least = place;
		if (++count == SAME_MAX)
			*first = least;
	}
	return NULL;
}

void secret_table_add_place(struct secret_table *t, unsigned int log, const struct key_line *line)
{
	uint64_t hash = hash_bytes(line->client_random, KEY_RANDOM_LEN);
	struct place *first;
	struct place *place;
	uint32_t span;

	assert(log <= LOG_MAX && line->begin < line->end && line->end - line->begin <= KEY_LINE_MAX);
	if (t->read == NULL || line->end >> OFFSET_BITS != 0)
		return;
	place = find_place(t, hash, log, line, &first);
	if (place == NULL) {
		place = first != NULL ? first : generations_add(&t->places, hash);
		place->at = (uint64_t)log << OFFSET_BITS | line->begin;
		place->item.used = 0;
	}
	span = (uint32_t)(line->end - offset_of(place));
	if (span > place->item.used)
		place->item.used = span;
}

static bool is_of_log(const void *ctx, const void *item)
{
	const unsigned int *log = ctx;

	return log_of(item) == *log;
}

void secret_table_forget(struct secret_table *t, unsigned int log)
{
	generations_remove(&t->places, is_of_log, &log);
}

static struct kept *find_kept(const struct secret_table *t, uint64_t hash, const uint8_t *client_random)
{
	struct generations_walk walk;
	struct kept *kept;

	generations_walk_init(&walk, &t->secrets, hash, GENERATIONS_MAX);
	do
		kept = generations_walk_next(&walk);
	while (kept != NULL && memcmp(kept->client_random, client_random, KEY_RANDOM_LEN) != 0);
	return kept;
}

void secret_table_add(struct secret_table *t, const struct key_line *line)
{
	uint64_t hash = hash_bytes(line->client_random, KEY_RANDOM_LEN);
	struct kept *kept = find_kept(t, hash, line->client_random);

	if (kept == NULL) {
		kept = generations_add(&t->secrets, hash);
		memcpy(kept->client_random, line->client_random, KEY_RANDOM_LEN);
	}
	kept->keys.of[line->label] = line->secret;
}

/* ---- finding ---- */

struct finding {
	const uint8_t *client_random;
	struct key_set *out;
	bool has_found;
};

static void take_secret(struct finding *f, enum key_label label, const struct key_secret *secret)
{
	f->has_found = true;
	if (f->out->of[label].len == 0)
		f->out->of[label] = *secret;
}

static void take_line(void *ctx, const struct key_line *line)
{
	struct finding *f = ctx;

	if (memcmp(line->client_random, f->client_random, KEY_RANDOM_LEN) == 0)
		take_secret(f, line->label, &line->secret);
}

static void read_place(struct secret_table *t, const struct place *place, struct finding *f)
{
	uint64_t offset = offset_of(place);
	size_t left = place->item.used;
	uint8_t bytes[READ_LEN];
	struct key_log log;

	key_log_init(&log);
	while (left > 0) {
		size_t wanted = left < sizeof(bytes) ? left : sizeof(bytes);
		size_t len = t->read(t->ctx, log_of(place), offset, bytes, wanted);

		if (len == 0 || len > wanted)
			break;
		key_log_feed(&log, slice_of(bytes, len), take_line, f);
		offset += len;
		left -= len;
	}
	if (left == 0)
		key_log_finish(&log, take_line, f);
	OPENSSL_cleanse(&log, sizeof(log));
	OPENSSL_cleanse(bytes, sizeof(bytes));
}

bool secret_table_find(struct secret_table *t, const uint8_t client_random[KEY_RANDOM_LEN], struct key_set *out)
{
	struct finding f = {.client_random = client_random, .out = out};
	uint64_t hash = hash_bytes(client_random, KEY_RANDOM_LEN);
	const struct kept *kept = find_kept(t, hash, client_random);
	struct generations_walk walk;
	const struct place *place;
	int places = 0;

	for (int label = 0; kept != NULL && label < KEY_LABELS; label++)
		if (kept->keys.of[label].len > 0)
			take_secret(&f, (enum key_label)label, &kept->keys.of[label]);
	generations_walk_init(&walk, &t->places, hash, GENERATIONS_MAX);
	while (places++ < READ_MAX && (place = generations_walk_next(&walk)) != NULL)
		read_place(t, place, &f);
	return f.has_found;
}

struct secret_table_use secret_table_use(const struct secret_table *t)
{
	return (struct secret_table_use){.places = t->places.count,
					 .secrets = t->secrets.count,
					 .forgotten = t->places.forgotten + t->secrets.forgotten,
					 .bytes = sizeof(*t) + t->places.bytes + t->secrets.bytes};
}
