/*
 * connection_table: the connections that are kept, by the number of their session, from 1 on. Takes memory for what is
 * there, however far their numbers lie apart. Private to the engine layer.
 */
#ifndef ENGINE_CONNECTION_TABLE_H
#define ENGINE_CONNECTION_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct connection;
struct connection_chunk;

/* Of connections whose numbers follow each other. */
struct connection_place {
	uint64_t number; /* of the chunk */
	struct connection_chunk *chunk;
};

struct connection_table {
	struct connection_place *places; /* of the chunks that hold any, by number, from `first` on */
	size_t first;
	size_t count;
	size_t cap;
};

void connection_table_fini(struct connection_table *t);

void connection_table_put(struct connection_table *t, uint64_t number, struct connection *v);
/* It is there. */
void connection_table_drop(struct connection_table *t, uint64_t number);

/* NULL: there is none. */
struct connection *connection_table_get(const struct connection_table *t, uint64_t number);
/* The lowest number above `number`; 0: there is none. */
uint64_t connection_table_next(const struct connection_table *t, uint64_t number);

/* Bytes that it takes itself. */
uint64_t connection_table_memory(const struct connection_table *t);

#endif
