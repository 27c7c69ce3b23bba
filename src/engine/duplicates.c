#include "engine/duplicates.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/hash.h"
#include "base/mem.h"

enum {
	PROXY_S = 60,	/* a scanner may keep a mail so long before it passes it on */
	LOOKS_MAX = 64, /* at mails with one Message-ID, the latest first: what all have tells nothing */
};

struct entry {
	uint64_t hash;	   /* of the Message-ID; 0: unused */
	uint64_t envelope; /* 0: not known yet */
	int64_t first_ns;
	int64_t last_ns;
	uint64_t session;
	uint32_t mail;
	uint32_t older; /* of the same bucket: its place + 1; 0: none */
	uint32_t newer;
	uint8_t direction;
};

/* The entries are a ring; those of a bucket are chained from the latest to the oldest. */
struct duplicates {
	struct entry *entries;
	uint32_t *buckets; /* place + 1 of the latest */
	uint32_t next;
};

struct duplicates *duplicates_new(void)
{
	return mem_zalloc(sizeof(struct duplicates));
}

void duplicates_free(struct duplicates *k)
{
	if (k == NULL)
		return;
	free(k->entries);
	free(k->buckets);
	free(k);
}

static uint32_t *bucket_of(const struct duplicates *k, uint64_t hash)
{
	return &k->buckets[hash % DUPLICATES_ENTRIES];
}

static struct entry *entry_at(const struct duplicates *k, uint32_t place_and_one)
{
	return place_and_one > 0 ? &k->entries[place_and_one - 1] : NULL;
}

/* The oldest entry of all is the last of its chain. */
static void forget_oldest(struct duplicates *k)
{
	struct entry *oldest = &k->entries[k->next];

	if (oldest->hash == 0)
		return;
	if (oldest->newer > 0)
		entry_at(k, oldest->newer)->older = 0;
	else
		*bucket_of(k, oldest->hash) = 0;
}

/* What several observers saw of one mail stays apart. */
static uint64_t hash_of(const struct session *s, struct slice message_id)
{
	return (hash_bytes(message_id.data, message_id.len) + s->observer * UINT64_C(0x9e3779b97f4a7c15)) | 1;
}

void duplicates_add(struct duplicates *k, const struct session *s, struct mail *m, struct slice message_id)
{
	uint32_t *bucket;

	if (k->entries == NULL) {
		k->entries = mem_zalloc(DUPLICATES_ENTRIES * sizeof(*k->entries));
		k->buckets = mem_zalloc(DUPLICATES_ENTRIES * sizeof(*k->buckets));
	}
	m->message_id_hash = hash_of(s, message_id);
	forget_oldest(k);
	bucket = bucket_of(k, m->message_id_hash);
	k->entries[k->next] = (struct entry){.hash = m->message_id_hash,
					     .first_ns = m->first.time_ns,
					     .last_ns = m->last.time_ns,
					     .session = s->number,
					     .mail = m->number,
					     .older = *bucket,
					     .direction = (uint8_t)m->direction};
	if (*bucket > 0)
		entry_at(k, *bucket)->newer = k->next + 1;
	*bucket = k->next + 1;
	k->next = (k->next + 1) % DUPLICATES_ENTRIES;
}

/* The latest of a chain that has this Message-ID. */
static struct entry *match(const struct duplicates *k, uint32_t link, uint64_t hash)
{
	struct entry *e = entry_at(k, link);

	while (e != NULL && e->hash != hash)
		e = entry_at(k, e->older);
	return e;
}

static struct entry *first_match(const struct duplicates *k, const struct mail *m)
{
	if (m->message_id_hash == 0)
		return NULL;
	return match(k, *bucket_of(k, m->message_id_hash), m->message_id_hash);
}

void duplicates_settle(struct duplicates *k, uint64_t session, struct mail *m)
{
	uint64_t envelope;
	int looks = 0;

	if (m->direction != MAIL_SENT || m->message_id_hash == 0)
		return;
	envelope = mail_envelope_hash(m);
	for (struct entry *e = first_match(k, m); e != NULL && looks++ < LOOKS_MAX; e = match(k, e->older, e->hash)) {
		if (e->session == session && e->mail == m->number)
			e->envelope = envelope;
		else if (e->session == session && e->mail < m->number && e->envelope == envelope && m->repeats == 0)
			m->repeats = e->mail;
	}
}

/* A mail that is sent may wait in the proxy, one that is retrieved is asked for through it. */
static bool is_near(const struct entry *e, const struct mail *m)
{
	int64_t slack_ns = m->direction == MAIL_SENT ? PROXY_S * CLOCK_NS_PER_S : 0;

	return e->direction == (uint8_t)m->direction && e->first_ns <= m->last.time_ns + slack_ns &&
	       m->first.time_ns <= e->last_ns + slack_ns;
}

size_t duplicates_find(const struct duplicates *k, uint64_t session, const struct mail *m,
		       struct record_link links[DUPLICATES_LINKS_MAX])
{
	size_t count = 0;
	int looks = 0;

	for (struct entry *e = first_match(k, m); e != NULL && count < DUPLICATES_LINKS_MAX && looks++ < LOOKS_MAX;
	     e = match(k, e->older, e->hash))
		if (e->session != session && is_near(e, m))
			links[count++] = (struct record_link){.session = e->session, .mail = e->mail};
	return count;
}
