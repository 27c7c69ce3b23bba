#include "base/pcapng.h"

#include <assert.h>

enum {
	PCAPNG_BLOCK_FRAME_LEN = 12, /* type, length, and the length again */
	PCAPNG_OPTION_HEAD_LEN = 4,
	PCAPNG_OPTION_LEN_MAX = 65535,
	PCAPNG_SECTION_LEN = 16, /* of the fixed part of a body */
	PCAPNG_INTERFACE_LEN = 8,
	PCAPNG_PACKET_LEN = 20,
	PCAPNG_NAME_LEN_MAX = 1024,
	PCAPNG_DIGITS = 9,

	OPTION_END = 0,
	OPTION_USERAPPL = 4, /* of a section */
	OPTION_NAME = 2,     /* of an interface */
	OPTION_TSRESOL = 9,
};

#define BLOCK_SECTION	UINT32_C(0x0a0d0d0a)
#define BLOCK_INTERFACE UINT32_C(1)
#define BLOCK_ENHANCED	UINT32_C(6)
#define BYTE_ORDER	UINT32_C(0x1a2b3c4d)

static const char application[] = "mailtap " MAILTAP_VERSION;

static void put_u16(struct buffer *out, uint16_t value)
{
	buffer_append(out, slice_of(&value, sizeof(value)));
}

static void put_u32(struct buffer *out, uint32_t value)
{
	buffer_append(out, slice_of(&value, sizeof(value)));
}

/* Everything in a block ends at a multiple of 32 bits. */
static size_t padded(size_t len)
{
	return (len + 3) & ~(size_t)3;
}

static void put_padded(struct buffer *out, struct slice bytes)
{
	static const uint8_t zeros[3];

	buffer_append(out, bytes);
	buffer_append(out, slice_of(zeros, padded(bytes.len) - bytes.len));
}

static size_t option_len(struct slice value)
{
	return PCAPNG_OPTION_HEAD_LEN + padded(value.len);
}

static void put_option(struct buffer *out, uint16_t code, struct slice value)
{
	assert(value.len <= PCAPNG_OPTION_LEN_MAX);
	put_u16(out, code);
	put_u16(out, (uint16_t)value.len);
	put_padded(out, value);
}

/* Returns the block's length, for its end. */
static uint32_t begin_block(struct buffer *out, uint32_t type, size_t body_len)
{
	uint32_t len = (uint32_t)(PCAPNG_BLOCK_FRAME_LEN + body_len);

	assert(body_len % 4 == 0 && body_len < UINT32_MAX - PCAPNG_BLOCK_FRAME_LEN);
	put_u32(out, type);
	put_u32(out, len);
	return len;
}

void pcapng_put_section(struct buffer *out)
{
	struct slice name = slice_from_text(application);
	uint32_t len = begin_block(out, BLOCK_SECTION, PCAPNG_SECTION_LEN + option_len(name) + PCAPNG_OPTION_HEAD_LEN);

	put_u32(out, BYTE_ORDER);
	put_u16(out, 1); /* the format's version: 1.0 */
	put_u16(out, 0);
	put_u32(out, UINT32_MAX); /* the section's length is not known */
	put_u32(out, UINT32_MAX);
	put_option(out, OPTION_USERAPPL, name);
	put_option(out, OPTION_END, slice_of(NULL, 0));
	put_u32(out, len);
}

void pcapng_put_interface(struct buffer *out, int link_type, uint32_t snaplen, const char *name)
{
	static const uint8_t digits = PCAPNG_DIGITS;
	struct slice resolution = slice_of(&digits, sizeof(digits));
	struct slice text = name ? slice_sub(slice_from_text(name), 0, PCAPNG_NAME_LEN_MAX) : slice_of(NULL, 0);
	size_t name_len = text.len > 0 ? option_len(text) : 0;
	uint32_t len = begin_block(out, BLOCK_INTERFACE,
				   PCAPNG_INTERFACE_LEN + name_len + option_len(resolution) + PCAPNG_OPTION_HEAD_LEN);

	assert(link_type >= 0 && link_type <= UINT16_MAX);
	put_u16(out, (uint16_t)link_type);
	put_u16(out, 0); /* reserved */
	put_u32(out, snaplen);
	if (text.len > 0)
		put_option(out, OPTION_NAME, text);
	put_option(out, OPTION_TSRESOL, resolution);
	put_option(out, OPTION_END, slice_of(NULL, 0));
	put_u32(out, len);
}

void pcapng_put_packet(struct buffer *out, uint32_t interface, int64_t time_ns, struct slice bytes, uint32_t wire_len)
{
	uint64_t ticks = time_ns > 0 ? (uint64_t)time_ns : 0;
	uint32_t len = begin_block(out, BLOCK_ENHANCED, PCAPNG_PACKET_LEN + padded(bytes.len));

	put_u32(out, interface);
	put_u32(out, (uint32_t)(ticks >> 32));
	put_u32(out, (uint32_t)ticks);
	put_u32(out, (uint32_t)bytes.len);
	put_u32(out, wire_len);
	put_padded(out, bytes);
	put_u32(out, len);
}
