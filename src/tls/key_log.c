#include "tls/key_log.h"

#include <endian.h>
#include <openssl/crypto.h>

enum {
	WINDOW = 256, /* in which an end is looked for at a time */
	MASTER_LEN = 48,
	AT_ONCE = 8, /* hexadecimal digits */
};

/* ---- a line ---- */

static inline uint64_t each(uint8_t byte)
{
	return byte * UINT64_C(0x0101010101010101);
}

/* Eight digits at a time, one in each byte of a word; no sum of a byte runs over into the next. */
static inline uint32_t read_eight(const uint8_t *hex, uint64_t *flaws)
{
	uint64_t text;
	uint64_t value;
	uint64_t is_letter;

	memcpy(&text, hex, sizeof(text));
	text = le64toh(text);
	value = (text & each(0x0f)) + (text >> 6 & each(1)) * 9;
	is_letter = (value + each(6)) >> 4 & each(1);
	/* Written again in lower case it must be what it was. */
	*flaws |= (value & each(0x10)) | ((text | is_letter << 5) ^ (value + each('0') + is_letter * ('a' - '9' - 1)));
	value = (value << 4 | value >> 8) & UINT64_C(0x00ff00ff00ff00ff);
	value = (value | value >> 8) & UINT64_C(0x0000ffff0000ffff);
	return htole32((uint32_t)(value | value >> 16));
}

/* `hex`: a multiple of eight digits. */
static bool read_hex(struct slice hex, uint8_t *out)
{
	uint64_t flaws = 0;

	for (size_t at = 0; at < hex.len; at += AT_ONCE) {
		uint32_t four = read_eight(hex.data + at, &flaws);

		memcpy(out + at / 2, &four, sizeof(four));
	}
	return flaws == 0;
}

static bool find_label(struct slice name, enum key_label *label)
{
	for (int i = 0; i < KEY_LABELS; i++)
		if (slice_equals(name, slice_from_text(key_set_label_name((enum key_label)i)))) {
			*label = (enum key_label)i;
			return true;
		}
	return false;
}

static bool is_secret_len(enum key_label label, size_t len)
{
	return len == MASTER_LEN || (len == 32 && label != KEY_CLIENT_RANDOM);
}

bool key_log_parse(struct slice line, struct key_line *out)
{
	size_t label_len = slice_find(slice_sub(line, 0, WINDOW), ' ');
	struct slice random = slice_sub(line, label_len + 1, (size_t)2 * KEY_RANDOM_LEN);
	struct slice rest = slice_after(line, label_len + 1 + random.len);
	struct slice secret = slice_after(rest, 1);

	if (rest.len == 0 || rest.data[0] != ' ' || !find_label(slice_sub(line, 0, label_len), &out->label) ||
	    secret.len % 2 != 0 || !is_secret_len(out->label, secret.len / 2))
		return false;
	out->secret.len = (uint8_t)(secret.len / 2);
	if (read_hex(random, out->client_random) && read_hex(secret, out->secret.bytes))
		return true;
	OPENSSL_cleanse(&out->secret, sizeof(out->secret));
	return false;
}

/* ---- lines ---- */

void key_log_init(struct key_log *k)
{
	*k = (struct key_log){.offset = 0};
}

/* Where the line ends: at the first CR or LF. `in.len`: not here. */
static size_t find_end(struct slice in)
{
	for (size_t at = 0; at < in.len; at += WINDOW) {
		struct slice window = slice_sub(in, at, WINDOW);
		size_t end = slice_find(slice_sub(window, 0, slice_find(window, '\n')), '\r');

		if (end < window.len)
			return at + end;
	}
	return in.len;
}

static void tell(struct key_log *k, struct slice text, key_line_sink *sink, void *ctx)
{
	struct key_line line;

	if (!key_log_parse(text, &line))
		return;
	line.begin = k->begin;
	line.end = k->begin + text.len;
	sink(ctx, &line);
	OPENSSL_cleanse(&line, sizeof(line));
}

/* More of a line that began in an earlier piece, or does not end in this one. */
static void keep(struct key_log *k, struct slice part)
{
	if (part.len > (size_t)KEY_LINE_MAX - k->len)
		k->is_skipping = true;
	if (k->is_skipping || part.len == 0)
		return;
	memcpy(k->line + k->len, part.data, part.len);
	k->len = (uint16_t)(k->len + part.len);
}

static void forget(struct key_log *k)
{
	OPENSSL_cleanse(k->line, k->len);
	k->len = 0;
	k->is_skipping = false;
}

/* The line ends, with `part`. */
static void end_line(struct key_log *k, struct slice part, key_line_sink *sink, void *ctx)
{
	if (k->len > 0 || k->is_skipping) {
		keep(k, part);
		part = slice_of(k->line, k->len);
	}
	if (!k->is_skipping && part.len <= KEY_LINE_MAX)
		tell(k, part, sink, ctx);
	forget(k);
}

void key_log_feed(struct key_log *k, struct slice in, key_line_sink *sink, void *ctx)
{
	while (in.len > 0) {
		size_t end = find_end(in);

		if (end == in.len) {
			keep(k, in);
			k->offset += in.len;
			return;
		}
		end_line(k, slice_sub(in, 0, end), sink, ctx);
		k->offset += end + 1;
		k->begin = k->offset;
		in = slice_after(in, end + 1);
	}
}

void key_log_finish(struct key_log *k, key_line_sink *sink, void *ctx)
{
	end_line(k, slice_of(NULL, 0), sink, ctx);
	k->begin = k->offset;
}
