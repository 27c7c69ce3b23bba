#include "capture/savefile.h"

#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"
#include "capture/mapping.h"
#include "capture/savefile_format.h"
#include "filter/filter.h"

enum {
	MAGIC_LEN = 4,
};

#define MAGIC_PCAP	    UINT32_C(0xa1b2c3d4)
#define MAGIC_PCAP_NANO	    UINT32_C(0xa1b23c4d)
#define MAGIC_PCAP_MODIFIED UINT32_C(0xa1b2cd34)
#define MAGIC_PCAPNG	    UINT32_C(0x0a0d0d0a)

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
	free(s);
}

const struct input *savefile_input(const struct savefile *s)
{
	return s->in;
}

enum source_status savefile_short(struct savefile *s, enum input_status status, struct error *err)
{
	struct error cause = *err;

	if (status == INPUT_WAIT)
		return SOURCE_IDLE;
	if (status == INPUT_ERROR) {
		error_set(err, "cannot be read after byte %llu: %.300s", (unsigned long long)input_offset(s->in),
			  cause.text);
		return SOURCE_ERROR;
	}
	if (input_is_cut(s->in))
		error_set(err, "ends in the middle of a record that begins at byte %llu; what comes before was read",
			  (unsigned long long)input_offset(s->in));
	return SOURCE_END;
}

enum source_status savefile_damaged(struct savefile *s, struct error *err, const char *what)
{
	error_set(err, "is damaged at byte %llu: %s", (unsigned long long)input_offset(s->in), what);
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

/* The first four bytes name format and byte order. */
static enum source_status begin(struct savefile *s, struct error *err)
{
	enum input_status status = input_need(s->in, MAGIC_LEN, err);
	uint32_t magic;

	if (status == INPUT_WAIT || status == INPUT_ERROR)
		return savefile_short(s, status, err);
	if (status == INPUT_END) {
		error_set(err, input_is_cut(s->in) ? "is too short to be a capture" : "is empty: no capture in it");
		return SOURCE_ERROR;
	}
	memcpy(&magic, input_peek(s->in), sizeof(magic));
	if (magic == MAGIC_PCAPNG)
		return pcapng_begin(s, err);
	s->is_swapped = magic == __builtin_bswap32(MAGIC_PCAP) || magic == __builtin_bswap32(MAGIC_PCAP_NANO) ||
			magic == __builtin_bswap32(MAGIC_PCAP_MODIFIED);
	magic = savefile_u32(s, input_peek(s->in));
	if (magic != MAGIC_PCAP && magic != MAGIC_PCAP_NANO && magic != MAGIC_PCAP_MODIFIED) {
		error_set(err, "is not a capture: neither pcap nor pcapng, plain or compressed by gzip or zstd");
		return SOURCE_ERROR;
	}
	s->nanoseconds = magic == MAGIC_PCAP_NANO;
	s->record_header_len = magic == MAGIC_PCAP_MODIFIED ? 24 : 16;
	return pcapfile_begin(s, err);
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
	if (status != SOURCE_IDLE && mapping_is_damaged(input_mapping(s->in)))
		return savefile_damaged(s, err, "it became shorter while it was being read");
	return status;
}
