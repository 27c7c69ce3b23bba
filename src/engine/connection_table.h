/*
 * connection_table: the connections that are kept, by the number of their session, from 1 on. Chunks whose connections
 * are all gone take no memory. Private to the engine layer.
 */
#ifndef ENGINE_CONNECTION_TABLE_H
#define ENGINE_CONNECTION_TABLE_H

#include <stddef.h>
#include <stdint.h>

struct connection;
struct connection_chunk;

struct connection_table {
	struct connection_chunk **chunks; /* NULL where there are none */
	size_t first;			  /* the number of the first chunk in the array */
	size_t count;
	size_t cap;
	size_t live;
};

void connection_table_fini(struct connection_table *t);

void connection_table_put(struct connection_table *t, uint32_t number, struct connection *v);
/* It is there. */
void connection_table_drop(struct connection_table *t, uint32_t number);

/* NULL: there is none. */
struct connection *connection_table_get(const struct connection_table *t, uint32_t number);
/* The lowest number above `number`; 0: there is none. */
uint32_t connection_table_next(const struct connection_table *t, uint32_t number);

/* Bytes that it takes itself. */
uint64_t connection_table_memory(const struct connection_table *t);

#endif
