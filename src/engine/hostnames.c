#include "engine/hostnames.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/hash.h"
#include "base/mem.h"
#include "proto/dns.h"

/* An IPv4 address stands in the first four bytes, the others are 0. */
struct name_key {
	uint8_t address[16];
	uint8_t is_ipv6;
};

struct name {
	struct name_key key;
	char text[];
};

struct hostnames {
	struct hash_table table;
};

struct hostnames *hostnames_new(void)
{
	return mem_zalloc(sizeof(struct hostnames));
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

void hostnames_add(struct hostnames *n, const uint8_t *address, bool is_ipv6, const char *text)
{
	struct name_key key = key_of(address, is_ipv6);
	uint64_t hash = hash_bytes(&key, sizeof(key));
	struct name *name;

	if (*text == '\0' || n->table.count >= HOSTNAMES_MAX || hash_lookup(&n->table, hash, same_key, &key) != NULL)
		return;
	name = mem_alloc(sizeof(*name) + strlen(text) + 1);
	name->key = key;
	memcpy(name->text, text, strlen(text) + 1);
	hash_insert(&n->table, hash, name);
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
		hostnames_add(n, address, false, name);
	else if (inet_pton(AF_INET6, text, address) == 1)
		hostnames_add(n, address, true, name);
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
