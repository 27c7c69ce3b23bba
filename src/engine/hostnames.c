#include "engine/hostnames.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/list.h"
#include "base/mem.h"
#include "proto/dns.h"

/* An IPv4 address stands in the first four bytes, the others are 0. */
struct name_key {
	uint8_t address[16];
	uint8_t is_ipv6;
};

enum {
	MEMORY_PART = 32,
	MEMORY_MIN = 1 << 20,
	MEMORY_MAX = 32 << 20,
	NAME_MAX_LEN = 1024,
	NAME_OVERHEAD = 16 + 2 * sizeof(struct hash_slot), /* of an allocation, and in the table; about */
};

struct name {
	struct list_link age; /* by the time it was met, the oldest first; in no list: it stays */
	uint64_t hash;
	struct name_key key;
	uint16_t len; /* of the text */
	char text[];
};

struct hostnames {
	struct hash_table table;
	struct list_link ages;
	uint64_t bytes; /* of those that may go */
	uint64_t limit;
	uint64_t changes;
};

struct hostnames *hostnames_new(uint64_t memory_limit)
{
	struct hostnames *n = mem_zalloc(sizeof(*n));
	uint64_t part = memory_limit / MEMORY_PART;

	list_init(&n->ages);
	n->limit = memory_limit == 0 || part > MEMORY_MAX ? MEMORY_MAX : part;
	if (n->limit < MEMORY_MIN)
		n->limit = MEMORY_MIN;
	return n;
}

void hostnames_free(struct hostnames *n)
{
	if (n == NULL)
		return;
	for (size_t i = 0; i < n->table.capacity; i++)
		free(n->table.slots[i].item);
	hash_fini(&n->table);
	free(n);
}

static struct name_key key_of(const uint8_t *address, bool is_ipv6)
{
	struct name_key key = {.is_ipv6 = is_ipv6};

	memcpy(key.address, address, is_ipv6 ? 16 : 4);
	return key;
}

static bool same_key(const void *item, const void *key)
{
	return memcmp(&((const struct name *)item)->key, key, sizeof(struct name_key)) == 0;
}

const char *hostnames_lookup(const struct hostnames *n, const uint8_t *address, bool is_ipv6)
{
	struct name_key key = key_of(address, is_ipv6);
	const struct name *name;

	if (n == NULL || n->table.count == 0)
		return NULL;
	name = hash_lookup(&n->table, hash_bytes(&key, sizeof(key)), same_key, &key);
	return name != NULL ? name->text : NULL;
}

size_t hostnames_count(const struct hostnames *n)
{
	return n->table.count;
}

uint64_t hostnames_changes(const struct hostnames *n)
{
	return n->changes;
}

uint64_t hostnames_memory(const struct hostnames *n)
{
	return n->bytes;
}

static uint64_t bytes_of(const struct name *name)
{
	return sizeof(*name) + name->len + 1U + NAME_OVERHEAD;
}

static void forget(struct hostnames *n, struct name *name)
{
	n->changes++;
	hash_remove(&n->table, name->hash, name);
	list_remove(&name->age);
	n->bytes -= bytes_of(name);
	free(name);
}

static void make_room(struct hostnames *n)
{
	struct list_link *link;

	while ((n->table.count > HOSTNAMES_MAX || hostnames_memory(n) > n->limit) &&
	       (link = list_first(&n->ages)) != NULL && !list_is_last(&n->ages, link))
		forget(n, LIST_ITEM(link, struct name, age));
}

static struct name *add_name(struct hostnames *n, const struct name_key *key, uint64_t hash, const char *text)
{
	size_t len = strnlen(text, NAME_MAX_LEN);
	struct name *name = mem_zalloc(sizeof(*name) + len + 1);

	n->changes++;
	name->hash = hash;
	name->key = *key;
	name->len = (uint16_t)len;
	memcpy(name->text, text, len);
	hash_insert(&n->table, hash, name);
	return name;
}

static void add(struct hostnames *n, const uint8_t *address, bool is_ipv6, const char *text, bool stays)
{
	struct name_key key = key_of(address, is_ipv6);
	uint64_t hash = hash_bytes(&key, sizeof(key));
	struct name *name = hash_lookup(&n->table, hash, same_key, &key);
	bool is_new = name == NULL;

	if (*text == '\0' || (stays && n->table.count >= HOSTNAMES_MAX))
		return;
	if (is_new)
		name = add_name(n, &key, hash, text);
	if (stays || (!is_new && !list_is_linked(&name->age)))
		return;
	n->bytes += is_new ? bytes_of(name) : 0;
	list_remove(&name->age);
	list_append(&n->ages, &name->age);
	make_room(n);
}

void hostnames_add(struct hostnames *n, const uint8_t *address, bool is_ipv6, const char *text)
{
	add(n, address, is_ipv6, text, false);
}

static void add_answer(void *ctx, const uint8_t *address, bool is_ipv6, const char *name)
{
	hostnames_add(ctx, address, is_ipv6, name);
}

void hostnames_read_answer(struct hostnames *n, struct slice message)
{
	dns_read_answer(message, add_answer, n);
}

static void read_line(struct hostnames *n, char *line)
{
	uint8_t address[16];
	char *rest = NULL;
	const char *text;
	const char *name;

	line[strcspn(line, "#\r\n")] = '\0';
	text = strtok_r(line, " \t", &rest);
	name = text != NULL ? strtok_r(NULL, " \t", &rest) : NULL;
	if (name == NULL)
		return;
	if (inet_pton(AF_INET, text, address) == 1)
		add(n, address, false, name, true);
	else if (inet_pton(AF_INET6, text, address) == 1)
		add(n, address, true, name, true);
}

void hostnames_read_hosts(struct hostnames *n, const char *path)
{
	FILE *file = fopen(path, "re");
	char line[1024];

	if (file == NULL)
		return;
	while (fgets(line, sizeof(line), file) != NULL)
		read_line(n, line);
	fclose(file);
}
