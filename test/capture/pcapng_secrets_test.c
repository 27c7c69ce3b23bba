/* Blocks of secrets in pcapng: what they bring, and that no block does harm. */
#include <stdlib.h>
#include <string.h>

#include "../main.h"
#include "base/buffer.h"
#include "capture/savefile.h"

#define TLSK UINT32_C(0x544c534b)

static struct buffer file;
static bool big_endian;

static void put32(uint32_t value)
{
	if (big_endian)
		value = __builtin_bswap32(value);
	buffer_append(&file, slice_of(&value, sizeof(value)));
}

static void put_block(uint32_t type, struct slice body)
{
	uint32_t padding = (uint32_t)(-body.len & 3);

	put32(type);
	put32((uint32_t)body.len + padding + 12);
	buffer_append(&file, body);
	buffer_append(&file, slice_of("\0\0\0", padding));
	put32((uint32_t)body.len + padding + 12);
}

static void put_section(void)
{
	put32(0x0a0d0d0a);
	put32(28);
	put32(0x1a2b3c4d);
	put32(big_endian ? 1 << 16 : 1);
	put32(UINT32_MAX);
	put32(UINT32_MAX);
	put32(28);
	put32(1); /* an interface of raw IP */
	put32(20);
	put32(big_endian ? 101 << 16 : 101);
	put32(0);
	put32(20);
}

/* `said_len`: what its own length says, which may be wrong. */
static void put_secrets(uint32_t type, const char *text, uint32_t said_len)
{
	struct buffer body = {0};
	uint32_t head[2] = {type, said_len};

	for (int i = 0; big_endian && i < 2; i++)
		head[i] = __builtin_bswap32(head[i]);
	buffer_append(&body, slice_of(head, sizeof(head)));
	buffer_append_text(&body, text);
	put_block(10, buffer_slice(&body));
	buffer_fini(&body);
}

static void put_text(const char *text)
{
	put_secrets(TLSK, text, (uint32_t)strlen(text));
}

static void put_packet(void)
{
	uint8_t body[24] = {0};

	body[12 + (big_endian ? 3 : 0)] = body[16 + (big_endian ? 3 : 0)] = 4;
	put_block(6, slice_of(body, sizeof(body)));
}

static void begin(bool order)
{
	buffer_clear(&file);
	big_endian = order;
	put_section();
}

static struct savefile *open_file(size_t len)
{
	return savefile_new(input_new_memory(slice_sub(buffer_slice(&file), 0, len)));
}

static void expect_next(struct savefile *s, enum source_status want)
{
	struct source_packet packet;
	struct error err;
	enum source_status status = savefile_read(s, &packet, &err);

	ck_assert_msg(status == want, "%d %s", status, err.text);
}

static void expect_secrets(struct savefile *s, const char *text)
{
	ck_assert(slice_equals(savefile_secrets(s), slice_from_text(text)));
	savefile_wipe_secrets(s);
	ck_assert_uint_eq(savefile_secrets(s).len, 0);
}

/* They are there with the packet that they stand before, each with an end. */
START_TEST(blocks_are_read_before_their_packets)
{
	struct savefile *s;

	begin(_i);
	put_text("one\n");
	put_text("two");
	put_packet();
	put_packet();
	put_text("three");
	put_packet();
	put_text("four\n");
	s = open_file(file.len);
	expect_next(s, SOURCE_PACKET);
	expect_secrets(s, "one\n\ntwo\n");
	expect_next(s, SOURCE_PACKET);
	expect_secrets(s, "");
	expect_next(s, SOURCE_PACKET);
	expect_secrets(s, "three\n");
	expect_next(s, SOURCE_END);
	expect_secrets(s, "four\n\n");
	savefile_free(s);
}
END_TEST

/* A section may have the other byte order. */
START_TEST(each_section_has_its_own_byte_order)
{
	struct savefile *s;

	begin(_i);
	put_text("one");
	big_endian = !big_endian;
	put_section();
	put_text("two");
	put_packet();
	s = open_file(file.len);
	expect_next(s, SOURCE_PACKET);
	expect_secrets(s, "one\ntwo\n");
	savefile_free(s);
}
END_TEST

START_TEST(other_secrets_are_passed_over)
{
	struct savefile *s;

	begin(_i);
	put_secrets(0x57474b4c, "wireguard", 9);
	put_secrets(0x5353484b, "ssh", 3);
	put_secrets(__builtin_bswap32(TLSK), "none", 4);
	put_text("");
	put_text("TLS");
	put_packet();
	s = open_file(file.len);
	expect_next(s, SOURCE_PACKET);
	expect_secrets(s, "\nTLS\n");
	savefile_free(s);
}
END_TEST

/* What a block says of its text is not more than the block. */
START_TEST(a_text_ends_with_its_block)
{
	static const uint32_t lengths[] = {4, 5, 100, UINT32_MAX};
	struct savefile *s;

	begin(_i % 2);
	put_secrets(TLSK, "four", lengths[_i / 2]);
	put_packet();
	s = open_file(file.len);
	expect_next(s, SOURCE_PACKET);
	expect_secrets(s, "four\n");
	savefile_free(s);
}
END_TEST

START_TEST(a_block_that_has_no_room_for_its_head_is_damage)
{
	struct savefile *s;

	begin(_i % 2);
	put_block(10, slice_of("KSLT", _i < 2 ? 4 : 0));
	put_packet();
	s = open_file(file.len);
	expect_next(s, SOURCE_ERROR);
	expect_secrets(s, "");
	savefile_free(s);
}
END_TEST

START_TEST(a_file_may_end_within_a_block)
{
	size_t first;
	size_t second;

	begin(_i);
	put_text("one");
	first = file.len;
	put_text("and two");
	second = file.len;
	for (size_t len = 48; len <= second; len++) {
		uint8_t *copy = malloc(len);
		struct savefile *s;

		memcpy(copy, file.data, len);
		s = savefile_new(input_new_memory(slice_of(copy, len)));
		expect_next(s, SOURCE_END);
		expect_secrets(s, len < first ? "" : len < second ? "one\n" : "one\nand two\n");
		savefile_free(s);
		free(copy);
	}
}
END_TEST

/* Nobody's memory is filled by blocks without a packet; nor is a file unreadable for a block that is too long. */
START_TEST(there_is_an_end_of_secrets)
{
	const size_t len = 15 * 1024 * 1024;
	char *text = malloc(2 * len);
	struct savefile *s;

	memset(text, 'x', 2 * len);
	begin(_i);
	text[2 * len - 1] = '\0';
	put_text(text); /* longer than what is read at once */
	text[len] = '\0';
	for (int i = 0; i < 4; i++)
		put_text(text);
	put_packet();
	s = open_file(file.len);
	expect_next(s, SOURCE_PACKET);
	ck_assert_uint_ge(savefile_secrets(s).len, len);
	ck_assert_uint_lt(savefile_secrets(s).len, 40 * 1024 * 1024);
	savefile_free(s);
	free(text);
	buffer_fini(&file);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_set_timeout(t, 60);
	tcase_add_loop_test(t, blocks_are_read_before_their_packets, 0, 2);
	tcase_add_loop_test(t, each_section_has_its_own_byte_order, 0, 2);
	tcase_add_loop_test(t, other_secrets_are_passed_over, 0, 2);
	tcase_add_loop_test(t, a_text_ends_with_its_block, 0, 8);
	tcase_add_loop_test(t, a_block_that_has_no_room_for_its_head_is_damage, 0, 4);
	tcase_add_loop_test(t, a_file_may_end_within_a_block, 0, 2);
	tcase_add_loop_test(t, there_is_an_end_of_secrets, 0, 2);
}
