#include "tls/key_set.h"

#include <openssl/crypto.h>
#include <string.h>

enum {
	LINE_SIZE = 256, /* label, random and the longest secret in hexadecimal digits */
};

const char *key_set_label_name(enum key_label label)
{
	static const char *const names[KEY_LABELS] = {
		[KEY_CLIENT_RANDOM] = "CLIENT_RANDOM",
		[KEY_CLIENT_EARLY_TRAFFIC_SECRET] = "CLIENT_EARLY_TRAFFIC_SECRET",
		[KEY_CLIENT_HANDSHAKE_TRAFFIC_SECRET] = "CLIENT_HANDSHAKE_TRAFFIC_SECRET",
		[KEY_SERVER_HANDSHAKE_TRAFFIC_SECRET] = "SERVER_HANDSHAKE_TRAFFIC_SECRET",
		[KEY_CLIENT_TRAFFIC_SECRET_0] = "CLIENT_TRAFFIC_SECRET_0",
		[KEY_SERVER_TRAFFIC_SECRET_0] = "SERVER_TRAFFIC_SECRET_0",
	};

	return names[label];
}

bool key_set_has_any(const struct key_set *s)
{
	for (int label = 0; label < KEY_LABELS; label++)
		if (s->of[label].len > 0)
			return true;
	return false;
}

void key_set_wipe(struct key_set *s)
{
	OPENSSL_cleanse(s, sizeof(*s));
}

static char *put_hex(char *at, const uint8_t *bytes, size_t len)
{
	static const char digits[] = "0123456789abcdef";

	for (size_t i = 0; i < len; i++) {
		*at++ = digits[bytes[i] >> 4];
		*at++ = digits[bytes[i] & 15];
	}
	return at;
}

/* Ends in LF and NUL; returns its length without NUL. */
static size_t print_line(char line[LINE_SIZE], enum key_label label, const uint8_t *client_random,
			 const struct key_secret *secret)
{
	char *at = stpcpy(line, key_set_label_name(label));

	*at++ = ' ';
	at = put_hex(at, client_random, KEY_RANDOM_LEN);
	*at++ = ' ';
	at = put_hex(at, secret->bytes, secret->len);
	*at++ = '\n';
	*at = '\0';
	return (size_t)(at - line);
}

size_t key_set_print(const struct key_set *keys, const uint8_t client_random[KEY_RANDOM_LEN], char *out, size_t size)
{
	char line[LINE_SIZE];
	size_t len = 0;

	for (int label = 0; label < KEY_LABELS; label++) {
		size_t line_len;

		if (keys->of[label].len == 0)
			continue;
		line_len = print_line(line, (enum key_label)label, client_random, &keys->of[label]);
		if (line_len >= size - len) {
			OPENSSL_cleanse(out, len);
			len = 0;
			break;
		}
		memcpy(out + len, line, line_len + 1);
		len += line_len;
	}
	OPENSSL_cleanse(line, sizeof(line));
	return len;
}
