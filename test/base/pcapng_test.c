#include "../main.h"
#include "base/pcapng.h"

/* What stands at a place, in this machine's byte order. */
static uint16_t u16_at(const struct buffer *b, size_t at)
{
	uint16_t value;

	ck_assert_uint_le(at + sizeof(value), b->len);
	memcpy(&value, b->data + at, sizeof(value));
	return value;
}

static uint32_t u32_at(const struct buffer *b, size_t at)
{
	uint32_t value;

	ck_assert_uint_le(at + sizeof(value), b->len);
	memcpy(&value, b->data + at, sizeof(value));
	return value;
}

/* A block of this type begins at `at`; returns where the next one does. */
static size_t check_block(const struct buffer *b, size_t at, uint32_t type)
{
	uint32_t len = u32_at(b, at + 4);

	ck_assert_uint_eq(u32_at(b, at), type);
	ck_assert_uint_ge(len, 12);
	ck_assert_uint_eq(len % 4, 0);
	ck_assert_uint_le(at + len, b->len);
	ck_assert_uint_eq(u32_at(b, at + len - 4), len);
	return at + len;
}

/* Checks an option, with zeros after it; returns where the next one begins. */
static size_t check_option(const struct buffer *b, size_t at, uint16_t code, const char *value)
{
	size_t len = strlen(value);

	ck_assert_uint_eq(u16_at(b, at), code);
	ck_assert_uint_eq(u16_at(b, at + 2), len);
	ck_assert(slice_equals(slice_sub(buffer_slice(b), at + 4, len), slice_from_text(value)));
	for (at += 4 + len; at % 4 != 0; at++)
		ck_assert_uint_eq(b->data[at], 0);
	return at;
}

START_TEST(a_section_names_the_program)
{
	struct buffer b = {0};
	size_t at;

	pcapng_put_section(&b);
	ck_assert_uint_eq(check_block(&b, 0, 0x0a0d0d0a), b.len);
	ck_assert_uint_eq(u32_at(&b, 8), 0x1a2b3c4d);
	ck_assert_uint_eq(u16_at(&b, 12), 1);
	ck_assert_uint_eq(u16_at(&b, 14), 0);
	ck_assert_uint_eq(u32_at(&b, 16), UINT32_MAX);
	ck_assert_uint_eq(u32_at(&b, 20), UINT32_MAX);
	at = check_option(&b, 24, 4, "mailtap " MAILTAP_VERSION);
	at = check_option(&b, at, 0, "");
	ck_assert_uint_eq(at + 4, b.len);
	buffer_fini(&b);
}
END_TEST

/* Names of every length that padding can have. */
static const char *const names[] = {NULL, "", "l", "lo", "any", "eth0", "enp3s"};

START_TEST(an_interface_tells_name_and_resolution)
{
	struct buffer b = {0};
	size_t at = 16;

	pcapng_put_interface(&b, 276, 262144, names[_i]);
	ck_assert_uint_eq(check_block(&b, 0, 1), b.len);
	ck_assert_uint_eq(u16_at(&b, 8), 276);
	ck_assert_uint_eq(u16_at(&b, 10), 0);
	ck_assert_uint_eq(u32_at(&b, 12), 262144);
	if (names[_i] != NULL && names[_i][0] != '\0')
		at = check_option(&b, at, 2, names[_i]);
	at = check_option(&b, at, 9, "\x09");
	at = check_option(&b, at, 0, "");
	ck_assert_uint_eq(at + 4, b.len);
	buffer_fini(&b);
}
END_TEST

START_TEST(a_name_too_long_is_cut)
{
	struct buffer b = {0};
	char name[5000];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	pcapng_put_interface(&b, 1, 65535, name);
	ck_assert_uint_eq(check_block(&b, 0, 1), b.len);
	ck_assert_uint_eq(u16_at(&b, 18), 1024);
	buffer_fini(&b);
}
END_TEST

START_TEST(a_packet_is_padded)
{
	static const uint8_t bytes[5] = {1, 2, 3, 4, 5};
	int64_t time_ns = 1700000000123456789;

	for (size_t len = 0; len <= sizeof(bytes); len++) {
		struct buffer b = {0};

		pcapng_put_packet(&b, 7, time_ns, slice_of(bytes, len), 1500);
		ck_assert_uint_eq(check_block(&b, 0, 6), b.len);
		ck_assert_uint_eq(b.len, 32 + (len + 3) / 4 * 4);
		ck_assert_uint_eq(u32_at(&b, 8), 7);
		ck_assert_uint_eq((uint64_t)u32_at(&b, 12) << 32 | u32_at(&b, 16), (uint64_t)time_ns);
		ck_assert_uint_eq(u32_at(&b, 20), len);
		ck_assert_uint_eq(u32_at(&b, 24), 1500);
		ck_assert(slice_equals(slice_sub(buffer_slice(&b), 28, len), slice_of(bytes, len)));
		for (size_t at = 28 + len; at < b.len - 4; at++)
			ck_assert_uint_eq(b.data[at], 0);
		buffer_fini(&b);
	}
}
END_TEST

START_TEST(blocks_follow_each_other)
{
	struct buffer b = {0};
	size_t at;

	pcapng_put_section(&b);
	pcapng_put_interface(&b, 1, 65535, "eth0");
	pcapng_put_interface(&b, 113, 65535, "any");
	pcapng_put_packet(&b, 1, 1, slice_from_text("abc"), 3);
	pcapng_put_packet(&b, 0, 2, slice_from_text(""), 0);
	at = check_block(&b, 0, 0x0a0d0d0a);
	at = check_block(&b, at, 1);
	at = check_block(&b, at, 1);
	at = check_block(&b, at, 6);
	at = check_block(&b, at, 6);
	ck_assert_uint_eq(at, b.len);
	buffer_fini(&b);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, a_section_names_the_program);
	tcase_add_loop_test(t, an_interface_tells_name_and_resolution, 0, sizeof(names) / sizeof(names[0]));
	tcase_add_test(t, a_name_too_long_is_cut);
	tcase_add_test(t, a_packet_is_padded);
	tcase_add_test(t, blocks_follow_each_other);
}
