/*
 * savefile_format: what the readers of the two file formats share with savefile. Not for others.
 */
#ifndef CAPTURE_SAVEFILE_FORMAT_H
#define CAPTURE_SAVEFILE_FORMAT_H

#include "base/buffer.h"
#include "capture/savefile.h"

/* An interface of a pcapng section. */
struct savefile_interface {
	uint16_t link_type;
	uint16_t name; /* its number */
	uint8_t time_digits;
	bool binary_resolution; /* ticks are 2^-exponent seconds, else 10^-exponent */
	uint8_t exponent;
	uint32_t snaplen;  /* 0: none */
	int64_t offset_ns; /* added to each time */
	uint64_t drops;	   /* as the interface's latest statistics say */
};

/* What sets the kindred formats of pcap apart. */
struct savefile_variant {
	uint32_t magic;
	uint8_t file_header_len;
	uint8_t record_header_len; /* the fields after the first 16 bytes are not wanted */
	bool nanoseconds;
};

/* Which of a record's two lengths is the captured one: their order was once the other. */
enum savefile_lengths {
	SAVEFILE_CAPTURED_FIRST,
	SAVEFILE_SMALLER_CAPTURED,
	SAVEFILE_CAPTURED_LAST,
};

typedef enum source_status savefile_reader(struct savefile *s, struct source_packet *packet, struct error *err);

struct savefile {
	struct input *in;
	savefile_reader *read; /* NULL until the first bytes told the format */
	bool is_swapped;       /* the other byte order */
	/* pcap */
	const struct savefile_variant *variant;
	uint16_t link_type;
	enum savefile_lengths lengths;
	/* pcapng: the names of all interfaces (NULL: nobody wants them), and those of the section */
	struct name_table *names;
	struct savefile_interface *interfaces;
	size_t interface_count;
	size_t interface_capacity;
	struct buffer secrets;	/* that nobody has taken yet */
	uint64_t earlier_drops; /* of sections that are over */
	uint64_t looked_at;	/* offset at the last look whether a mapped file is as it was */
	int64_t last_time_ns;	/* simple packet blocks have none of their own */
};

/* Numbers in the byte order of the file. */
static inline uint16_t savefile_u16(const struct savefile *s, const uint8_t *at)
{
	uint16_t value;

	memcpy(&value, at, sizeof(value));
	return s->is_swapped ? __builtin_bswap16(value) : value;
}

static inline uint32_t savefile_u32(const struct savefile *s, const uint8_t *at)
{
	uint32_t value;

	memcpy(&value, at, sizeof(value));
	return s->is_swapped ? __builtin_bswap32(value) : value;
}

static inline uint64_t savefile_u64(const struct savefile *s, const uint8_t *at)
{
	uint64_t value;

	memcpy(&value, at, sizeof(value));
	return s->is_swapped ? __builtin_bswap64(value) : value;
}

/* The status that a reader returns when input_need did not give INPUT_READY. */
enum source_status savefile_short(struct savefile *s, enum input_status status, struct error *err);

/* SOURCE_ERROR, the error being "is damaged at byte N: what; ...". */
enum source_status savefile_damaged(struct savefile *s, struct error *err, const char *what);

/* Describes `caplen` bytes that lie `at` bytes behind input_peek. */
void savefile_fill(struct savefile *s, struct source_packet *packet, size_t at, uint32_t caplen, uint32_t wire_len);

/* LINKTYPE_ value in its one usual form: some writers put the system's own number for raw IP. */
uint16_t savefile_link_type(uint32_t link_type);

int64_t savefile_clamp_time(int64_t seconds, int64_t nanoseconds);

/* Take the file header, whose magic number is known, and set `read`. */
enum source_status pcapfile_begin(struct savefile *s, struct error *err);
enum source_status pcapng_begin(struct savefile *s, struct error *err);

#endif
