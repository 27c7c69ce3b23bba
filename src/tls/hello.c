#include "tls/hello.h"

enum {
	EXTENSION_SERVER_NAME = 0,
	EXTENSION_ALPN = 16,
	EXTENSION_ENCRYPT_THEN_MAC = 22,
	EXTENSION_SESSION_TICKET = 35,
	EXTENSION_PRE_SHARED_KEY = 41,
	EXTENSION_EARLY_DATA = 42,
	EXTENSION_VERSIONS = 43,
};

/* RFC 8446 section 4.1.3: the random of a ServerHello that is a HelloRetryRequest. */
static const uint8_t retry_random[KEY_RANDOM_LEN] = {0xcf, 0x21, 0xad, 0x74, 0xe5, 0x9a, 0x61, 0x11, 0xbe, 0x1d, 0x8c,
						     0x02, 0x1e, 0x65, 0xb8, 0x91, 0xc2, 0xa2, 0x11, 0x16, 0x7a, 0xbb,
						     0x8c, 0x5e, 0x07, 0x9e, 0x09, 0xe2, 0xc8, 0xa8, 0x33, 0x9c};

/* ---- fields ---- */

static struct slice take(struct slice *from, size_t len)
{
	struct slice taken = slice_sub(*from, 0, len);

	*from = slice_after(*from, len);
	return taken;
}

/* A number of `len` bytes; 0 where they are not there. */
static uint32_t take_number(struct slice *from, size_t len)
{
	struct slice bytes = take(from, len);
	uint32_t number = 0;

	for (size_t i = 0; i < bytes.len; i++)
		number = number << 8 | bytes.data[i];
	return bytes.len == len ? number : 0;
}

/* What stands after its own length of `len` bytes; as much of it as is there. */
static struct slice take_vector(struct slice *from, size_t len)
{
	uint32_t vector_len = take_number(from, len);

	return take(from, vector_len);
}

/* The same, and only as a whole: half a ticket is another one. */
static struct slice take_whole(struct slice *from, size_t len)
{
	uint32_t vector_len = take_number(from, len);
	struct slice vector = take(from, vector_len);

	return vector.len == vector_len ? vector : slice_of(NULL, 0);
}

/* The names that random values of RFC 8701 would take are no versions. */
static bool is_version(uint32_t version)
{
	return version >= 0x0300 && version <= TLS_VERSION_1_3;
}

/* A name with a NUL inside would be read as another one. */
static void copy_name(struct slice name, char out[TLS_NAME_SIZE])
{
	if (name.len == 0 || name.len >= TLS_NAME_SIZE || slice_find(name, '\0') < name.len)
		return;
	memcpy(out, name.data, name.len);
	out[name.len] = '\0';
}

static void read_name(struct slice extension, char name[TLS_NAME_SIZE])
{
	struct slice list = take_vector(&extension, 2);
	uint32_t type = take_number(&list, 1);

	if (type == 0)
		copy_name(take_whole(&list, 2), name);
}

static void read_protocol(struct slice extension, char protocol[TLS_NAME_SIZE])
{
	struct slice list = take_vector(&extension, 2);

	copy_name(take_whole(&list, 1), protocol);
}

static bool next_extension(struct slice *extensions, uint32_t *type, struct slice *body)
{
	if (extensions->len < 4)
		return false;
	*type = take_number(extensions, 2);
	*body = take_whole(extensions, 2);
	return true;
}

static bool take_random(struct slice *from, uint8_t random[KEY_RANDOM_LEN])
{
	struct slice bytes = take(from, KEY_RANDOM_LEN);

	if (bytes.len < KEY_RANDOM_LEN)
		return false;
	memcpy(random, bytes.data, KEY_RANDOM_LEN);
	return true;
}

/* ---- messages ---- */

static void read_offered(struct slice extension, struct client_hello *out)
{
	struct slice versions = take_vector(&extension, 1);

	while (versions.len >= 2) {
		uint32_t version = take_number(&versions, 2);

		if (is_version(version) && version > out->version)
			out->version = (uint16_t)version;
	}
}

bool hello_read_client(struct slice body, struct client_hello *out)
{
	struct slice extensions;
	struct slice extension;
	uint32_t type;

	*out = (struct client_hello){.version = (uint16_t)take_number(&body, 2)};
	if (!take_random(&body, out->random))
		return false;
	out->session_id = take_whole(&body, 1);
	take_vector(&body, 2); /* suites */
	take_vector(&body, 1); /* compressions */
	extensions = take_vector(&body, 2);
	while (next_extension(&extensions, &type, &extension)) {
		if (type == EXTENSION_SERVER_NAME)
			read_name(extension, out->name);
		else if (type == EXTENSION_ALPN)
			read_protocol(extension, out->protocol);
		else if (type == EXTENSION_VERSIONS)
			read_offered(extension, out);
		else if (type == EXTENSION_SESSION_TICKET)
			out->ticket = extension;
		else if (type == EXTENSION_EARLY_DATA)
			out->has_early_data = true;
	}
	return true;
}

bool hello_read_server(struct slice body, struct server_hello *out)
{
	struct slice extensions;
	struct slice extension;
	uint32_t type;

	*out = (struct server_hello){.version = (uint16_t)take_number(&body, 2)};
	if (!take_random(&body, out->random))
		return false;
	out->has_retry = memcmp(out->random, retry_random, sizeof(retry_random)) == 0;
	out->session_id = take_whole(&body, 1);
	if (body.len < 3)
		return false;
	out->suite = (uint16_t)take_number(&body, 2);
	out->compression = (uint8_t)take_number(&body, 1);
	extensions = take_vector(&body, 2);
	while (next_extension(&extensions, &type, &extension)) {
		if (type == EXTENSION_VERSIONS && extension.len >= 2)
			out->version = (uint16_t)take_number(&extension, 2);
		else if (type == EXTENSION_ENCRYPT_THEN_MAC)
			out->has_encrypt_then_mac = true;
		else if (type == EXTENSION_PRE_SHARED_KEY)
			out->has_psk = true;
		else if (type == EXTENSION_ALPN)
			read_protocol(extension, out->protocol);
	}
	return true;
}

void hello_read_extensions(struct slice body, struct encrypted_extensions *out)
{
	struct slice extensions = take_vector(&body, 2);
	struct slice extension;
	uint32_t type;

	*out = (struct encrypted_extensions){.has_early_data = false};
	while (next_extension(&extensions, &type, &extension)) {
		if (type == EXTENSION_ALPN)
			read_protocol(extension, out->protocol);
		else if (type == EXTENSION_EARLY_DATA)
			out->has_early_data = true;
	}
}

struct slice hello_read_ticket(struct slice body)
{
	take(&body, 4); /* its lifetime */
	return take_whole(&body, 2);
}

size_t hello_read_chain(struct slice body, bool is_1_3, struct slice chain[CERTIFICATE_CHAIN_MAX])
{
	struct slice list;
	size_t count = 0;

	if (is_1_3)
		take_vector(&body, 1); /* the context of the request that it answers */
	list = take_vector(&body, 3);
	while (count < CERTIFICATE_CHAIN_MAX && list.len > 3) {
		struct slice der = take_whole(&list, 3);

		if (der.len == 0)
			break;
		chain[count++] = der;
		if (is_1_3)
			take_vector(&list, 2); /* its extensions */
	}
	return count;
}
