/*
 * key_waits: connections that wait for their key, by the random that names it, and since when. Private to the engine
 * layer; embedded in the engine.
 *
 * A session whose flow is over stays, parked, until its key has come, was waited for long enough, or the memory is
 * short. On a screen it then ends for now, and what it was before is held: its key may come as long as it is there, and
 * it is read on from where it stopped. What is done then lifecycle.c knows.
 */
#ifndef ENGINE_KEY_WAITS_H
#define ENGINE_KEY_WAITS_H

#include "base/hash.h"
#include "base/list.h"
#include "engine/connection.h"
#include "tls/key_set.h"

struct key_waits_held;

struct key_wait {
	struct connection *connection;
	struct key_wait *prev; /* of the same name, which any number may have; NULL: it is the first */
	struct key_wait *next;
	struct list_link link; /* while somebody counts the time */
	struct list_link come; /* while there is a key that it was not read with */
	int64_t since_ns;
	bool is_parked;
	struct key_waits_held *held; /* NULL: it has not ended */
	uint8_t name[KEY_RANDOM_LEN];
};

struct key_waits {
	struct hash_table by_name;
	struct list_link waiting; /* the longest first */
	struct list_link come;	  /* whose key is there, see engine_use_keys */
	size_t count;		  /* of all, the ended ones included */
};

void key_waits_init(struct key_waits *w);
/* All connections have gone. */
void key_waits_fini(struct key_waits *w);

/* A connection was given what has come: whether it waits may have changed. */
void key_waits_look(struct key_waits *w, struct connection *v, int64_t now_ns);
/* It waits no more. */
void key_waits_forget(struct key_waits *w, struct connection *v);
/* Its flow is over; where nobody counted its time that begins. */
void key_waits_park(struct key_waits *w, struct connection *v, int64_t now_ns);
/* Its time is not counted any more. */
void key_waits_stop(struct connection *v);

/* Who has waited longest; NULL: nobody's time is counted. */
struct connection *key_waits_first(const struct key_waits *w);

/* What its session is now is held; it is again what it was. */
void key_waits_hold(struct connection *v);
void key_waits_let_go(struct connection *v);

/* The key of that name can be found; the next of those whose key can, taken off; NULL: there is none. */
void key_waits_note(struct key_waits *w, const uint8_t name[KEY_RANDOM_LEN]);
struct connection *key_waits_take(struct key_waits *w);

/* Bytes for what a connection waits with. */
size_t key_waits_memory(const struct connection *v);

#endif
