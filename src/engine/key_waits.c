#include "engine/key_waits.h"

#include <stdlib.h>

#include "base/mem.h"
#include "diagnosis/diagnosis.h"
#include "engine/filtered.h"
#include "mail/session_tls.h"

/* What a session that ended for now was before. */
struct key_waits_held {
	struct diagnosis *diagnosis;
	struct session_tls tls;
};

void key_waits_init(struct key_waits *w)
{
	list_init(&w->waiting);
	list_init(&w->come);
}

void key_waits_fini(struct key_waits *w)
{
	hash_fini(&w->by_name);
}

static bool same_name(const void *item, const void *key)
{
	const struct key_wait *w = item;

	return memcmp(w->name, key, sizeof(w->name)) == 0;
}

static struct key_wait *find(const struct key_waits *w, const uint8_t name[KEY_RANDOM_LEN])
{
	return hash_lookup(&w->by_name, hash_bytes(name, KEY_RANDOM_LEN), same_name, name);
}

static void link_name(struct key_waits *all, struct key_wait *w)
{
	struct key_wait *first = find(all, w->name);

	w->prev = first;
	w->next = NULL;
	if (first == NULL) {
		hash_insert(&all->by_name, hash_bytes(w->name, sizeof(w->name)), w);
		return;
	}
	w->next = first->next;
	if (w->next != NULL)
		w->next->prev = w;
	first->next = w;
}

static void unlink_name(struct key_waits *all, struct key_wait *w)
{
	uint64_t hash = hash_bytes(w->name, sizeof(w->name));

	if (w->next != NULL)
		w->next->prev = w->prev;
	if (w->prev != NULL) {
		w->prev->next = w->next;
		return;
	}
	hash_remove(&all->by_name, hash, w);
	if (w->next != NULL)
		hash_insert(&all->by_name, hash, w->next);
}

static void free_held(struct key_waits_held *held)
{
	if (held != NULL)
		diagnosis_free(held->diagnosis);
	free(held);
}

void key_waits_forget(struct key_waits *all, struct connection *v)
{
	struct key_wait *w = v->key_wait;

	if (w == NULL)
		return;
	v->key_wait = NULL;
	unlink_name(all, w);
	list_remove(&w->link);
	list_remove(&w->come);
	free_held(w->held);
	free(w);
	all->count--;
}

size_t key_waits_memory(const struct connection *v)
{
	const struct key_wait *w = v->key_wait;

	if (w == NULL)
		return 0;
	return sizeof(*w) + (w->held != NULL ? sizeof(*w->held) + diagnosis_memory(w->held->diagnosis) : 0);
}

static void begin(struct key_waits *all, struct connection *v, struct slice name, int64_t now_ns)
{
	struct key_wait *w = mem_zalloc(sizeof(*w));

	w->connection = v;
	w->since_ns = now_ns;
	memcpy(w->name, name.data, sizeof(w->name));
	v->key_wait = w;
	link_name(all, w);
	list_append(&all->waiting, &w->link);
	all->count++;
}

/* Of a renegotiation. */
static void rename_wait(struct key_waits *all, struct key_wait *w, struct slice name)
{
	unlink_name(all, w);
	memcpy(w->name, name.data, sizeof(w->name));
	link_name(all, w);
}

void key_waits_look(struct key_waits *all, struct connection *v, int64_t now_ns)
{
	struct slice name;

	if (!connection_needs_key(v)) {
		key_waits_forget(all, v);
		return;
	}
	name = filtered_key_name(v->filtered);
	if (v->key_wait == NULL)
		begin(all, v, name, now_ns);
	else if (memcmp(v->key_wait->name, name.data, sizeof(v->key_wait->name)) != 0)
		rename_wait(all, v->key_wait, name);
}

void key_waits_park(struct key_waits *all, struct connection *v, int64_t now_ns)
{
	struct key_wait *w = v->key_wait;

	w->is_parked = true;
	if (list_is_linked(&w->link))
		return;
	w->since_ns = now_ns;
	list_append(&all->waiting, &w->link);
}

void key_waits_stop(struct connection *v)
{
	list_remove(&v->key_wait->link);
}

struct connection *key_waits_first(const struct key_waits *w)
{
	struct list_link *link = list_first(&w->waiting);

	return link != NULL ? LIST_ITEM(link, struct key_wait, link)->connection : NULL;
}

void key_waits_hold(struct connection *v)
{
	struct key_wait *w = v->key_wait;

	w->held = mem_zalloc(sizeof(*w->held));
	w->held->diagnosis = diagnosis_hold(v->session->diagnosis);
	w->held->tls = *session_tls_of(v->session);
}

void key_waits_let_go(struct connection *v)
{
	struct key_waits_held *held = v->key_wait->held;
	struct session *s = v->session;

	v->key_wait->held = NULL;
	s->diagnosis = diagnosis_go_on(s->diagnosis, held->diagnosis);
	session_tls_go_on(s, &held->tls);
	free(held);
}

void key_waits_note(struct key_waits *all, const uint8_t name[KEY_RANDOM_LEN])
{
	struct key_wait *w = all->count > 0 ? find(all, name) : NULL;

	for (; w != NULL; w = w->next)
		if (!list_is_linked(&w->come))
			list_append(&all->come, &w->come);
}

struct connection *key_waits_take(struct key_waits *w)
{
	struct list_link *link = list_first(&w->come);

	if (link == NULL)
		return NULL;
	list_remove(link);
	return LIST_ITEM(link, struct key_wait, come)->connection;
}
