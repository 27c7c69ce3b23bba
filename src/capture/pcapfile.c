/* The pcap format: draft-ietf-opsawg-pcap. */
#include "base/clock.h"
#include "capture/savefile_format.h"

enum {
	OFFSET_VERSION_MAJOR = 4,
	OFFSET_VERSION_MINOR = 6,
	OFFSET_LINK_TYPE = 20,
	OFFSET_FIRST_LEN = 8, /* in a record header */
	OFFSET_SECOND_LEN = 12,
	VERSION_DG_UX = 543,
};

static int64_t record_time(const struct savefile *s, const uint8_t *header)
{
	int64_t fraction = savefile_u32(s, header + 4);

	return savefile_clamp_time(savefile_u32(s, header),
				   s->variant->nanoseconds ? fraction : fraction * CLOCK_NS_PER_US);
}

static void read_lengths(const struct savefile *s, const uint8_t *header, uint32_t *caplen, uint32_t *wire_len)
{
	uint32_t first = savefile_u32(s, header + OFFSET_FIRST_LEN);
	uint32_t second = savefile_u32(s, header + OFFSET_SECOND_LEN);
	bool is_last =
		s->lengths == SAVEFILE_CAPTURED_LAST || (s->lengths == SAVEFILE_SMALLER_CAPTURED && first > second);

	*caplen = is_last ? second : first;
	*wire_len = is_last ? first : second;
}

/* Record header: seconds, fraction, captured length, original length, 32 bits each. */
static enum source_status read_record(struct savefile *s, struct source_packet *packet, struct error *err)
{
	size_t header_len = s->variant->record_header_len;
	enum input_status status = input_need(s->in, header_len, err);
	uint32_t caplen;
	uint32_t wire_len;

	if (status != INPUT_READY)
		return savefile_short(s, status, err);
	read_lengths(s, input_peek(s->in), &caplen, &wire_len);
	if (caplen > PACKET_SNAPLEN)
		return savefile_damaged(s, err, "a packet longer than any can be");
	status = input_need(s->in, header_len + caplen, err);
	if (status != INPUT_READY)
		return savefile_short(s, status, err);
	packet->record.time_ns = record_time(s, input_peek(s->in));
	packet->record.time_digits = s->variant->nanoseconds ? 9 : 6;
	packet->record.link_type = s->link_type;
	savefile_fill(s, packet, header_len, caplen, wire_len);
	input_take(s->in, header_len + caplen);
	return SOURCE_PACKET;
}

/* Up to version 2.2 the captured length came last; some writers said 2.3 before they changed it. */
static enum savefile_lengths order_of_lengths(uint16_t major, uint16_t minor)
{
	if (major == VERSION_DG_UX || (major == 2 && minor < 3))
		return SAVEFILE_CAPTURED_LAST;
	return major == 2 && minor == 3 ? SAVEFILE_SMALLER_CAPTURED : SAVEFILE_CAPTURED_FIRST;
}

enum source_status pcapfile_begin(struct savefile *s, struct error *err)
{
	enum input_status status = input_need(s->in, s->variant->file_header_len, err);
	const uint8_t *header;

	if (status != INPUT_READY)
		return savefile_short(s, status, err);
	header = input_peek(s->in);
	s->lengths = order_of_lengths(savefile_u16(s, header + OFFSET_VERSION_MAJOR),
				      savefile_u16(s, header + OFFSET_VERSION_MINOR));
	s->link_type = savefile_link_type(savefile_u32(s, header + OFFSET_LINK_TYPE));
	input_take(s->in, s->variant->file_header_len);
	s->read = read_record;
	return SOURCE_PACKET;
}
