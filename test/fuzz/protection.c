/*
 * Arbitrary records open under no key, and those that were sealed under it do, whatever came between. The input: the
 * suite, the way (bits: sender, encrypt-then-MAC, version), padding, the length of a secret, a version; then pieces,
 * each with a byte that says what it is for, and one for its length.
 */
#include <assert.h>

#include "../tls/sealer.h"
#include "../tls/suite_codes.h"
#include "tls/protection.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	HEAD_LEN = 6,
	TIMES = 90, /* that a long piece comes */
};

static const struct key_secret master = {48, "forty-eight bytes of a master secret, all secret"};
static const uint8_t randoms[2][KEY_RANDOM_LEN] = {"client", "server"};

struct fuzz {
	const struct suite *suite;
	struct sealer sealer;
	struct protection *opener;
	struct buffer record;
	uint8_t out[PROTECTION_TEXT_MAX];
};

static bool begin(struct fuzz *f, const uint8_t *head)
{
	enum side sender = head[1] & 1 ? SIDE_SERVER : SIDE_CLIENT;
	bool encrypts_first = head[1] & 2;
	struct key_secret traffic = master;
	uint16_t version = 0x0303;

	f->suite = suite_find(suite_codes[head[0] % SUITE_CODES]);
	traffic.len = head[3] % (KEY_SECRET_MAX + 1);
	protection_free(protection_new_1_3(f->suite, &traffic));
	protection_free(protection_new_1_2(f->suite, (uint16_t)(0x0300 | head[4]), encrypts_first, sender, &traffic,
					   randoms[0], randoms[1]));
	assert(protection_next_secret(f->suite, &traffic, &traffic) ==
	       (f->suite->is_1_3 && traffic.len == suite_hash_len(f->suite->hash)));
	traffic = master;
	traffic.len = (uint8_t)suite_hash_len(f->suite->hash);
	if (f->suite->is_1_3) {
		f->opener = protection_new_1_3(f->suite, &traffic);
		sealer_init_1_3(&f->sealer, f->suite, slice_of(traffic.bytes, traffic.len));
	} else if (f->suite->cipher != NULL) {
		if (f->suite->family == SUITE_CBC)
			version = (uint16_t)(0x0301 + (head[1] >> 2) % 3);
		f->opener =
			protection_new_1_2(f->suite, version, encrypts_first, sender, &master, randoms[0], randoms[1]);
		sealer_init_1_2(&f->sealer, f->suite, version, encrypts_first, sender, master.bytes, randoms[0],
				randoms[1]);
	}
	f->sealer.padding = head[2] % 15;
	f->sealer.sequence = (uint64_t)head[5] << (head[5] % 50);
	return f->opener != NULL;
}

static struct slice body_of(const struct buffer *record)
{
	return slice_after(buffer_slice(record), 5);
}

static bool opens(struct fuzz *f, uint64_t sequence, struct opened_record *opened)
{
	return protection_open(f->opener, f->record.data, body_of(&f->record), sequence, f->out, opened);
}

/* What was sealed is opened, and under no other number. */
static void play_sealed(struct fuzz *f, struct slice text)
{
	uint64_t sequence = f->sealer.sequence;
	uint8_t type = (uint8_t)(20 + text.len % 5);
	struct opened_record opened;

	buffer_clear(&f->record);
	sealer_seal(&f->sealer, type, text, &f->record);
	assert(!opens(f, sequence + 1, &opened) && opens(f, sequence, &opened));
	assert(opened.type == type && slice_equals(slice_of(f->out, opened.len), text));
}

/* With a byte changed it is not. */
static void play_changed(struct fuzz *f, struct slice text)
{
	uint64_t sequence = f->sealer.sequence;
	struct opened_record opened;
	size_t at;

	buffer_clear(&f->record);
	sealer_seal(&f->sealer, 23, slice_after(text, 2), &f->record);
	at = text.len > 1 ? (size_t)(text.data[0] << 8 | text.data[1]) % f->record.len : 0;
	f->record.data[at] ^= 0x10;
	assert(!opens(f, sequence, &opened));
	f->record.data[at] ^= 0x10;
	protection_skip(f->opener, body_of(&f->record));
}

/* Any bytes as a record's; the next that is sealed goes by, so that both ends agree again. */
static void play_any(struct fuzz *f, struct slice body, unsigned int header_flaw)
{
	struct opened_record opened;

	buffer_clear(&f->record);
	sealer_header(&f->sealer, 23, &f->record);
	buffer_append(&f->record, body);
	sealer_set_len(f->record.data, body.len + header_flaw);
	assert(!opens(f, f->sealer.sequence, &opened));
	protection_skip(f->opener, body);
	buffer_clear(&f->record);
	sealer_seal(&f->sealer, 23, slice_of(NULL, 0), &f->record);
	protection_skip(f->opener, body_of(&f->record));
}

static void play(struct fuzz *f, uint8_t what, struct slice text)
{
	if (what % 4 == 0)
		play_sealed(f, text);
	else if (what % 4 == 1)
		play_changed(f, text);
	else
		play_any(f, text, what % 4 == 2 ? 0 : what / 64);
}

/* A piece, or many times it: records may be longer than any piece. */
static void play_piece(struct fuzz *f, uint8_t what, struct slice piece)
{
	struct buffer text = {0};

	for (int i = 0; i < (what & 32 ? TIMES : 1); i++)
		buffer_append(&text, piece);
	play(f, what, slice_sub(buffer_slice(&text), 0, 16384 - f->sealer.padding));
	buffer_fini(&text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct fuzz f;
	struct slice rest = slice_after(slice_of(data, size), HEAD_LEN);

	f = (struct fuzz){.suite = NULL};
	if (size < HEAD_LEN || !begin(&f, data))
		return 0;
	assert(protection_memory(f.opener) > 0);
	while (rest.len >= 2) {
		struct slice piece = slice_sub(rest, 2, rest.data[1]);

		play_piece(&f, rest.data[0], piece);
		rest = slice_after(rest, 2 + piece.len);
	}
	protection_free(f.opener);
	buffer_fini(&f.record);
	return 0;
}
