/*
 * Good captures, damaged in every way that a program can go through: cut at each byte, each bit flipped, each word made
 * 0, 1, or as large as can be. Whatever is read comes out within bounds, the reading ends, and says in one line what is
 * wrong.
 */
#include <assert.h>
#include <lz4frame.h>
#include <zlib.h>
#include <zstd.h>

#include "../main.h"
#include "base/buffer.h"
#include "base/pcapng.h"
#include "capture/savefile.h"
#include "sample.h"

enum {
	PACKETS = 12,
	HEAD_LEN = 400, /* how much of the beginning is damaged, byte by byte */
	TAIL_LEN = 120, /* and of the end: the last record */
	PACKETS_MAX = 4096,
};

/* ---- good captures ---- */

static void make_pcap(struct buffer *out)
{
	uint32_t header[6] = {0xa1b2c3d4, 4U << 16 | 2, 0, 0, 65535, 1};

	buffer_append(out, slice_of(header, sizeof(header)));
	for (uint32_t i = 0; i < PACKETS; i++) {
		uint32_t record[4] = {SAMPLE_START_S + i, i, SAMPLE_FRAME_LEN, SAMPLE_FRAME_LEN};
		uint8_t frame[SAMPLE_FRAME_LEN];

		sample_frame(frame, i);
		buffer_append(out, slice_of(record, sizeof(record)));
		buffer_append(out, slice_of(frame, sizeof(frame)));
	}
}

static void put_statistics(struct buffer *out)
{
	uint32_t block[] = {5, 40, 0, 0, 0, 8U << 16 | 5, 17, 0, 0, 40};

	buffer_append(out, slice_of(block, sizeof(block)));
}

static void make_pcapng(struct buffer *out)
{
	pcapng_put_section(out);
	pcapng_put_interface(out,
			     &(struct pcapng_interface){.link_type = 1, .snaplen = 65535, .digits = 9, .name = "eth0"});
	pcapng_put_interface(out, &(struct pcapng_interface){.link_type = 1, .snaplen = 65535, .digits = 9});
	for (uint32_t i = 0; i < PACKETS; i++) {
		uint8_t frame[SAMPLE_FRAME_LEN];

		sample_frame(frame, i);
		if (i % 3 == 1)
			put_statistics(out);
		pcapng_put_packet(out, i % 2, (SAMPLE_START_S + i) * UINT64_C(1000000000),
				  slice_of(frame, sizeof(frame)), SAMPLE_FRAME_LEN);
	}
}

static void pack_not(struct buffer *out, struct slice in)
{
	buffer_append(out, in);
}

static void pack_gzip(struct buffer *out, struct slice in)
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

static void pack_zstd(struct buffer *out, struct slice in)
{
	size_t room = ZSTD_compressBound(in.len);
	size_t len = ZSTD_compress(buffer_room(out, room), room, in.data, in.len, 3);

	ck_assert(!ZSTD_isError(len));
	out->len += len;
}

static void pack_lz4(struct buffer *out, struct slice in)
{
	size_t room = LZ4F_compressFrameBound(in.len, NULL);
	size_t len = LZ4F_compressFrame(buffer_room(out, room), room, in.data, in.len, NULL);

	ck_assert(!LZ4F_isError(len));
	out->len += len;
}

static const struct {
	void (*make)(struct buffer *out);
	void (*pack)(struct buffer *out, struct slice in);
} kinds[] = {
	{make_pcap, pack_not},	 {make_pcap, pack_gzip},   {make_pcap, pack_zstd},   {make_pcap, pack_lz4},
	{make_pcapng, pack_not}, {make_pcapng, pack_gzip}, {make_pcapng, pack_zstd}, {make_pcapng, pack_lz4},
};

enum {
	KINDS = sizeof(kinds) / sizeof(kinds[0]),
};

static void make_good(struct buffer *out, int kind)
{
	struct buffer plain = {0};

	*out = (struct buffer){0};
	kinds[kind].make(&plain);
	kinds[kind].pack(out, buffer_slice(&plain));
	buffer_fini(&plain);
}

/* ---- reading them ---- */

/* What a reading came to. */
struct outcome {
	size_t packets;
	enum source_status status;
	struct error err;
};

static bool is_sane(const struct source_packet *packet)
{
	size_t sum = 0; /* each byte is touched */

	for (size_t i = 0; i < packet->bytes.len; i++)
		sum += packet->bytes.data[i];
	return sum <= packet->bytes.len * UINT8_MAX && packet->bytes.len == packet->record.caplen &&
	       packet->record.caplen <= packet->record.wire_len && packet->record.time_ns >= 0 &&
	       packet->record.time_ns <= PACKET_TIME_MAX;
}

/* Each assertion of libcheck is a system call, so there are few. */
static struct outcome read_all(struct savefile *s)
{
	struct outcome o = {0};
	struct source_packet packet;
	struct error again;
	bool good = true;

	while ((o.status = savefile_read(s, &packet, &o.err)) == SOURCE_PACKET && o.packets++ < PACKETS_MAX)
		good = good && is_sane(&packet);
	good = good && (o.status == SOURCE_END || (o.status == SOURCE_ERROR && o.err.text[0] != '\0'));
	good = good && strchr(o.err.text, '\n') == NULL;
	good = good && savefile_read(s, &packet, &again) == o.status; /* it stays so */
	ck_assert_msg(good, "%zu packets, status %d: %s", o.packets, (int)o.status, o.err.text);
	savefile_free(s);
	return o;
}

static struct savefile *open_pipe(struct slice bytes)
{
	struct error err = {{0}};
	struct input *in;
	char path[40];
	int fds[2];

	ck_assert(pipe(fds) == 0 && write(fds[1], bytes.data, bytes.len) == (ssize_t)bytes.len);
	close(fds[1]);
	snprintf(path, sizeof(path), "/dev/fd/%d", fds[0]);
	in = input_open(path, false, &err);
	assert(in != NULL);
	close(fds[0]);
	return savefile_new(in);
}

/* A copy of its own, so that a sanitizer sees a step beyond it; and, as what is packed passes through the buffer
 * anyway, what is not packed once more out of a pipe. */
static struct outcome check_reading(struct slice bytes, int kind)
{
	uint8_t *copy = malloc(bytes.len > 0 ? bytes.len : 1);
	struct outcome from_memory;

	memcpy(copy, bytes.data, bytes.len);
	from_memory = read_all(savefile_new(input_new_memory(slice_of(copy, bytes.len))));
	free(copy);
	if (kinds[kind].pack == pack_not) {
		struct outcome from_pipe = read_all(open_pipe(bytes));

		ck_assert_msg(from_memory.packets == from_pipe.packets && from_memory.status == from_pipe.status &&
				      strcmp(from_memory.err.text, from_pipe.err.text) == 0,
			      "mapped: %s; pipe: %s", from_memory.err.text, from_pipe.err.text);
	}
	return from_memory;
}

/* Whether a place is one of those that are damaged. */
static bool is_damaged_here(const struct buffer *b, size_t at)
{
	return at < HEAD_LEN || at + TAIL_LEN >= b->len;
}

START_TEST(what_is_good_is_read)
{
	struct buffer b;
	struct outcome o;

	make_good(&b, _i);
	o = check_reading(buffer_slice(&b), _i);
	ck_assert_uint_eq(o.packets, PACKETS);
	ck_assert_int_eq(o.status, SOURCE_END);
	ck_assert_str_eq(o.err.text, "");
	buffer_fini(&b);
}
END_TEST

START_TEST(cut_at_each_byte)
{
	struct buffer b;
	size_t last = 0;

	make_good(&b, _i);
	for (size_t len = 0; len < b.len; len++) {
		struct outcome o;

		if (!is_damaged_here(&b, len))
			continue;
		o = check_reading(slice_sub(buffer_slice(&b), 0, len), _i);
		ck_assert_uint_ge(o.packets, last);
		ck_assert_uint_le(o.packets, PACKETS);
		last = o.packets;
	}
	if (kinds[_i].pack == pack_not)
		ck_assert_uint_eq(last, PACKETS - 1);
	buffer_fini(&b);
}
END_TEST

START_TEST(each_bit_flipped)
{
	struct buffer b;

	make_good(&b, _i);
	for (size_t at = 0; at < b.len; at++)
		for (int bit = 0; bit < 8 && is_damaged_here(&b, at); bit++) {
			b.data[at] ^= (uint8_t)(1 << bit);
			check_reading(buffer_slice(&b), _i);
			b.data[at] ^= (uint8_t)(1 << bit);
		}
	buffer_fini(&b);
}
END_TEST

START_TEST(each_word_made_extreme)
{
	static const uint32_t values[] = {0, 1, 12, 0x7fffffff, 0x80000000, 0xfffffffc, 0xffffffff};
	struct buffer b;

	make_good(&b, _i);
	for (size_t at = 0; at + 4 <= b.len; at++)
		for (size_t i = 0; i < sizeof(values) / sizeof(values[0]) && is_damaged_here(&b, at); i++) {
			uint8_t kept[4];

			memcpy(kept, b.data + at, 4);
			memcpy(b.data + at, &values[i], 4);
			check_reading(buffer_slice(&b), _i);
			memcpy(b.data + at, kept, 4);
		}
	buffer_fini(&b);
}
END_TEST

/* A piece taken out, or put in twice: what follows is found, or it is damage. */
START_TEST(pieces_missing_or_doubled)
{
	struct buffer b;

	make_good(&b, _i);
	for (size_t at = 0; at < b.len; at += 11)
		for (size_t len = 1; len <= 64; len *= 4) {
			struct slice whole = buffer_slice(&b);
			struct buffer other = {0};

			buffer_append(&other, slice_sub(whole, 0, at));
			buffer_append(&other, slice_after(whole, at + len));
			check_reading(buffer_slice(&other), _i);
			buffer_clear(&other);
			buffer_append(&other, slice_sub(whole, 0, at + len));
			buffer_append(&other, slice_after(whole, at));
			check_reading(buffer_slice(&other), _i);
			buffer_fini(&other);
		}
	buffer_fini(&b);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_set_timeout(t, 300);
	tcase_add_loop_test(t, what_is_good_is_read, 0, KINDS);
	tcase_add_loop_test(t, cut_at_each_byte, 0, KINDS);
	tcase_add_loop_test(t, each_bit_flipped, 0, KINDS);
	tcase_add_loop_test(t, each_word_made_extreme, 0, KINDS);
	tcase_add_loop_test(t, pieces_missing_or_doubled, 0, KINDS);
}
