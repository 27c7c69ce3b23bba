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

	pcapng_put_interface(
		&b, &(struct pcapng_interface){.link_type = 276, .snaplen = 262144, .digits = 9, .name = names[_i]});
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

START_TEST(an_interface_without_a_name_may_be_described)
{
	struct pcapng_interface i = {.link_type = 1, .snaplen = 9, .digits = 6, .description = "a.pcap"};
	struct buffer b = {0};
	size_t at = 16;

	pcapng_put_interface(&b, &i);
	ck_assert_uint_eq(check_block(&b, 0, 1), b.len);
	at = check_option(&b, at, 3, "a.pcap");
	at = check_option(&b, at, 9, "\x06");
	at = check_option(&b, at, 0, "");
	ck_assert_uint_eq(at + 4, b.len);
	buffer_fini(&b);
}
END_TEST

/* The type of the block at `*at`, which is passed over, and the 32 bits its body begins with. */
static uint32_t next_block(const struct buffer *b, size_t *at, uint32_t *first)
{
	uint32_t type = u32_at(b, *at);

	*first = u32_at(b, *at + 8);
	*at = check_block(b, *at, type);
	return type;
}

static void put(struct pcapng_interfaces *known, struct buffer *b, const struct pcapng_interface *i, int64_t time_ns)
{
	ck_assert(pcapng_interfaces_put(known, b, i, time_ns, slice_of(NULL, 0), 0));
}

/* Blocks: an interface has its link type here, a packet the number of its interface. */
static void expect_blocks(const struct buffer *b, const uint32_t (*blocks)[2], size_t count)
{
	size_t at = 0;

	for (size_t i = 0; i < count; i++) {
		uint32_t first;

		ck_assert_uint_eq(next_block(b, &at, &first), blocks[i][0]);
		ck_assert_uint_eq(first, blocks[i][1]);
	}
	ck_assert_uint_eq(at, b->len);
}

START_TEST(an_interface_is_put_before_its_first_packet)
{
	static const uint32_t blocks[][2] = {{1, 1}, {6, 0}, {6, 0}, {1, 101}, {6, 1}, {6, 0},
					     {1, 1}, {6, 2}, {1, 1}, {6, 3},   {6, 2}};
	struct pcapng_interface a = {.link_type = 1, .digits = 9, .name = "a"};
	struct pcapng_interface other_link = {.link_type = 101, .digits = 9, .name = a.name};
	struct pcapng_interface nameless = {.link_type = 1, .digits = 9};
	struct pcapng_interface coarse = {.link_type = 1, .digits = 6, .name = a.name};
	struct pcapng_interfaces known = {0};
	struct buffer b = {0};

	put(&known, &b, &a, 1);
	put(&known, &b, &a, 2);
	put(&known, &b, &other_link, 3);
	put(&known, &b, &a, 4);
	put(&known, &b, &nameless, 5);
	put(&known, &b, &coarse, 6000);
	put(&known, &b, &nameless, 7);
	expect_blocks(&b, blocks, sizeof(blocks) / sizeof(blocks[0]));
	pcapng_interfaces_fini(&known);
	buffer_fini(&b);
}
END_TEST

static const struct {
	int64_t time_ns;
	uint8_t digits;
	uint8_t written;
	uint64_t ticks;
} resolutions[] = {
	{1234000000, 3, 3, 1234},
	{1234567000, 6, 6, 1234567},
	{1234567891, 9, 9, 1234567891},
	{1234567000, 3, 9, 1234567000}, /* a binary fraction: nothing is lost */
	{1234567891, 6, 9, 1234567891},
	{1234567891, 0, 9, 1234567891},
	{0, 3, 3, 0},
	{((INT64_C(1) << 62) - 1), 6, 9, ((INT64_C(1) << 62) - 1)},
};

START_TEST(times_are_written_in_their_resolution)
{
	struct pcapng_interface i = {.link_type = 1, .digits = resolutions[_i].digits};
	struct pcapng_interfaces known = {0};
	struct buffer b = {0};
	size_t at;

	put(&known, &b, &i, resolutions[_i].time_ns);
	at = check_block(&b, 0, 1);
	ck_assert_uint_eq(b.data[20], resolutions[_i].written);
	ck_assert_uint_eq((uint64_t)u32_at(&b, at + 12) << 32 | u32_at(&b, at + 16), resolutions[_i].ticks);
	pcapng_interfaces_fini(&known);
	buffer_fini(&b);
}
END_TEST

/* Of further ones the link type is right, and their packets are there; in the end there is no room. */
START_TEST(interfaces_are_bounded)
{
	static char texts[PCAPNG_NAMED_MAX + 100][8];
	struct pcapng_interfaces known = {0};
	struct buffer b = {0};
	struct pcapng_interface i = {.digits = 9};

	for (size_t n = 0; n < sizeof(texts) / sizeof(texts[0]); n++) {
		i = (struct pcapng_interface){.link_type = n % 2 == 0 ? 1 : 101, .digits = 9, .name = texts[n]};
		texts[n][0] = 'x';
		put(&known, &b, &i, (int64_t)n);
		ck_assert_int_eq(known.list[known.latest].link_type, i.link_type);
		ck_assert_ptr_eq(known.list[known.latest].name, n < PCAPNG_NAMED_MAX ? texts[n] : NULL);
	}
	ck_assert_uint_eq(known.count, PCAPNG_NAMED_MAX + 2);
	i.name = texts[7];
	put(&known, &b, &i, 0);
	ck_assert_uint_eq(known.latest, 7);
	for (i.link_type = 1000; known.count < PCAPNG_INTERFACES_MAX; i.link_type++)
		put(&known, &b, &i, 0);
	ck_assert(!pcapng_interfaces_put(&known, &b, &i, 0, slice_of(NULL, 0), 0));
	i.link_type--;
	put(&known, &b, &i, 0);
	pcapng_interfaces_fini(&known);
	buffer_fini(&b);
}
END_TEST

START_TEST(a_name_too_long_is_cut)
{
	struct buffer b = {0};
	char name[5000];

	memset(name, 'x', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	pcapng_put_interface(&b,
			     &(struct pcapng_interface){.link_type = 1, .snaplen = 65535, .digits = 9, .name = name});
	ck_assert_uint_eq(check_block(&b, 0, 1), b.len);
	ck_assert_uint_eq(u16_at(&b, 18), 4096);
	buffer_fini(&b);
}
END_TEST

START_TEST(a_packet_is_padded)
{
	static const uint8_t bytes[5] = {1, 2, 3, 4, 5};
	uint64_t time_ns = 1700000000123456789;

	for (size_t len = 0; len <= sizeof(bytes); len++) {
		struct buffer b = {0};

		pcapng_put_packet(&b, 7, time_ns, slice_of(bytes, len), 1500);
		ck_assert_uint_eq(check_block(&b, 0, 6), b.len);
		ck_assert_uint_eq(b.len, 32 + (len + 3) / 4 * 4);
		ck_assert_uint_eq(u32_at(&b, 8), 7);
		ck_assert_uint_eq((uint64_t)u32_at(&b, 12) << 32 | u32_at(&b, 16), time_ns);
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
	pcapng_put_interface(&b,
			     &(struct pcapng_interface){.link_type = 1, .snaplen = 65535, .digits = 9, .name = "eth0"});
	pcapng_put_interface(
		&b, &(struct pcapng_interface){.link_type = 113, .snaplen = 65535, .digits = 9, .name = "any"});
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
	tcase_add_test(t, an_interface_without_a_name_may_be_described);
	tcase_add_test(t, an_interface_is_put_before_its_first_packet);
	tcase_add_loop_test(t, times_are_written_in_their_resolution, 0, sizeof(resolutions) / sizeof(resolutions[0]));
	tcase_add_test(t, interfaces_are_bounded);
	tcase_add_test(t, a_name_too_long_is_cut);
	tcase_add_test(t, a_packet_is_padded);
	tcase_add_test(t, blocks_follow_each_other);
}
