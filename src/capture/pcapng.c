/* The pcapng format: draft-ietf-opsawg-pcapng. A file is a chain of blocks: type, length, body, length again. */
#include "base/clock.h"
#include "base/mem.h"
#include "capture/savefile_format.h"

enum {
	BLOCK_HEAD_LEN = 8,
	BLOCK_LEN_MIN = 12,
	SECTION_LEN_MIN = 28,
	INTERFACE_LEN_MIN = 20,
	SIMPLE_LEN_MIN = 16,
	PACKET_LEN_MIN = 32,
	STATISTICS_LEN_MIN = 24,
	INTERFACES_MAX = 65536,
	OPTION_END = 0,
	OPTION_NAME = 2, /* of an interface */
	OPTION_TSRESOL = 9,
	OPTION_TSOFFSET = 14,
	OPTION_IFDROP = 5, /* of the statistics */
	OPTION_OSDROP = 7,
	SECRETS_LEN_MIN = 20,
	SECRETS_MAX = 2 * INPUT_PIECE_MAX, /* bytes */
};

#define BLOCK_SECTION	 UINT32_C(0x0a0d0d0a)
#define BLOCK_INTERFACE	 UINT32_C(1)
#define BLOCK_PACKET	 UINT32_C(2) /* obsolete */
#define BLOCK_SIMPLE	 UINT32_C(3)
#define BLOCK_STATISTICS UINT32_C(5)
#define BLOCK_ENHANCED	 UINT32_C(6)
#define BLOCK_SECRETS	 UINT32_C(10)
#define SECRETS_TLS	 UINT32_C(0x544c534b) /* a key log of TLS */
#define BYTE_ORDER	 UINT32_C(0x1a2b3c4d)

/* A block that is there whole; `body` after the two heading numbers, without the length at the end. */
struct block {
	uint32_t type;
	uint32_t len;
	struct slice body;
};

/* The section header tells its own byte order, and with it how its length is to be read. */
static bool begin_section(struct savefile *s, const uint8_t *head)
{
	uint32_t order;

	memcpy(&order, head + BLOCK_HEAD_LEN, sizeof(order));
	if (order != BYTE_ORDER && order != __builtin_bswap32(BYTE_ORDER))
		return false;
	s->is_swapped = order != BYTE_ORDER;
	s->earlier_drops = savefile_drops(s);
	s->interface_count = 0;
	s->last_time_ns = 0;
	return true;
}

static bool is_known(uint32_t type)
{
	return type == BLOCK_SECTION || type == BLOCK_INTERFACE || type == BLOCK_PACKET || type == BLOCK_SIMPLE ||
	       type == BLOCK_ENHANCED || type == BLOCK_STATISTICS || type == BLOCK_SECRETS;
}

static size_t smallest_len(uint32_t type)
{
	switch (type) {
	case BLOCK_SECTION:
		return SECTION_LEN_MIN;
	case BLOCK_INTERFACE:
		return INTERFACE_LEN_MIN;
	case BLOCK_SIMPLE:
		return SIMPLE_LEN_MIN;
	case BLOCK_STATISTICS:
		return STATISTICS_LEN_MIN;
	case BLOCK_SECRETS:
		return SECRETS_LEN_MIN;
	case BLOCK_PACKET:
	case BLOCK_ENHANCED:
		return PACKET_LEN_MIN;
	default:
		return BLOCK_LEN_MIN;
	}
}

/* SOURCE_PACKET: `block` is the next block; one of an unknown type has no body, it may be of any length. */
static enum source_status next_block(struct savefile *s, struct block *block, struct error *err)
{
	enum input_status status = input_need(s->in, BLOCK_LEN_MIN, err);
	const uint8_t *head;

	if (status != INPUT_READY)
		return savefile_short(s, status, err);
	head = input_peek(s->in);
	block->type = savefile_u32(s, head); /* a section header's reads the same in both byte orders */
	if (block->type == BLOCK_SECTION && !begin_section(s, head))
		return savefile_damaged(s, err, "a section of no known byte order");
	block->len = savefile_u32(s, head + 4);
	block->body = slice_of(NULL, 0);
	if (block->len < smallest_len(block->type) || block->len % 4 != 0)
		return savefile_damaged(s, err, "a block of an impossible length");
	if (!is_known(block->type) || (block->type == BLOCK_SECRETS && block->len > INPUT_PIECE_MAX))
		return SOURCE_PACKET;
	if (block->len > INPUT_PIECE_MAX)
		return savefile_damaged(s, err, "a block longer than any can be");
	status = input_need(s->in, block->len, err);
	if (status != INPUT_READY)
		return savefile_short(s, status, err);
	head = input_peek(s->in);
	if (savefile_u32(s, head + block->len - 4) != block->len)
		return savefile_damaged(s, err, "a block whose two lengths differ");
	block->body = slice_of(head + BLOCK_HEAD_LEN, block->len - BLOCK_LEN_MIN);
	return SOURCE_PACKET;
}

static uint8_t digits_of(const struct savefile_interface *interface)
{
	/* 2^-10 seconds are about a millisecond, 2^-20 a microsecond. */
	uint8_t per_group = interface->binary_resolution ? 10 : 3;

	return interface->exponent <= per_group ? 3 : interface->exponent <= 2 * per_group ? 6 : 9;
}

static void read_interface_option(const struct savefile *s, struct savefile_interface *interface, uint16_t code,
				  struct slice value)
{
	if (code == OPTION_NAME && s->names != NULL && interface->name == 0) {
		interface->name = name_table_add(s->names, value);
	} else if (code == OPTION_TSRESOL && value.len >= 1) {
		interface->binary_resolution = value.data[0] & 0x80;
		interface->exponent = value.data[0] & 0x7f;
		interface->time_digits = digits_of(interface);
	} else if (code == OPTION_TSOFFSET && value.len >= 8) {
		int64_t seconds = (int64_t)savefile_u64(s, value.data);
		int64_t most = PACKET_TIME_MAX / CLOCK_NS_PER_S;

		if (seconds >= -most && seconds <= most)
			interface->offset_ns = seconds * CLOCK_NS_PER_S;
	}
}

/* Takes the next option off `options`; one that goes on beyond them is none. */
static bool next_option(const struct savefile *s, struct slice *options, uint16_t *code, struct slice *value)
{
	size_t len;

	if (options->len < 4)
		return false;
	*code = savefile_u16(s, options->data);
	len = savefile_u16(s, options->data + 2);
	if (len > options->len - 4)
		return false;
	*value = slice_sub(*options, 4, len);
	*options = slice_after(*options, 4 + ((len + 3) & ~(size_t)3));
	return *code != OPTION_END;
}

static bool add_interface(struct savefile *s, struct slice body)
{
	struct savefile_interface *interface;
	struct slice options = slice_after(body, 8);
	struct slice value;
	uint16_t code;

	if (s->interface_count == INTERFACES_MAX)
		return false;
	s->interfaces = mem_grow(s->interfaces, &s->interface_capacity, s->interface_count + 1, sizeof(*interface));
	interface = &s->interfaces[s->interface_count++];
	*interface = (struct savefile_interface){
		.link_type = savefile_link_type(savefile_u16(s, body.data)),
		.snaplen = savefile_u32(s, body.data + 4),
		.exponent = 6,
		.time_digits = 6,
	};
	while (next_option(s, &options, &code, &value))
		read_interface_option(s, interface, code, value);
	return true;
}

/* Statistics: interface, time (high, low), options. They count from the interface's start, so the latest count. */
static void read_statistics(struct savefile *s, struct slice body)
{
	uint32_t number = savefile_u32(s, body.data);
	struct slice options = slice_after(body, 12);
	struct slice value;
	uint64_t drops = 0;
	uint16_t code;

	if (number >= s->interface_count)
		return;
	while (next_option(s, &options, &code, &value))
		if ((code == OPTION_IFDROP || code == OPTION_OSDROP) && value.len == 8)
			drops += savefile_u64(s, value.data);
	s->interfaces[number].drops = drops;
}

/* Secrets: what they are, their length, the text. They stand before the packets that need them; of many blocks without
 * a packet in between only so much is kept. */
static void read_secrets(struct savefile *s, struct slice body)
{
	struct slice text = slice_sub(body, 8, savefile_u32(s, body.data + 4));

	if (savefile_u32(s, body.data) != SECRETS_TLS || text.len >= SECRETS_MAX - s->secrets.len)
		return;
	buffer_append(&s->secrets, text);
	buffer_append_byte(&s->secrets, '\n'); /* a last line need not end */
}

static uint64_t power_of_ten(unsigned int exponent)
{
	uint64_t value = 1;

	while (exponent-- > 0)
		value *= 10;
	return value;
}

/* Nanoseconds since 1970; any 64 bits may stand in the file. */
static int64_t interface_time(const struct savefile_interface *interface, uint64_t ticks)
{
	uint64_t seconds = 0;
	uint64_t rest = 0;

	if (interface->binary_resolution) {
		unsigned int bits = interface->exponent;

		seconds = bits < 64 ? ticks >> bits : 0;
		if (bits < 64)
			ticks &= (UINT64_C(1) << bits) - 1;
		rest = (uint64_t)(((unsigned __int128)ticks * (uint64_t)CLOCK_NS_PER_S) >> bits);
	} else if (interface->exponent <= 19) {
		uint64_t per_second = power_of_ten(interface->exponent);

		seconds = ticks / per_second;
		rest = (uint64_t)((unsigned __int128)(ticks % per_second) * (uint64_t)CLOCK_NS_PER_S / per_second);
	}
	if (seconds > INT64_MAX / CLOCK_NS_PER_S)
		return PACKET_TIME_MAX;
	return savefile_clamp_time((int64_t)seconds, (int64_t)rest + interface->offset_ns);
}

/* Describes the packet that lies `at` bytes into the body. */
static enum source_status fill_packet(struct savefile *s, struct source_packet *packet, const struct block *block,
				      const struct savefile_interface *interface, size_t at, uint32_t caplen,
				      uint32_t wire_len, struct error *err)
{
	if (caplen > PACKET_SNAPLEN || caplen > block->body.len - at)
		return savefile_damaged(s, err, "a packet longer than its block");
	packet->record.link_type = interface->link_type;
	packet->record.time_digits = interface->time_digits;
	packet->record.interface = interface->name;
	savefile_fill(s, packet, BLOCK_HEAD_LEN + at, caplen, wire_len);
	return SOURCE_PACKET;
}

/* Enhanced: interface (32 bits), time (high, low), captured length, original length, data. Obsolete: the same, the
 * interface's 16 bits being followed by 16 of a drop count. */
static enum source_status read_packet(struct savefile *s, struct source_packet *packet, const struct block *block,
				      struct error *err)
{
	const uint8_t *body = block->body.data;
	uint32_t number = block->type == BLOCK_PACKET ? savefile_u16(s, body) : savefile_u32(s, body);
	uint64_t ticks = (uint64_t)savefile_u32(s, body + 4) << 32 | savefile_u32(s, body + 8);

	if (number >= s->interface_count)
		return savefile_damaged(s, err, "a packet of an interface that was not described");
	packet->record.time_ns = s->last_time_ns = interface_time(&s->interfaces[number], ticks);
	return fill_packet(s, packet, block, &s->interfaces[number], 20, savefile_u32(s, body + 12),
			   savefile_u32(s, body + 16), err);
}

/* Simple: original length, data; of interface 0, without a time: it gets that of the packet before. */
static enum source_status read_simple(struct savefile *s, struct source_packet *packet, const struct block *block,
				      struct error *err)
{
	uint32_t wire_len = savefile_u32(s, block->body.data);
	uint32_t caplen = wire_len;

	if (s->interface_count == 0)
		return savefile_damaged(s, err, "a packet of an interface that was not described");
	if (s->interfaces[0].snaplen != 0 && caplen > s->interfaces[0].snaplen)
		caplen = s->interfaces[0].snaplen;
	if (caplen > block->body.len - 4)
		caplen = (uint32_t)(block->body.len - 4);
	packet->record.time_ns = s->last_time_ns;
	return fill_packet(s, packet, block, &s->interfaces[0], 4, caplen, wire_len, err);
}

/* SOURCE_IDLE: the block was no packet. */
static enum source_status read_body(struct savefile *s, struct source_packet *packet, const struct block *block,
				    struct error *err)
{
	switch (block->type) {
	case BLOCK_PACKET:
	case BLOCK_ENHANCED:
		return read_packet(s, packet, block, err);
	case BLOCK_SIMPLE:
		return read_simple(s, packet, block, err);
	case BLOCK_INTERFACE:
		if (!add_interface(s, block->body))
			return savefile_damaged(s, err, "more interfaces than there can be");
		return SOURCE_IDLE;
	case BLOCK_STATISTICS:
		read_statistics(s, block->body);
		return SOURCE_IDLE;
	case BLOCK_SECRETS:
		if (block->body.len > 0) /* one that is too long for us is passed over */
			read_secrets(s, block->body);
		return SOURCE_IDLE;
	default:
		return SOURCE_IDLE;
	}
}

static enum source_status read_block(struct savefile *s, struct source_packet *packet, struct error *err)
{
	for (;;) {
		struct block block = {0};
		enum source_status status = next_block(s, &block, err);

		if (status != SOURCE_PACKET)
			return status;
		status = read_body(s, packet, &block, err);
		if (status == SOURCE_ERROR)
			return status;
		input_take(s->in, block.len);
		if (status == SOURCE_PACKET)
			return status;
	}
}

enum source_status pcapng_begin(struct savefile *s, struct error *err)
{
	(void)err;
	s->read = read_block;
	return SOURCE_PACKET;
}
