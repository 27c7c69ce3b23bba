#include "tls/protection.h"

#include <malloc.h>
#include <stdlib.h>

#include "../main.h"
#include "sealer.h"
#include "suite_codes.h"

#define RANDOM_C ((const uint8_t *)"client random of thirty-two byte")
#define RANDOM_S ((const uint8_t *)"server random of thirty-two byte")

static const struct key_secret master = {48, "forty-eight bytes of a master secret, all secret"};

/* One way of protection, and what opens it. */
struct way {
	const struct suite *suite;
	uint16_t version;
	bool encrypts_first;
	enum side sender;
	struct sealer sealer;
	struct protection *opener;
	uint8_t *out;
};

static struct protection *new_opener(const struct way *w, const struct key_secret *secret)
{
	struct key_secret traffic = *secret;

	if (!w->suite->is_1_3)
		return protection_new_1_2(w->suite, w->version, w->encrypts_first, w->sender, secret, RANDOM_C,
					  RANDOM_S);
	traffic.len = (uint8_t)suite_hash_len(w->suite->hash);
	return protection_new_1_3(w->suite, &traffic);
}

static void begin(struct way *w)
{
	const struct suite *suite = w->suite;

	if (suite->is_1_3)
		sealer_init_1_3(&w->sealer, suite, slice_of(master.bytes, suite_hash_len(suite->hash)));
	else
		sealer_init_1_2(&w->sealer, suite, w->version, w->encrypts_first, w->sender, master.bytes, RANDOM_C,
				RANDOM_S);
	w->opener = new_opener(w, &master);
	ck_assert_msg(w->opener != NULL, "%s %04x", suite->name, w->version);
	w->out = malloc(PROTECTION_TEXT_MAX);
}

static void end(struct way *w)
{
	protection_free(w->opener);
	free(w->out);
}

/* Runs `check` in each way that there is. */
static void each_way(void (*check)(struct way *))
{
	for (size_t i = 0; i < SUITE_CODES; i++) {
		const struct suite *suite = suite_find(suite_codes[i]);
		bool is_cbc = suite->family == SUITE_CBC;
		uint16_t first = is_cbc ? 0x0301 : 0x0303;

		for (uint16_t version = first; version <= 0x0303 && suite->cipher != NULL; version++)
			for (unsigned int bits = 0; bits < (is_cbc ? 4 : 2); bits++) {
				struct way w = {.suite = suite,
						.version = suite->is_1_3 ? 0x0304 : version,
						.encrypts_first = bits >= 2,
						.sender = bits % 2 ? SIDE_SERVER : SIDE_CLIENT};

				begin(&w);
				check(&w);
				end(&w);
			}
	}
}

static void each_way_of(uint16_t code, uint16_t version, void (*check)(struct way *))
{
	for (int encrypts_first = 0; encrypts_first < 2; encrypts_first++) {
		struct way w = {.suite = suite_find(code), .version = version, .encrypts_first = encrypts_first != 0};

		begin(&w);
		check(&w);
		end(&w);
	}
}

static bool open_with(struct protection *p, const struct way *w, struct slice record, uint64_t sequence,
		      struct opened_record *opened)
{
	/* In memory of its own, so that it is seen what reads beyond it. */
	uint8_t *body = malloc(record.len - 5);
	bool good;

	memcpy(body, record.data + 5, record.len - 5);
	good = protection_open(p, record.data, slice_of(body, record.len - 5), sequence, w->out, opened);
	free(body);
	return good;
}

static bool opens(const struct way *w, struct slice record, uint64_t sequence)
{
	struct opened_record opened;

	return open_with(w->opener, w, record, sequence, &opened);
}

static void expect_text(const struct way *w, struct slice record, uint64_t sequence, uint8_t type, struct slice text)
{
	struct opened_record opened = {0};

	ck_assert_msg(open_with(w->opener, w, record, sequence, &opened), "%s %04x, %zu bytes", w->suite->name,
		      w->version, text.len);
	ck_assert_uint_eq(opened.type, type);
	ck_assert(slice_equals(slice_of(w->out, opened.len), text));
}

static void fill(uint8_t *text, size_t len)
{
	for (size_t i = 0; i < len; i++)
		text[i] = (uint8_t)(i * 7 + len);
}

static void check_lengths(struct way *w)
{
	static const size_t lens[] = {0, 1, 11, 12, 15, 16, 17, 300, 16384};
	struct buffer record = {0};
	uint8_t text[16384];

	w->sealer.sequence = UINT64_C(0x0102030405060708);
	for (size_t i = 0; i < sizeof(lens) / sizeof(lens[0]); i++) {
		buffer_clear(&record);
		fill(text, lens[i]);
		w->sealer.padding = i % 4;
		sealer_seal(&w->sealer, (uint8_t)(21 + i % 3), slice_of(text, lens[i]), &record);
		expect_text(w, buffer_slice(&record), w->sealer.sequence - 1, (uint8_t)(21 + i % 3),
			    slice_of(text, lens[i]));
	}
	buffer_fini(&record);
}

START_TEST(records_of_each_way_open)
{
	each_way(check_lengths);
}
END_TEST

static void check_wrong(struct way *w)
{
	struct slice text = slice_from_text("250 2.0.0 Ok: queued as 4AbCdE\r\n");
	struct key_secret other_secret = master;
	struct way other = *w;
	struct buffer record = {0};

	w->sealer.sequence = 3;
	sealer_seal(&w->sealer, 23, text, &record);
	for (uint64_t sequence = 0; sequence < 8; sequence++)
		ck_assert_int_eq(sequence != 3 && opens(w, buffer_slice(&record), sequence), false);
	other_secret.bytes[31] ^= 1;
	other.opener = new_opener(&other, &other_secret);
	ck_assert(!opens(&other, buffer_slice(&record), 3));
	protection_free(other.opener);
	if (!w->suite->is_1_3) {
		other.sender = side_other(w->sender);
		other.opener = new_opener(&other, &master);
		ck_assert(!opens(&other, buffer_slice(&record), 3));
		protection_free(other.opener);
	}
	expect_text(w, buffer_slice(&record), 3, 23, text);
	buffer_fini(&record);
}

START_TEST(a_wrong_number_or_key_opens_nothing)
{
	each_way(check_wrong);
}
END_TEST

static bool is_blank(const uint8_t *out, size_t len)
{
	while (len > 0 && out[len - 1] == 0)
		len--;
	return len == 0;
}

static void check_changed(struct way *w)
{
	struct slice text = slice_from_text("MAIL FROM:<a@example.org>\r\n");
	struct buffer record = {0};

	sealer_seal(&w->sealer, 23, text, &record);
	memset(w->out, 0, 256);
	for (size_t at = 0; at < record.len; at++) {
		record.data[at] ^= (uint8_t)(1 << at % 8);
		ck_assert_msg(!opens(w, buffer_slice(&record), 0), "%s: byte %zu", w->suite->name, at);
		record.data[at] ^= (uint8_t)(1 << at % 8);
		ck_assert(is_blank(w->out, 256));
	}
	expect_text(w, buffer_slice(&record), 0, 23, text);
	buffer_fini(&record);
}

START_TEST(a_changed_byte_opens_nothing)
{
	each_way(check_changed);
}
END_TEST

static void check_cut(struct way *w)
{
	struct slice text = slice_from_text("RCPT TO:<somebody.with.a.long.name@example.org>\r\n");
	struct buffer record = {0};
	uint8_t header[5];

	sealer_seal(&w->sealer, 23, text, &record);
	memcpy(header, record.data, 5);
	for (size_t len = 5; len < record.len; len++) {
		ck_assert(!opens(w, slice_of(record.data, len), 0));
		sealer_set_len(record.data, len - 5);
		ck_assert_msg(!opens(w, slice_of(record.data, len), 0), "%s: %zu bytes", w->suite->name, len);
		memcpy(record.data, header, 5);
	}
	expect_text(w, buffer_slice(&record), 0, 23, text);
	buffer_fini(&record);
}

START_TEST(a_cut_record_opens_nothing)
{
	each_way(check_cut);
}
END_TEST

/* The limits of RFC 5246 section 6.2.1 and RFC 8446 section 5.4. */
static void check_long(struct way *w)
{
	struct buffer record = {0};
	uint8_t text[18500];

	fill(text, sizeof(text));
	for (size_t len = 16385; len < sizeof(text); len += 1001) {
		buffer_clear(&record);
		sealer_seal(&w->sealer, 23, slice_of(text, len), &record);
		ck_assert(!opens(w, buffer_slice(&record), w->sealer.sequence - 1));
		protection_skip(w->opener, slice_after(buffer_slice(&record), 5));
	}
	buffer_clear(&record);
	sealer_seal(&w->sealer, 23, slice_of(text, 16384), &record);
	expect_text(w, buffer_slice(&record), w->sealer.sequence - 1, 23, slice_of(text, 16384));
	buffer_fini(&record);
}

START_TEST(a_text_too_long_is_none)
{
	each_way(check_long);
}
END_TEST

static void check_chain(struct way *w)
{
	struct buffer records[5] = {{0}};
	struct slice text = slice_from_text("records are a chain");

	for (int i = 0; i < 5; i++)
		sealer_seal(&w->sealer, 23, text, &records[i]);
	expect_text(w, buffer_slice(&records[0]), 0, 23, text);
	if (!w->encrypts_first) /* the first block of the text is not what it was */
		ck_assert(!opens(w, buffer_slice(&records[2]), 2));
	protection_skip(w->opener, slice_after(buffer_slice(&records[1]), 5));
	expect_text(w, buffer_slice(&records[2]), 2, 23, text);
	protection_skip(w->opener, slice_of(NULL, 0));
	ck_assert(!opens(w, buffer_slice(&records[3]), 3));
	protection_skip(w->opener, slice_after(buffer_slice(&records[3]), 5));
	expect_text(w, buffer_slice(&records[4]), 4, 23, text);
	for (int i = 0; i < 5; i++)
		buffer_fini(&records[i]);
}

START_TEST(records_of_tls_1_0_are_a_chain)
{
	each_way_of(0xc013, 0x0301, check_chain);
	each_way_of(0x000a, 0x0301, check_chain);
}
END_TEST

static void expect_blocks(struct way *w, const uint8_t *inner, size_t len, bool opens_so)
{
	struct buffer record = {0};

	sealer_blocks(&w->sealer, 23, slice_of(inner, len), &record);
	ck_assert_int_eq(opens(w, buffer_slice(&record), w->sealer.sequence), opens_so);
	protection_skip(w->opener, slice_after(buffer_slice(&record), 5));
	buffer_fini(&record);
}

/* Only under encrypt-then-MAC padding is seen apart from the MAC. */
static void check_padding(struct way *w)
{
	uint8_t inner[32];

	for (unsigned int padding = 0; padding < 256; padding++) {
		memset(inner, (int)padding, sizeof(inner));
		expect_blocks(w, inner, sizeof(inner), w->encrypts_first && padding < 32);
		inner[padding < 32 ? 31 - padding : 0] ^= 0x40;
		expect_blocks(w, inner, sizeof(inner), false);
	}
	expect_blocks(w, inner, 0, false);
}

START_TEST(padding_must_be_right)
{
	each_way_of(0xc013, 0x0301, check_padding);
	each_way_of(0xc013, 0x0303, check_padding);
	each_way_of(0xc028, 0x0303, check_padding);
}
END_TEST

START_TEST(a_record_of_zeros_has_no_type)
{
	struct way w = {.suite = suite_find(0x1301), .version = 0x0304};
	struct buffer record = {0};

	begin(&w);
	sealer_seal(&w.sealer, 0, slice_of("\0\0\0", 3), &record);
	ck_assert(!opens(&w, buffer_slice(&record), 0));
	buffer_clear(&record);
	sealer_seal(&w.sealer, 22, slice_of("\0\0\0", 3), &record);
	expect_text(&w, buffer_slice(&record), 1, 22, slice_of("\0\0\0", 3));
	buffer_fini(&record);
	end(&w);
}
END_TEST

/* RFC 8448 section 3: the client's Finished, and its first record of application data. */
START_TEST(the_trace_of_rfc_8448_opens)
{
	static const struct key_secret handshake = {32,
						    "\xb3\xed\xdb\x12\x6e\x06\x7f\x35\xa7\x80\xb3\xab\xf4\x5e\x2d\x8f"
						    "\x3b\x1a\x95\x07\x38\xf5\x2e\x96\x00\x74\x6a\x0e\x27\xa5\x5a\x21"};
	static const struct key_secret application = {
		32, "\x9e\x40\x64\x6c\xe7\x9a\x7f\x9d\xc0\x5a\xf8\x88\x9b\xce\x65\x52"
		    "\x87\x5a\xfa\x0b\x06\xdf\x00\x87\xf7\x92\xeb\xb7\xc1\x75\x04\xa5"};
	static const char finished[] = "\x17\x03\x03\x00\x35\x75\xec\x4d\xc2\x38\xcc\xe6\x0b\x29\x80\x44\xa7\x1e\x21"
				       "\x9c\x56\xcc\x77\xb0\x51\x7f\xe9\xb9\x3c\x7a\x4b\xfc\x44\xd8\x7f\x38\xf8\x03"
				       "\x38\xac\x98\xfc\x46\xde\xb3\x84\xbd\x1c\xae\xac\xab\x68\x67\xd7\x26\xc4\x05"
				       "\x46";
	static const char data[] = "\x17\x03\x03\x00\x43\xa2\x3f\x70\x54\xb6\x2c\x94\xd0\xaf\xfa\xfe\x82\x28\xba\x55"
				   "\xcb\xef\xac\xea\x42\xf9\x14\xaa\x66\xbc\xab\x3f\x2b\x98\x19\xa8\xa5\xb4\x6b\x39"
				   "\x5b\xd5\x4a\x9a\x20\x44\x1e\x2b\x62\x97\x4e\x1f\x5a\x62\x92\xa2\x97\x70\x14\xbd"
				   "\x1e\x3d\xea\xe6\x3a\xee\xbb\x21\x69\x49\x15\xe4";
	struct way w = {.suite = suite_find(0x1301), .out = malloc(PROTECTION_TEXT_MAX)};
	uint8_t numbers[50];

	for (uint8_t i = 0; i < 50; i++)
		numbers[i] = i;
	w.opener = protection_new_1_3(w.suite, &handshake);
	expect_text(&w, slice_of(finished, sizeof(finished) - 1), 0, 22,
		    slice_of("\x14\x00\x00\x20\xa8\xec\x43\x6d\x67\x76\x34\xae\x52\x5a\xc1\xfc\xeb\xe1"
			     "\x1a\x03\x9e\xc1\x76\x94\xfa\xc6\xe9\x85\x27\xb6\x42\xf2\xed\xd5\xce\x61",
			     36));
	protection_free(w.opener);
	w.opener = protection_new_1_3(w.suite, &application);
	expect_text(&w, slice_of(data, sizeof(data) - 1), 0, 23, slice_of(numbers, 50));
	end(&w);
}
END_TEST

START_TEST(what_does_not_fit_is_not_made)
{
	const struct suite *of_1_3 = suite_find(0x1301);
	const struct suite *gcm = suite_find(0xc02f);
	const struct suite *cbc = suite_find(0xc013);
	const struct suite *rc4 = suite_find(0x0005);
	struct key_secret traffic = master;

	for (uint8_t len = 0; len <= 48; len++) {
		struct protection *p;

		traffic.len = len;
		p = protection_new_1_3(of_1_3, &traffic);
		ck_assert_int_eq(p != NULL, len == 32);
		protection_free(p);
		p = protection_new_1_2(gcm, 0x0303, false, SIDE_CLIENT, &traffic, RANDOM_C, RANDOM_S);
		ck_assert_int_eq(p != NULL, len == 48);
		protection_free(p);
	}
	traffic.len = 32;
	ck_assert_ptr_null(protection_new_1_3(gcm, &traffic));
	ck_assert_ptr_null(protection_new_1_2(of_1_3, 0x0303, false, SIDE_CLIENT, &master, RANDOM_C, RANDOM_S));
	ck_assert_ptr_null(protection_new_1_2(rc4, 0x0303, false, SIDE_CLIENT, &master, RANDOM_C, RANDOM_S));
	ck_assert_ptr_null(protection_new_1_2(gcm, 0x0302, false, SIDE_CLIENT, &master, RANDOM_C, RANDOM_S));
	ck_assert_ptr_null(protection_new_1_2(gcm, 0x0304, false, SIDE_CLIENT, &master, RANDOM_C, RANDOM_S));
	ck_assert_ptr_null(protection_new_1_2(cbc, 0x0300, false, SIDE_CLIENT, &master, RANDOM_C, RANDOM_S));
	protection_free(NULL);
}
END_TEST

START_TEST(each_generation_has_its_secret)
{
	const struct suite *suite = suite_find(0x1302);
	struct key_secret next = {0};
	uint8_t wanted[48];
	struct sealer s;
	struct buffer record = {0};
	struct way w = {.suite = suite, .out = malloc(PROTECTION_TEXT_MAX)};

	ck_assert(protection_next_secret(suite, &master, &next));
	sealer_expand(suite, slice_of(master.bytes, 48), "traffic upd", wanted, 48);
	ck_assert_uint_eq(next.len, 48);
	ck_assert_mem_eq(next.bytes, wanted, 48);
	ck_assert(protection_next_secret(suite, &next, &next));
	sealer_expand(suite, slice_of(wanted, 48), "traffic upd", wanted, 48);
	sealer_init_1_3(&s, suite, slice_of(wanted, 48));
	sealer_seal(&s, 23, slice_from_text("+OK"), &record);
	w.opener = protection_new_1_3(suite, &next);
	expect_text(&w, buffer_slice(&record), 0, 23, slice_from_text("+OK"));
	ck_assert(!protection_next_secret(suite_find(0xc030), &master, &next));
	next.len = 32;
	ck_assert(!protection_next_secret(suite, &next, &next));
	buffer_fini(&record);
	end(&w);
}
END_TEST

static void check_memory(struct way *w)
{
	struct protection *many[64];
	size_t before = mallinfo2().uordblks;
	size_t taken;

	if (w->sender == SIDE_SERVER || w->encrypts_first)
		return;
	for (int i = 0; i < 64; i++)
		many[i] = new_opener(w, &master);
	taken = (mallinfo2().uordblks - before) / 64;
	/* Another allocator does not tell. */
	if (taken > 0)
		ck_assert_msg(protection_memory(many[0]) > taken / 2 && protection_memory(many[0]) < taken * 2,
			      "%s: %zu, not %zu", w->suite->name, taken, protection_memory(many[0]));
	for (int i = 0; i < 64; i++)
		protection_free(many[i]);
}

START_TEST(its_memory_is_told)
{
	each_way(check_memory);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, records_of_each_way_open);
	tcase_add_test(t, a_wrong_number_or_key_opens_nothing);
	tcase_add_test(t, a_changed_byte_opens_nothing);
	tcase_add_test(t, a_cut_record_opens_nothing);
	tcase_add_test(t, a_text_too_long_is_none);
	tcase_add_test(t, records_of_tls_1_0_are_a_chain);
	tcase_add_test(t, padding_must_be_right);
	tcase_add_test(t, a_record_of_zeros_has_no_type);
	tcase_add_test(t, the_trace_of_rfc_8448_opens);
	tcase_add_test(t, what_does_not_fit_is_not_made);
	tcase_add_test(t, each_generation_has_its_secret);
	tcase_add_test(t, its_memory_is_told);
}
