#include "base/pcapng.h"

#include <assert.h>
#include <stdlib.h>

#include "base/clock.h"
#include "base/mem.h"

enum {
	PCAPNG_BLOCK_FRAME_LEN = 12, /* type, length, and the length again */
	PCAPNG_OPTION_HEAD_LEN = 4,
	PCAPNG_OPTION_LEN_MAX = 65535,
	PCAPNG_SECTION_LEN = 16, /* of the fixed part of a body */
	PCAPNG_INTERFACE_LEN = 8,
	PCAPNG_PACKET_LEN = 20,
	PCAPNG_SECRETS_LEN = 8,
	PCAPNG_NAME_LEN_MAX = 4096,

	OPTION_END = 0,
	OPTION_USERAPPL = 4, /* of a section */
	OPTION_NAME = 2,     /* of an interface */
	OPTION_DESCRIPTION = 3,
	OPTION_TSRESOL = 9,
};

#define BLOCK_SECTION	  UINT32_C(0x0a0d0d0a)
#define BLOCK_INTERFACE	  UINT32_C(1)
#define BLOCK_ENHANCED	  UINT32_C(6)
#define BLOCK_SECRETS	  UINT32_C(10)
#define SECRETS_TLS	  UINT32_C(0x544c534b)
#define PCAPNG_BYTE_ORDER UINT32_C(0x1a2b3c4d)

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

	put_u32(out, PCAPNG_BYTE_ORDER);
	put_u16(out, 1); /* the format's version: 1.0 */
	put_u16(out, 0);
	put_u32(out, UINT32_MAX); /* the section's length is not known */
	put_u32(out, UINT32_MAX);
	put_option(out, OPTION_USERAPPL, name);
	put_option(out, OPTION_END, slice_of(NULL, 0));
	put_u32(out, len);
}

void pcapng_put_secrets(struct buffer *out, struct slice text)
{
	uint32_t len = begin_block(out, BLOCK_SECRETS, PCAPNG_SECRETS_LEN + padded(text.len));

	put_u32(out, SECRETS_TLS);
	put_u32(out, (uint32_t)text.len);
	put_padded(out, text);
	put_u32(out, len);
}

static struct slice text_of(const char *text)
{
	return text != NULL ? slice_sub(slice_from_text(text), 0, PCAPNG_NAME_LEN_MAX) : slice_of(NULL, 0);
}

/* Of an option that is left out where it has no text. */
static size_t text_option_len(struct slice text)
{
	return text.len > 0 ? option_len(text) : 0;
}

static void put_text_option(struct buffer *out, uint16_t code, struct slice text)
{
	if (text.len > 0)
		put_option(out, code, text);
}

void pcapng_put_interface(struct buffer *out, const struct pcapng_interface *i)
{
	struct slice resolution = slice_of(&i->digits, sizeof(i->digits));
	struct slice name = text_of(i->name);
	struct slice description = text_of(i->description);
	uint32_t len = begin_block(out, BLOCK_INTERFACE,
				   PCAPNG_INTERFACE_LEN + text_option_len(name) + text_option_len(description) +
					   option_len(resolution) + PCAPNG_OPTION_HEAD_LEN);

	assert(i->link_type >= 0 && i->link_type <= UINT16_MAX);
	put_u16(out, (uint16_t)i->link_type);
	put_u16(out, 0); /* reserved */
	put_u32(out, i->snaplen);
	put_text_option(out, OPTION_NAME, name);
	put_text_option(out, OPTION_DESCRIPTION, description);
	put_option(out, OPTION_TSRESOL, resolution);
	put_option(out, OPTION_END, slice_of(NULL, 0));
	put_u32(out, len);
}

static int64_t tick_ns(uint8_t digits)
{
	return digits == 3 ? CLOCK_NS_PER_MS : digits == 6 ? CLOCK_NS_PER_US : 1;
}

static uint64_t ticks_of(int64_t time_ns, uint8_t digits)
{
	return time_ns > 0 ? (uint64_t)(time_ns / tick_ns(digits)) : 0;
}

static bool is_exact(int64_t time_ns, uint8_t digits)
{
	return time_ns % tick_ns(digits) == 0;
}

void pcapng_put_packet(struct buffer *out, uint32_t interface, uint64_t ticks, struct slice bytes, uint32_t wire_len)
{
	uint32_t len = begin_block(out, BLOCK_ENHANCED, PCAPNG_PACKET_LEN + padded(bytes.len));

	put_u32(out, interface);
	put_u32(out, (uint32_t)(ticks >> 32));
	put_u32(out, (uint32_t)ticks);
	put_u32(out, (uint32_t)bytes.len);
	put_u32(out, wire_len);
	put_padded(out, bytes);
	put_u32(out, len);
}

void pcapng_interfaces_fini(struct pcapng_interfaces *known)
{
	free(known->list);
	*known = (struct pcapng_interfaces){0};
}

static bool is_same(const struct pcapng_interface *a, const struct pcapng_interface *b)
{
	return a->link_type == b->link_type && a->digits == b->digits && a->name == b->name &&
	       a->description == b->description && a->snaplen == b->snaplen;
}

/* Mostly it is that of the packet before. */
static bool find(struct pcapng_interfaces *known, const struct pcapng_interface *wanted)
{
	if (known->latest < known->count && is_same(&known->list[known->latest], wanted))
		return true;
	for (size_t i = 0; i < known->count; i++)
		if (is_same(&known->list[i], wanted)) {
			known->latest = i;
			return true;
		}
	return false;
}

static bool add(struct pcapng_interfaces *known, struct buffer *out, const struct pcapng_interface *wanted)
{
	if (known->count == PCAPNG_INTERFACES_MAX)
		return false;
	known->list = mem_grow(known->list, &known->cap, known->count + 1, sizeof(*known->list));
	known->latest = known->count++;
	known->list[known->latest] = *wanted;
	pcapng_put_interface(out, wanted);
	return true;
}

bool pcapng_interfaces_put(struct pcapng_interfaces *known, struct buffer *out, const struct pcapng_interface *of,
			   int64_t time_ns, struct slice bytes, uint32_t wire_len)
{
	struct pcapng_interface wanted = *of;

	if ((wanted.digits != 3 && wanted.digits != 6) || !is_exact(time_ns, wanted.digits))
		wanted.digits = 9;
	if (!find(known, &wanted) && known->count >= PCAPNG_NAMED_MAX) {
		wanted.name = wanted.description = NULL;
		wanted.digits = 9;
	}
	if (!find(known, &wanted) && !add(known, out, &wanted))
		return false;
	pcapng_put_packet(out, (uint32_t)known->latest, ticks_of(time_ns, wanted.digits), bytes, wire_len);
	return true;
}
