#include "diagnosis/traces.h"

#include <stdlib.h>

#include "base/mem.h"
#include "diagnosis/history.h"

enum {
	UIDS_PART = 32, /* of the memory */
	UIDS_BYTES_MIN = 1 << 20,
};

void traces_init(struct traces *k, uint64_t memory_limit)
{
	*k = (struct traces){.uid_limit = memory_limit > 0 ? memory_limit / UIDS_PART : UINT64_MAX};
	if (k->uid_limit < UIDS_BYTES_MIN)
		k->uid_limit = UIDS_BYTES_MIN;
	list_init(&k->age);
	list_init(&k->put_off);
	list_init(&k->boxes);
}

static uint64_t uid_bytes(const struct trace *t)
{
	return t->uid_count * (sizeof(*t->uids) + sizeof(*t->is_retrieved));
}

static void forget_uids(struct traces *k, struct trace *t)
{
	k->uid_bytes -= uid_bytes(t);
	list_remove(&t->box);
	free(t->uids);
	free(t->is_retrieved);
	t->uids = NULL;
	t->is_retrieved = NULL;
	t->uid_count = 0;
}

static void free_trace(struct traces *k, struct trace *t)
{
	hash_remove(&k->table, t->hash, t);
	list_remove(&t->age);
	list_remove(&t->put_off);
	forget_uids(k, t);
	free(t);
}

void traces_fini(struct traces *k)
{
	struct list_link *link;

	while ((link = list_first(&k->age)) != NULL)
		free_trace(k, LIST_ITEM(link, struct trace, age));
	hash_fini(&k->table);
	buffer_fini(&k->key);
}

uint64_t traces_memory(const struct traces *k)
{
	return k->table.count * sizeof(struct trace) + k->table.capacity * sizeof(struct hash_slot) + k->uid_bytes +
	       k->key.cap;
}

void traces_begin_key(struct traces *k, enum trace_kind kind, uint8_t observer)
{
	buffer_clear(&k->key);
	buffer_append_byte(&k->key, (uint8_t)kind);
	buffer_append_byte(&k->key, observer);
}

void traces_add(struct traces *k, const void *data, size_t len)
{
	buffer_append(&k->key, slice_of(data, len));
	buffer_append_byte(&k->key, 0);
}

void traces_add_text(struct traces *k, struct slice text)
{
	for (size_t i = 0; i < text.len; i++)
		buffer_append_byte(&k->key, slice_upper_byte(text.data[i]));
	buffer_append_byte(&k->key, 0);
}

static bool same_hash(const void *item, const void *hash)
{
	return ((const struct trace *)item)->hash == *(const uint64_t *)hash;
}

struct trace *traces_find(struct traces *k, bool *is_new)
{
	uint64_t hash = hash_bytes(k->key.data, k->key.len);
	struct trace *t = hash_lookup(&k->table, hash, same_hash, &hash);

	*is_new = t == NULL;
	if (t == NULL) {
		if (k->table.count >= HISTORY_MAX)
			free_trace(k, LIST_ITEM(list_first(&k->age), struct trace, age));
		t = mem_zalloc(sizeof(*t));
		t->hash = hash;
		hash_insert(&k->table, hash, t);
	}
	list_remove(&t->age);
	list_append(&k->age, &t->age);
	return t;
}

void traces_renew_uids(struct traces *k, struct trace *t, size_t count)
{
	forget_uids(k, t);
	t->uids = mem_zalloc(count * sizeof(*t->uids));
	t->is_retrieved = mem_zalloc(count);
	t->uid_count = count;
	k->uid_bytes += uid_bytes(t);
	list_append(&k->boxes, &t->box);
	while (k->uid_bytes > k->uid_limit && list_first(&k->boxes) != &t->box)
		forget_uids(k, LIST_ITEM(list_first(&k->boxes), struct trace, box));
}
