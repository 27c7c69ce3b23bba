#include <fcntl.h>
#include <lz4frame.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include "../main.h"
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

/* Which of a record's lengths come first is told by the version of the file. */
static void put_pcap_header(struct vector *v, uint32_t magic, uint16_t major, uint16_t minor)
{
	put32(v, magic);
	put16(v, major);
	put16(v, minor);
	put32(v, 0);
	put32(v, 0);
	put32(v, 65535);
	put32(v, 113);
}

static void make_pcap(struct vector *v, uint32_t magic, bool big_endian)
{
	bool is_nano = magic == 0xa1b23c4d || magic == 0xa1e2cb12;

	*v = (struct vector){.big_endian = big_endian};
	put_pcap_header(v, magic, 2, 4);
	if (magic >> 16 == 0x1c00)
		put32(v, 4711);
	for (uint32_t i = 0; i < 4; i++) {
		put32(v, 1700000000 + i);
		put32(v, 123456 + i);
		put32(v, i + 1);
		put32(v, i + 101);
		if (magic == 0xa1b2cd34 || magic == 0xa1e2cb12)
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
	{"netsniff-ng", 0xa1e2cb12, false},
	{"netsniff-ng, big-endian", 0xa1e2cb12, true},
	{"Ixia, software", 0x1c0001ab, false},
	{"Ixia, hardware, big-endian", 0x1c0001ac, true},
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
	in = input_open(path, false, &err);
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
	ZSTD_CCtx *context = ZSTD_createCCtx();
	size_t room = ZSTD_compressBound(in.len);
	size_t len;

	ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
	len = ZSTD_compress2(context, buffer_room(out, room), room, in.data, in.len);
	ck_assert(!ZSTD_isError(len));
	out->len += len;
	ZSTD_freeCCtx(context);
}

static void lz4_frame(struct buffer *out, struct slice in)
{
	LZ4F_preferences_t preferences = {.frameInfo = {.contentChecksumFlag = LZ4F_contentChecksumEnabled}};
	size_t room = LZ4F_compressFrameBound(in.len, &preferences);
	size_t len = LZ4F_compressFrame(buffer_room(out, room), room, in.data, in.len, &preferences);

	ck_assert(!LZ4F_isError(len));
	out->len += len;
}

static const struct {
	const char *name;
	void (*pack)(struct buffer *out, struct slice in);
} packers[] = {{"gzip", gzip_member}, {"zstd", zstd_frame}, {"lz4", lz4_frame}};

enum {
	PACKERS = sizeof(packers) / sizeof(packers[0]),
};

/* Two members or frames, cut amid a record. */
static void compress_vector(struct buffer *out, const struct vector *v, int packer)
{
	struct slice file = buffer_slice(&v->file);
	size_t half = file.len / 2 + 1;

	packers[packer].pack(out, slice_sub(file, 0, half));
	packers[packer].pack(out, slice_after(file, half));
}

/* pcap and pcapng in both byte orders: what is packed makes no difference to the others. */
static const int packed_kinds[] = {0, 3, 6, 7};

enum {
	PACKED_KINDS = sizeof(packed_kinds) / sizeof(packed_kinds[0]),
};

START_TEST(compressed_files_are_read)
{
	struct buffer packed = {0};
	struct vector v;

	make_vector(&v, packed_kinds[_i / PACKERS]);
	compress_vector(&packed, &v, _i % PACKERS);
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
		if (number > 0 && len < packed.len)
			ck_assert_msg(strstr(err.text, packers[_i % PACKERS].name) != NULL ||
					      strstr(err.text, "in the middle of a record") != NULL,
				      "%s", err.text);
		savefile_free(s);
	}
	buffer_fini(&packed);
	buffer_fini(&v.file);
}
END_TEST

/* Every packet in front of the damage comes out, whole. */
START_TEST(damaged_compressed_data_is_told)
{
	struct buffer packed = {0};
	struct vector v;

	make_vector(&v, 0);
	compress_vector(&packed, &v, _i);
	for (size_t at = 4; at < packed.len; at++) {
		struct error err;
		struct savefile *s;
		struct source_packet packet;
		enum source_status status;

		packed.data[at] ^= 0xff;
		s = savefile_new(input_new_memory(buffer_slice(&packed)));
		do
			status = savefile_read(s, &packet, &err);
		while (status == SOURCE_PACKET);
		ck_assert(status == SOURCE_ERROR || status == SOURCE_END);
		if (at == packed.len / 4)
			ck_assert(status == SOURCE_ERROR && strstr(err.text, packers[_i].name) != NULL);
		packed.data[at] ^= 0xff;
		savefile_free(s);
	}
	buffer_fini(&packed);
	buffer_fini(&v.file);
}
END_TEST

/* A few bytes unpack to far more than the buffer holds: all of it comes without another byte of input. */
START_TEST(nothing_is_held_back_in_the_library)
{
	enum {
		PACKETS = 20
	};
	static uint8_t frame[PACKET_SNAPLEN];
	struct vector v = {0};
	struct buffer packed = {0};
	struct source_packet packet;
	struct savefile *s;
	struct error err;
	int fds[2];

	put_pcap_header(&v, 0xa1b2c3d4, 2, 4);
	for (uint32_t i = 0; i < PACKETS; i++) {
		put32(&v, 1700000000 + i);
		put32(&v, 0);
		put32(&v, sizeof(frame));
		put32(&v, sizeof(frame));
		buffer_append(&v.file, slice_of(frame, sizeof(frame)));
	}
	packers[_i].pack(&packed, buffer_slice(&v.file));
	ck_assert_uint_lt(packed.len, 65536);
	ck_assert_int_eq(pipe(fds), 0);
	s = open_fd(fds[0]);
	ck_assert_int_eq(write(fds[1], packed.data, packed.len), (ssize_t)packed.len);
	for (int i = 0; i < PACKETS; i++)
		ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_PACKET);
	ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_IDLE);
	close(fds[1]);
	ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_END);
	ck_assert_str_eq(err.text, "");
	savefile_free(s);
	buffer_fini(&packed);
	buffer_fini(&v.file);
}
END_TEST

/* ---- a file that is followed ---- */

struct growing {
	char path[40];
	int fd;
	struct savefile *file;
};

static void begin_growing(struct growing *g)
{
	struct error err = {{0}};
	struct input *in;

	strcpy(g->path, "/tmp/mailtap-test-XXXXXX");
	g->fd = mkstemp(g->path);
	ck_assert_int_ge(g->fd, 0);
	in = input_open(g->path, true, &err);
	ck_assert_msg(in != NULL, "%s", err.text);
	ck_assert(input_is_followed(in));
	g->file = savefile_new(in);
}

static void end_growing(struct growing *g)
{
	savefile_free(g->file);
	close(g->fd);
	unlink(g->path);
}

/* Writes the file bit by bit; every packet must come out, an end never. */
static void grow(struct growing *g, const struct vector *v, struct slice file, size_t step)
{
	size_t number = 0;
	struct error err;

	for (size_t at = 0; at < file.len; at += step) {
		struct slice piece = slice_sub(file, at, step);

		ck_assert_int_eq(write(g->fd, piece.data, piece.len), (ssize_t)piece.len);
		ck_assert_int_eq(read_on(g->file, v, &number, &err), SOURCE_IDLE);
	}
	ck_assert_uint_eq(number, v->count);
}

START_TEST(a_file_is_read_as_it_grows)
{
	struct growing g;
	struct vector v;

	make_vector(&v, _i);
	begin_growing(&g);
	grow(&g, &v, buffer_slice(&v.file), 1);
	end_growing(&g);
	buffer_fini(&v.file);
}
END_TEST

START_TEST(a_compressed_file_is_read_as_it_grows)
{
	struct buffer packed = {0};
	struct growing g;
	struct vector v;

	make_vector(&v, 6);
	compress_vector(&packed, &v, _i);
	begin_growing(&g);
	grow(&g, &v, buffer_slice(&packed), 1);
	end_growing(&g);
	buffer_fini(&packed);
	buffer_fini(&v.file);
}
END_TEST

static void expect_notice(struct growing *g, const char *text)
{
	struct source_packet packet;
	struct error err;

	ck_assert_int_eq(savefile_read(g->file, &packet, &err), SOURCE_NOTICE);
	ck_assert_msg(strstr(err.text, text) != NULL, "%s", err.text);
	ck_assert_int_eq(savefile_read(g->file, &packet, &err), SOURCE_IDLE);
	ck_assert_str_eq(err.text, "");
}

/* Another format each time; a record without its end is given up. */
START_TEST(a_followed_file_may_begin_anew)
{
	struct buffer packed = {0};
	struct growing g;
	struct growing other;
	struct vector v;
	struct error err;
	struct source_packet packet;

	begin_growing(&g);
	make_vector(&v, 6);
	grow(&g, &v, buffer_slice(&v.file), 5);
	ck_assert_int_eq(write(g.fd, "\6\0\0\0\0\1\0\0", 8), 8);
	ck_assert_int_eq(savefile_read(g.file, &packet, &err), SOURCE_IDLE);
	ck_assert_int_eq(ftruncate(g.fd, 0), 0);
	lseek(g.fd, 0, SEEK_SET);
	expect_notice(&g, "made shorter");
	buffer_fini(&v.file);
	make_vector(&v, 3);
	compress_vector(&packed, &v, 0);
	grow(&g, &v, buffer_slice(&packed), 5);
	buffer_fini(&v.file);
	/* for a moment there is no file of this name */
	begin_growing(&other);
	ck_assert_int_eq(unlink(g.path), 0);
	ck_assert_int_eq(savefile_read(g.file, &packet, &err), SOURCE_IDLE);
	ck_assert_int_eq(rename(other.path, g.path), 0);
	expect_notice(&g, "replaced by another file");
	close(g.fd);
	g.fd = dup(other.fd);
	make_vector(&v, 4);
	grow(&g, &v, buffer_slice(&v.file), 5);
	end_growing(&other);
	end_growing(&g);
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

static const struct {
	uint16_t major;
	uint16_t minor;
	bool is_last; /* the captured length */
} versions[] = {{2, 2, true}, {2, 3, true}, {2, 3, false}, {2, 4, false}, {543, 0, true}};

START_TEST(old_versions_have_the_lengths_the_other_way_round)
{
	struct vector v = {0};
	struct savefile *s;
	struct error err;
	size_t number = 0;

	put_pcap_header(&v, 0xa1b2c3d4, versions[_i].major, versions[_i].minor);
	put32(&v, 1700000000);
	put32(&v, 0);
	put32(&v, versions[_i].is_last ? 101 : 1);
	put32(&v, versions[_i].is_last ? 1 : 101);
	put_data(&v, 1, 1);
	expect(&v, 1700000000 * CLOCK_NS_PER_S, 6, 113);
	s = savefile_new(input_new_memory(buffer_slice(&v.file)));
	ck_assert_int_eq(read_on(s, &v, &number, &err), SOURCE_END);
	ck_assert_str_eq(err.text, "");
	ck_assert_uint_eq(number, 1);
	savefile_free(s);
	buffer_fini(&v.file);
}
END_TEST

static void put_count(struct vector *v, uint16_t code, uint64_t value)
{
	put16(v, code);
	put16(v, 8);
	put32(v, (uint32_t)(v->big_endian ? value >> 32 : value));
	put32(v, (uint32_t)(v->big_endian ? value : value >> 32));
}

static void put_statistics(struct vector *v, uint32_t interface, uint64_t received, uint64_t dropped,
			   uint64_t os_dropped)
{
	put32(v, 5);
	put32(v, 64);
	put32(v, interface);
	put32(v, 0);
	put32(v, 0);
	put_count(v, 4, received);
	put_count(v, 5, dropped);
	put_count(v, 7, os_dropped);
	put32(v, 0); /* options: end */
	put32(v, 64);
}

/* The latest of each interface counts, over all sections. */
START_TEST(interface_statistics_tell_of_drops)
{
	struct vector v = {0};
	struct savefile *s;
	struct error err;
	size_t number = 0;

	put_section(&v, _i);
	put_interface(&v, 1, 255, 0);
	put_interface(&v, 101, 255, 0);
	put_statistics(&v, 0, 1000, 3, 0);
	put_statistics(&v, 1, 1000, 0, 20);
	put_statistics(&v, 0, 2000, 5, 1);
	put_statistics(&v, 2, 1000, 7000, 7000); /* no such interface */
	put_other(&v, 5, 12);			 /* without options */
	put_section(&v, !_i);
	put_interface(&v, 1, 255, 0);
	put_statistics(&v, 0, 0, UINT64_C(1) << 40, 0);
	put_enhanced(&v, 0, 1700000000000000, 1700000000000000000, 6, 1);
	s = savefile_new(input_new_memory(buffer_slice(&v.file)));
	ck_assert_int_eq(read_on(s, &v, &number, &err), SOURCE_END);
	ck_assert_str_eq(err.text, "");
	ck_assert_uint_eq(number, 1);
	ck_assert_uint_eq(savefile_drops(s), 26 + (UINT64_C(1) << 40));
	savefile_free(s);
	buffer_fini(&v.file);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_set_timeout(t, 120);
	tcase_add_loop_test(t, every_format_is_read_from_memory, 0, KINDS);
	tcase_add_loop_test(t, a_file_cut_anywhere_gives_what_is_whole, 0, KINDS);
	tcase_add_loop_test(t, every_format_is_read_from_a_pipe_byte_by_byte, 0, KINDS);
	tcase_add_loop_test(t, compressed_files_are_read, 0, PACKERS * PACKED_KINDS);
	tcase_add_loop_test(t, damaged_compressed_data_is_told, 0, PACKERS);
	tcase_add_loop_test(t, nothing_is_held_back_in_the_library, 0, PACKERS);
	tcase_add_loop_test(t, a_file_is_read_as_it_grows, 0, KINDS);
	tcase_add_loop_test(t, a_compressed_file_is_read_as_it_grows, 0, PACKERS);
	tcase_add_test(t, a_followed_file_may_begin_anew);
	tcase_add_loop_test(t, old_versions_have_the_lengths_the_other_way_round, 0,
			    sizeof(versions) / sizeof(versions[0]));
	tcase_add_loop_test(t, interface_statistics_tell_of_drops, 0, 2);
	tcase_add_loop_test(t, damage_is_told_with_its_place, 0, sizeof(damages) / sizeof(damages[0]));
	tcase_add_loop_test(t, any_time_resolution_is_understood, 0, sizeof(times) / sizeof(times[0]));
	tcase_add_test(t, a_simple_packet_is_cut_to_the_snap_length);
	tcase_add_test(t, raw_ip_has_one_link_type);
}
