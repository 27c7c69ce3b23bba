/* The pcap format: draft-ietf-opsawg-pcap. */
#include "base/clock.h"
#include "capture/savefile_format.h"

enum {
	FILE_HEADER_LEN = 24,
	OFFSET_LINK_TYPE = 20,
};

static int64_t record_time(const struct savefile *s, const uint8_t *header)
{
	int64_t fraction = savefile_u32(s, header + 4);

	return savefile_clamp_time(savefile_u32(s, header), s->nanoseconds ? fraction : fraction * CLOCK_NS_PER_US);
}

/* Record header: seconds, fraction, captured length, original length, 32 bits each. */
static enum source_status read_record(struct savefile *s, struct source_packet *packet, struct error *err)
{
	enum input_status status = input_need(s->in, s->record_header_len, err);
	uint32_t caplen;

	if (status != INPUT_READY)
		return savefile_short(s, status, err);
	caplen = savefile_u32(s, input_peek(s->in) + 8);
	if (caplen > PACKET_SNAPLEN)
		return savefile_damaged(s, err, "a packet longer than any can be");
	status = input_need(s->in, s->record_header_len + caplen, err);
	if (status != INPUT_READY)
		return savefile_short(s, status, err);

	const uint8_t *header = input_peek(s->in);

	packet->record.time_ns = record_time(s, header);
	packet->record.time_digits = s->nanoseconds ? 9 : 6;
	packet->record.link_type = s->link_type;
	savefile_fill(s, packet, s->record_header_len, caplen, savefile_u32(s, header + 12));
	input_take(s->in, s->record_header_len + caplen);
	return SOURCE_PACKET;
}

enum source_status pcapfile_begin(struct savefile *s, struct error *err)
{
	enum input_status status = input_need(s->in, FILE_HEADER_LEN, err);

	if (status != INPUT_READY)
		return savefile_short(s, status, err);
	s->link_type = savefile_link_type(savefile_u32(s, input_peek(s->in) + OFFSET_LINK_TYPE));
	input_take(s->in, FILE_HEADER_LEN);
	s->read = read_record;
	return SOURCE_PACKET;
}
