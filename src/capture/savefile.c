#include "capture/savefile.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "base/mem.h"
#include "capture/mapping.h"
#include "capture/savefile_format.h"
#include "filter/filter.h"

enum {
	MAGIC_LEN = 4,
	PLACE_SIZE = 60,
	LOOK_BYTES = 256 * 1024, /* between two looks whether a mapped file is as it was */
};

#define MAGIC_PCAPNG UINT32_C(0x0a0d0d0a)

static const struct savefile_variant variants[] = {
	{UINT32_C(0xa1b2c3d4), 24, 16, false}, {UINT32_C(0xa1b23c4d), 24, 16, true},
	{UINT32_C(0xa1b2cd34), 24, 24, false}, /* Kuznetzov's: interface, protocol, kind of packet */
	{UINT32_C(0xa1e2cb12), 24, 24, true},  /* Borkmann's (netsniff-ng): the same, and where the time is from */
	{UINT32_C(0x1c0001ab), 28, 16, false}, /* Ixia's, software and hardware: the length of all records */
	{UINT32_C(0x1c0001ac), 28, 16, false},
};

struct savefile *savefile_new(struct input *in)
{
	struct savefile *s = mem_zalloc(sizeof(*s));

	s->in = in;
	return s;
}

void savefile_free(struct savefile *s)
{
	if (s == NULL)
		return;
	input_free(s->in);
	free(s->interfaces);
	savefile_wipe_secrets(s);
	buffer_fini(&s->secrets);
	free(s);
}

struct slice savefile_secrets(const struct savefile *s)
{
	return buffer_slice(&s->secrets);
}

void savefile_wipe_secrets(struct savefile *s)
{
	if (s->secrets.len > 0)
		explicit_bzero(s->secrets.data, s->secrets.len);
	buffer_clear(&s->secrets);
}

void savefile_name_interfaces(struct savefile *s, struct name_table *names)
{
	s->names = names;
}

const struct input *savefile_input(const struct savefile *s)
{
	return s->in;
}

uint64_t savefile_drops(const struct savefile *s)
{
	uint64_t drops = s->earlier_drops;

	for (size_t i = 0; i < s->interface_count; i++)
		drops += s->interfaces[i].drops;
	return drops;
}

/* Where the next record begins, for a message. */
static void describe_place(const struct savefile *s, char *out, size_t size)
{
	snprintf(out, size, "byte %llu%s", (unsigned long long)input_offset(s->in),
		 input_packing(s->in) ? " of the unpacked capture" : "");
}

/* The file is cut. */
static enum source_status say_cut(const struct savefile *s, struct error *err)
{
	char place[PLACE_SIZE];

	describe_place(s, place, sizeof(place));
	if (input_offset(s->in) == 0)
		error_set(err, "ends in the middle of its header: there is no packet in it");
	else if (input_packing(s->in) != NULL)
		error_set(err, "ends in the middle of its %s data, at %s; what comes before was read",
			  input_packing(s->in), place);
	else
		error_set(err, "ends in the middle of a record that begins at %s; what comes before was read", place);
	return SOURCE_END;
}

/* The file is another one now. */
static enum source_status begin_anew(struct savefile *s)
{
	s->earlier_drops = savefile_drops(s);
	s->interface_count = 0;
	s->read = NULL;
	s->last_time_ns = 0;
	return SOURCE_NOTICE;
}

enum source_status savefile_short(struct savefile *s, enum input_status status, struct error *err)
{
	struct error cause = *err;
	char place[PLACE_SIZE];

	switch (status) {
	case INPUT_READY:
	case INPUT_WAIT:
		break;
	case INPUT_END:
		return input_is_cut(s->in) ? say_cut(s, err) : SOURCE_END;
	case INPUT_ANEW:
		return begin_anew(s);
	case INPUT_ERROR:
		describe_place(s, place, sizeof(place));
		error_set(err, "cannot be read after %s: %.300s", place, cause.text);
		return SOURCE_ERROR;
	}
	return SOURCE_IDLE;
}

enum source_status savefile_damaged(struct savefile *s, struct error *err, const char *what)
{
	char place[PLACE_SIZE];

	describe_place(s, place, sizeof(place));
	error_set(err, "is damaged at %s: %s; only what comes before was read", place, what);
	return SOURCE_ERROR;
}

void savefile_fill(struct savefile *s, struct source_packet *packet, size_t at, uint32_t caplen, uint32_t wire_len)
{
	bool has_place = input_mapping(s->in).len > 0;

	packet->bytes = slice_of(input_peek(s->in) + at, caplen);
	packet->record.place = has_place ? (int64_t)(input_offset(s->in) + at) : PACKET_PLACE_NONE;
	packet->record.kind = PACKET_DATA;
	packet->record.caplen = caplen;
	packet->record.wire_len = wire_len > caplen ? wire_len : caplen;
}

uint16_t savefile_link_type(uint32_t link_type)
{
	/* The upper bits of pcap's field tell of checksums at the packets' ends. */
	return (uint16_t)filter_linktype_from_dlt(filter_dlt_from_linktype((int)(link_type & UINT16_MAX)));
}

int64_t savefile_clamp_time(int64_t seconds, int64_t nanoseconds)
{
	int64_t time_ns;

	if (__builtin_mul_overflow(seconds, CLOCK_NS_PER_S, &time_ns) ||
	    __builtin_add_overflow(time_ns, nanoseconds, &time_ns))
		time_ns = seconds < 0 ? 0 : PACKET_TIME_MAX;
	return time_ns < 0 ? 0 : time_ns > PACKET_TIME_MAX ? PACKET_TIME_MAX : time_ns;
}

/* The variant of pcap whose magic number this is, in either byte order. */
static bool find_variant(struct savefile *s, uint32_t magic)
{
	for (size_t i = 0; i < sizeof(variants) / sizeof(variants[0]); i++)
		if (magic == variants[i].magic || magic == __builtin_bswap32(variants[i].magic)) {
			s->variant = &variants[i];
			s->is_swapped = magic != variants[i].magic;
			return true;
		}
	return false;
}

/* The first four bytes name format and byte order. */
static enum source_status begin(struct savefile *s, struct error *err)
{
	enum input_status status = input_need(s->in, MAGIC_LEN, err);
	uint32_t magic;

	if (status == INPUT_END) {
		error_set(err, input_is_cut(s->in) ? "is too short to be a capture" : "is empty: no capture in it");
		return SOURCE_ERROR;
	}
	if (status != INPUT_READY)
		return savefile_short(s, status, err);
	memcpy(&magic, input_peek(s->in), sizeof(magic));
	if (magic == MAGIC_PCAPNG)
		return pcapng_begin(s, err);
	if (find_variant(s, magic))
		return pcapfile_begin(s, err);
	error_set(err, "is not a capture: neither pcap nor pcapng, plain or compressed by gzip, zstd or lz4");
	return SOURCE_ERROR;
}

/* Not at each packet: it is a system call. */
static void look_at_file(struct savefile *s, const struct source_packet *packet, enum source_status status)
{
	bool is_odd = status != SOURCE_PACKET || packet->record.caplen == 0;

	if (!is_odd && input_offset(s->in) - s->looked_at < LOOK_BYTES)
		return;
	s->looked_at = input_offset(s->in);
	mapping_look(input_mapping(s->in));
}

/* Whether what was read lies beyond what is as it was mapped: what a cut file still holds is read. */
static bool is_beyond(const struct savefile *s)
{
	const atomic_size_t *intact = mapping_intact(input_mapping(s->in));

	return intact != NULL && input_offset(s->in) > atomic_load_explicit(intact, memory_order_relaxed);
}

enum source_status savefile_read(struct savefile *s, struct source_packet *packet, struct error *err)
{
	enum source_status status;

	err->text[0] = '\0';
	if (s->read == NULL) {
		status = begin(s, err);
		if (status != SOURCE_PACKET)
			return status;
	}
	packet->record = (struct packet_record){0};
	status = s->read(s, packet, err);
	/* What a shrunk file no longer holds reads as zeros: those are no packets. */
	look_at_file(s, packet, status);
	if (status != SOURCE_IDLE && is_beyond(s))
		return savefile_damaged(s, err, "it was cut or changed while it was being read");
	return status;
}
