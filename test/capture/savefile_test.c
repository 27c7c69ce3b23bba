#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "base/buffer.h"
#include "base/clock.h"
#include "capture/savefile.h"

enum {
	VECTOR_PACKETS_MAX = 8,
};

/* A capture as bytes, where each packet's record ends, and what must come out. */
struct vector {
	struct buffer file;
	bool big_endian;
	size_t count;
	struct packet_record expected[VECTOR_PACKETS_MAX];
	size_t ends[VECTOR_PACKETS_MAX];
};

static void put16(struct vector *v, uint16_t value)
{
	uint8_t low = (uint8_t)value;
	uint8_t high = (uint8_t)(value >> 8);

	buffer_append_byte(&v->file, v->big_endian ? high : low);
	buffer_append_byte(&v->file, v->big_endian ? low : high);
}

static void put32(struct vector *v, uint32_t value)
{
	put16(v, (uint16_t)(v->big_endian ? value >> 16 : value));
	put16(v, (uint16_t)(v->big_endian ? value : value >> 16));
}

/* The packet number n has n + 1 bytes of value n + 1, and was 100 bytes longer. */
static void put_data(struct vector *v, size_t len, size_t padded_len)
{
	for (size_t i = 0; i < padded_len; i++)
		buffer_append_byte(&v->file, i < len ? (uint8_t)len : 0);
}

static void expect(struct vector *v, int64_t time_ns, uint8_t digits, uint16_t link_type)
{
	v->expected[v->count] = (struct packet_record){
		.time_ns = time_ns,
		.caplen = (uint32_t)v->count + 1,
		.wire_len = (uint32_t)v->count + 101,
		.link_type = link_type,
		.time_digits = digits,
	};
	v->ends[v->count++] = v->file.len;
}

static void make_pcap(struct vector *v, uint32_t magic, bool big_endian)
{
	bool is_nano = magic == 0xa1b23c4d;

	*v = (struct vector){.big_endian = big_endian};
	put32(v, magic);
	put16(v, 2);
	put16(v, 4);
	put32(v, 0);
	put32(v, 0);
	put32(v, 65535);
	put32(v, 113);
	for (uint32_t i = 0; i < 4; i++) {
		put32(v, 1700000000 + i);
		put32(v, 123456 + i);
		put32(v, i + 1);
		put32(v, i + 101);
		if (magic == 0xa1b2cd34)
			put_data(v, 8, 8);
		put_data(v, i + 1, i + 1);
		expect(v, (1700000000 + (int64_t)i) * CLOCK_NS_PER_S + (123456 + (int64_t)i) * (is_nano ? 1 : 1000),
		       is_nano ? 9 : 6, 113);
	}
}

static void put_section(struct vector *v, bool big_endian)
{
	v->big_endian = big_endian;
	put32(v, 0x0a0d0d0a);
	put32(v, 28);
	put32(v, 0x1a2b3c4d);
	put16(v, 1);
	put16(v, 0);
	put32(v, UINT32_MAX);
	put32(v, UINT32_MAX);
	put32(v, 28);
}

/* `resolution` 255: no option. */
static void put_interface(struct vector *v, uint16_t link_type, uint8_t resolution, int64_t offset_s)
{
	uint32_t len = 20 + (resolution != 255 ? 8U : 0U) + (offset_s != 0 ? 12U : 0U) + 4;
	uint64_t offset = (uint64_t)offset_s;

	put32(v, 1);
	put32(v, len);
	put16(v, link_type);
	put16(v, 0);
	put32(v, 0);
	if (resolution != 255) {
		put16(v, 9);
		put16(v, 1);
		put_data(v, 0, 0);
		buffer_append_byte(&v->file, resolution);
		put_data(v, 0, 3);
	}
	if (offset_s != 0) {
		put16(v, 14);
		put16(v, 8);
		put32(v, (uint32_t)(v->big_endian ? offset >> 32 : offset));
		put32(v, (uint32_t)(v->big_endian ? offset : offset >> 32));
	}
	put32(v, 0);
	put32(v, len);
}

static void put_enhanced(struct vector *v, uint32_t interface, uint64_t ticks, int64_t time_ns, uint8_t digits,
			 uint16_t link_type)
{
	uint32_t caplen = (uint32_t)v->count + 1;
	uint32_t padded = (caplen + 3) & ~3U;

	put32(v, 6);
	put32(v, 32 + padded + 8);
	put32(v, interface);
	put32(v, (uint32_t)(ticks >> 32));
	put32(v, (uint32_t)ticks);
	put32(v, caplen);
	put32(v, caplen + 100);
	put_data(v, caplen, padded);
	put32(v, 0); /* options: end */
	put32(v, 0);
	put32(v, 32 + padded + 8);
	expect(v, time_ns, digits, link_type);
}

static void put_obsolete(struct vector *v, uint16_t interface, uint64_t ticks, int64_t time_ns, uint16_t link_type)
{
	uint32_t caplen = (uint32_t)v->count + 1;
	uint32_t padded = (caplen + 3) & ~3U;

	put32(v, 2);
	put32(v, 32 + padded);
	put16(v, interface);
	put16(v, 77);
	put32(v, (uint32_t)(ticks >> 32));
	put32(v, (uint32_t)ticks);
	put32(v, caplen);
	put32(v, caplen + 100);
	put_data(v, caplen, padded);
	put32(v, 32 + padded);
	expect(v, time_ns, 6, link_type);
}

static void put_simple(struct vector *v, int64_t time_ns, uint16_t link_type)
{
	uint32_t caplen = (uint32_t)v->count + 1;
	uint32_t padded = (caplen + 3) & ~3U;

	put32(v, 3);
	put32(v, 16 + padded);
	put32(v, caplen);
	put_data(v, caplen, padded);
	put32(v, 16 + padded);
	expect(v, time_ns, 6, link_type);
	v->expected[v->count - 1].wire_len = caplen;
}

/* A secrets block, a custom one, or any other: passed over. */
static void put_other(struct vector *v, uint32_t type, uint32_t body_len)
{
	put32(v, type);
	put32(v, body_len + 12);
	put_data(v, body_len, body_len);
	put32(v, body_len + 12);
}

static void make_pcapng(struct vector *v, bool big_endian)
{
	int64_t second = 1700000000;

	*v = (struct vector){0};
	put_section(v, big_endian);
	put_interface(v, 1, 255, 0);
	put_interface(v, 101, 9, 0);
	put_interface(v, 276, 0x80 | 10, 3600);
	put_enhanced(v, 0, 1700000000123456, 1700000000123456000, 6, 1);
	put_other(v, 10, 64);
	put_enhanced(v, 1, 1700000000123456789, 1700000000123456789, 9, 101);
	put_enhanced(v, 2, (uint64_t)second << 10 | 512, (second + 3600) * CLOCK_NS_PER_S + 500000000, 3, 276);
	put_other(v, 0xbad, 4);
	put_obsolete(v, 0, 1700000001000001, 1700000001000001000, 1);
	put_other(v, 5, 20000);
	/* a second section of the other byte order, where the interfaces are counted anew */
	put_section(v, !big_endian);
	put_interface(v, 113, 6, 0);
	put_enhanced(v, 0, 1700000002000000, 1700000002000000000, 6, 113);
	put_simple(v, 1700000002000000000, 113);
}

static const struct {
	const char *name;
	uint32_t magic; /* 0: pcapng */
	bool big_endian;
} kinds[] = {
	{"micro", 0xa1b2c3d4, false},
	{"micro, big-endian", 0xa1b2c3d4, true},
	{"nano", 0xa1b23c4d, false},
	{"nano, big-endian", 0xa1b23c4d, true},
	{"modified", 0xa1b2cd34, false},
	{"modified, big-endian", 0xa1b2cd34, true},
	{"pcapng", 0, false},
	{"pcapng, big-endian", 0, true},
};

enum {
	KINDS = sizeof(kinds) / sizeof(kinds[0]),
};

static void make_vector(struct vector *v, int kind)
{
	if (kinds[kind].magic != 0)
		make_pcap(v, kinds[kind].magic, kinds[kind].big_endian);
	else
		make_pcapng(v, kinds[kind].big_endian);
}

static void check_packet(const struct vector *v, size_t number, const struct source_packet *packet)
{
	const struct packet_record *want = &v->expected[number];
	const struct packet_record *got = &packet->record;

	ck_assert_uint_lt(number, v->count);
	ck_assert_int_eq(got->time_ns, want->time_ns);
	ck_assert_uint_eq(got->time_digits, want->time_digits);
	ck_assert_uint_eq(got->caplen, want->caplen);
	ck_assert_uint_eq(got->wire_len, want->wire_len);
	ck_assert_uint_eq(got->link_type, want->link_type);
	ck_assert_uint_eq(packet->bytes.len, want->caplen);
	for (size_t i = 0; i < packet->bytes.len; i++)
		ck_assert_uint_eq(packet->bytes.data[i], number + 1);
}

/* Reads on, checking each packet, until there is no more; `*number` counts them. */
static enum source_status read_on(struct savefile *s, const struct vector *v, size_t *number, struct error *err)
{
	for (;;) {
		struct source_packet packet;
		enum source_status status = savefile_read(s, &packet, err);

		if (status != SOURCE_PACKET)
			return status;
		check_packet(v, (*number)++, &packet);
	}
}

START_TEST(every_format_is_read_from_memory)
{
	struct vector v;
	struct savefile *s;
	struct error err;
	struct source_packet packet;
	size_t number = 0;

	make_vector(&v, _i);
	s = savefile_new(input_new_memory(buffer_slice(&v.file)));
	ck_assert_int_eq(read_on(s, &v, &number, &err), SOURCE_END);
	ck_assert_str_eq(err.text, "");
	ck_assert_uint_eq(number, v.count);
	ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_END);
	savefile_free(s);
	buffer_fini(&v.file);
}
END_TEST

/* All packets whose records are there whole come out, and a cut is told. */
START_TEST(a_file_cut_anywhere_gives_what_is_whole)
{
	struct vector v;

	make_vector(&v, _i);
	for (size_t len = 0; len < v.file.len; len++) {
		uint8_t *copy = malloc(len ? len : 1);
		size_t number = 0;
		size_t whole = 0;
		struct error err;
		struct savefile *s;
		enum source_status status;

		memcpy(copy, v.file.data, len);
		while (whole < v.count && v.ends[whole] <= len)
			whole++;
		s = savefile_new(input_new_memory(slice_of(copy, len)));
		status = read_on(s, &v, &number, &err);
		ck_assert_uint_eq(number, whole);
		ck_assert_int_eq(status, len < 4 ? SOURCE_ERROR : SOURCE_END);
		if (len > 24 && whole > 0 && len != v.ends[whole - 1] && kinds[_i].magic != 0)
			ck_assert_ptr_nonnull(strstr(err.text, "ends in the middle"));
		if (whole > 0 && len == v.ends[whole - 1])
			ck_assert_str_eq(err.text, "");
		savefile_free(s);
		free(copy);
	}
	buffer_fini(&v.file);
}
END_TEST

/* Opens what `fd` is, and gives the descriptor to nobody else. */
static struct savefile *open_fd(int fd)
{
	char path[40];
	struct error err = {{0}};
	struct input *in;

	snprintf(path, sizeof(path), "/dev/fd/%d", fd);
	in = input_open(path, &err);
	ck_assert_msg(in != NULL, "%s", err.text);
	close(fd);
	return savefile_new(in);
}

/* Writes the file into a pipe byte by byte; every packet must come out with its last byte. */
static void read_byte_by_byte(const struct vector *v, struct slice file, bool at_once)
{
	struct error err;
	struct savefile *s;
	size_t number = 0;
	int fds[2];

	ck_assert_int_eq(pipe(fds), 0);
	s = open_fd(fds[0]);
	ck_assert_int_eq(read_on(s, v, &number, &err), SOURCE_IDLE);
	for (size_t i = 0; i < file.len; i++) {
		ck_assert_int_eq(write(fds[1], file.data + i, 1), 1);
		ck_assert_int_eq(read_on(s, v, &number, &err), SOURCE_IDLE);
		if (at_once && number < v->count)
			ck_assert_uint_lt(i + 1, v->ends[number]);
	}
	close(fds[1]);
	ck_assert_int_eq(read_on(s, v, &number, &err), SOURCE_END);
	ck_assert_str_eq(err.text, "");
	ck_assert_uint_eq(number, v->count);
	savefile_free(s);
}

START_TEST(every_format_is_read_from_a_pipe_byte_by_byte)
{
	struct vector v;

	make_vector(&v, _i);
	read_byte_by_byte(&v, buffer_slice(&v.file), true);
	buffer_fini(&v.file);
}
END_TEST

static void gzip_member(struct buffer *out, struct slice in)
{
	z_stream z = {0};

	ck_assert_int_eq(deflateInit2(&z, 6, Z_DEFLATED, 31, 8, Z_DEFAULT_STRATEGY), Z_OK);
	z.next_in = (Bytef *)(uintptr_t)in.data;
	z.avail_in = (unsigned int)in.len;
	z.next_out = buffer_room(out, in.len + 1000);
	z.avail_out = (unsigned int)in.len + 1000;
	ck_assert_int_eq(deflate(&z, Z_FINISH), Z_STREAM_END);
	out->len += z.total_out;
	deflateEnd(&z);
}

static void zstd_frame(struct buffer *out, struct slice in)
{
	size_t room = ZSTD_compressBound(in.len);
	size_t len = ZSTD_compress(buffer_room(out, room), room, in.data, in.len, 3);

	ck_assert(!ZSTD_isError(len));
	out->len += len;
}

/* Two members or frames, cut amid a record. */
static void compress_vector(struct buffer *out, const struct vector *v, bool is_gzip)
{
	struct slice file = buffer_slice(&v->file);
	size_t half = file.len / 2 + 1;

	(is_gzip ? gzip_member : zstd_frame)(out, slice_sub(file, 0, half));
	(is_gzip ? gzip_member : zstd_frame)(out, slice_after(file, half));
}

START_TEST(compressed_files_are_read)
{
	struct buffer packed = {0};
	struct vector v;

	make_vector(&v, _i / 2);
	compress_vector(&packed, &v, _i % 2);
	read_byte_by_byte(&v, buffer_slice(&packed), false);
	/* cut anywhere: never more packets than there are, never silently fewer */
	for (size_t len = 4; len <= packed.len; len++) {
		struct error err;
		size_t number = 0;
		struct savefile *s = savefile_new(input_new_memory(slice_sub(buffer_slice(&packed), 0, len)));
		enum source_status status = read_on(s, &v, &number, &err);

		ck_assert(status == SOURCE_END || status == SOURCE_ERROR);
		if (len == packed.len)
			ck_assert(status == SOURCE_END && number == v.count && err.text[0] == '\0');
		else
			ck_assert_str_ne(err.text, "");
		savefile_free(s);
	}
	buffer_fini(&packed);
	buffer_fini(&v.file);
}
END_TEST

START_TEST(damaged_compressed_data_is_told)
{
	struct buffer packed = {0};
	struct vector v;
	struct error err;
	struct savefile *s;
	struct source_packet packet;
	enum source_status status;

	make_vector(&v, 0);
	compress_vector(&packed, &v, true);
	packed.data[packed.len / 4] ^= 0xff;
	s = savefile_new(input_new_memory(buffer_slice(&packed)));
	do
		status = savefile_read(s, &packet, &err);
	while (status == SOURCE_PACKET);
	ck_assert_int_eq(status, SOURCE_ERROR);
	ck_assert_ptr_nonnull(strstr(err.text, "gzip"));
	savefile_free(s);
	buffer_fini(&packed);
	buffer_fini(&v.file);
}
END_TEST

static const struct {
	const char *name;
	size_t offset; /* of 32 bits that are overwritten */
	uint32_t value;
	int kind;
	const char *error;
	size_t packets;
} damages[] = {
	{"no magic number", 0, 0x12345678, 0, "is not a capture", 0},
	{"length of the second packet", 41 + 8, 262145, 0, "is damaged at byte 41", 1},
	{"length over all limits", 41 + 8, UINT32_MAX, 0, "is damaged at byte 41", 1},
	{"byte order of the section", 8, 0x11111111, 6, "is damaged at byte 0", 0},
	{"length of the section", 4, 24, 6, "is damaged at byte 0", 0},
	{"odd length", 4, 29, 6, "is damaged at byte 0", 0},
	{"the two lengths differ", 24, 32, 6, "is damaged at byte 0", 0},
	{"block too short for an interface", 32, 16, 6, "is damaged at byte 28", 0},
	{"block longer than any", 32, 0x7ffffffc, 6, "is damaged at byte 28", 0},
	{"unknown interface", 28 + 24 + 32 + 44 + 8, 3, 6, "is damaged at byte 128", 0},
	{"packet longer than its block", 28 + 24 + 32 + 44 + 20, 100, 6, "is damaged at byte 128", 0},
};

START_TEST(damage_is_told_with_its_place)
{
	struct vector v;
	struct error err;
	struct savefile *s;
	size_t number = 0;

	make_vector(&v, damages[_i].kind);
	memcpy(v.file.data + damages[_i].offset, &damages[_i].value, 4);
	s = savefile_new(input_new_memory(buffer_slice(&v.file)));
	ck_assert_int_eq(read_on(s, &v, &number, &err), SOURCE_ERROR);
	ck_assert_msg(strstr(err.text, damages[_i].error) != NULL, "%s: %s", damages[_i].name, err.text);
	ck_assert_uint_eq(number, damages[_i].packets);
	savefile_free(s);
	buffer_fini(&v.file);
}
END_TEST

static const struct {
	uint8_t resolution;
	uint64_t ticks;
	int64_t offset_s;
	int64_t time_ns;
	uint8_t digits;
} times[] = {
	{0, 5, 0, 5000000000, 3},
	{3, 5001, 0, 5001000000, 3},
	{9, 5, 0, 5, 9},
	{12, 5999999999999, 0, 5999999999, 9},
	{19, UINT64_MAX, 0, 1844674407, 9},
	{20, UINT64_MAX, 0, 0, 9},
	{127, UINT64_MAX, 0, 0, 9},
	{0x80 | 20, (7ULL << 20) + (1 << 19), 0, 7500000000, 6},
	{0x80 | 30, 3ULL << 29, 0, 1500000000, 9},
	{0x80 | 63, UINT64_MAX, 0, 1999999999, 9},
	{0x80 | 64, UINT64_MAX, 0, 999999999, 9},
	{0x80 | 100, UINT64_MAX, 0, 0, 9},
	{6, 1000000, -2, 0, 6},
	{6, 5000000, -2, 3000000000, 6},
	{6, 5000000, INT64_MIN, 5000000000, 6},
	{6, 5000000, INT64_MAX, 5000000000, 6},
	{6, UINT64_MAX, 0, PACKET_TIME_MAX, 6},
	{0, UINT64_MAX, 0, PACKET_TIME_MAX, 3},
};

START_TEST(any_time_resolution_is_understood)
{
	struct vector v = {0};
	struct error err;
	struct savefile *s;
	size_t number = 0;

	put_section(&v, false);
	put_interface(&v, 1, times[_i].resolution, times[_i].offset_s);
	put_enhanced(&v, 0, times[_i].ticks, times[_i].time_ns, times[_i].digits, 1);
	s = savefile_new(input_new_memory(buffer_slice(&v.file)));
	ck_assert_int_eq(read_on(s, &v, &number, &err), SOURCE_END);
	ck_assert_uint_eq(number, 1);
	savefile_free(s);
	buffer_fini(&v.file);
}
END_TEST

START_TEST(a_simple_packet_is_cut_to_the_snap_length)
{
	struct vector v = {0};
	struct error err;
	struct savefile *s;
	struct source_packet packet;

	put_section(&v, false);
	put_interface(&v, 1, 255, 0);
	v.file.data[28 + 12] = 5; /* snap length */
	put32(&v, 3);
	put32(&v, 24);
	put32(&v, 1500);
	put_data(&v, 5, 8);
	put32(&v, 24);
	s = savefile_new(input_new_memory(buffer_slice(&v.file)));
	ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_PACKET);
	ck_assert_uint_eq(packet.record.caplen, 5);
	ck_assert_uint_eq(packet.record.wire_len, 1500);
	ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_END);
	savefile_free(s);
	buffer_fini(&v.file);
}
END_TEST

START_TEST(raw_ip_has_one_link_type)
{
	struct vector v;
	struct error err;
	struct savefile *s;
	struct source_packet packet;

	make_vector(&v, 0);
	v.file.data[20] = 12; /* as some systems write it */
	s = savefile_new(input_new_memory(buffer_slice(&v.file)));
	ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_PACKET);
	ck_assert_uint_eq(packet.record.link_type, 101);
	savefile_free(s);
	buffer_fini(&v.file);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("savefile");
	TCase *tests = tcase_create("savefile");
	SRunner *runner;
	int failed;

	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, every_format_is_read_from_memory, 0, KINDS);
	tcase_add_loop_test(tests, a_file_cut_anywhere_gives_what_is_whole, 0, KINDS);
	tcase_add_loop_test(tests, every_format_is_read_from_a_pipe_byte_by_byte, 0, KINDS);
	tcase_add_loop_test(tests, compressed_files_are_read, 0, 2 * KINDS);
	tcase_add_test(tests, damaged_compressed_data_is_told);
	tcase_add_loop_test(tests, damage_is_told_with_its_place, 0, sizeof(damages) / sizeof(damages[0]));
	tcase_add_loop_test(tests, any_time_resolution_is_understood, 0, sizeof(times) / sizeof(times[0]));
	tcase_add_test(tests, a_simple_packet_is_cut_to_the_snap_length);
	tcase_add_test(tests, raw_ip_has_one_link_type);
	suite_add_tcase(suite, tests);
	runner = srunner_create(suite);
	srunner_run_all(runner, CK_ENV);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	return failed != 0;
}
