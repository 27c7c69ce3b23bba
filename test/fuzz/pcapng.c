/* Packets written as pcapng are read back as they were. Each has ten bytes before it: interface, time, length on the
 * wire, length. The first byte of the input says how many interfaces there are. */
#include <assert.h>

#include "base/pcapng.h"
#include "capture/savefile.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum {
	HEAD_LEN = 10,
	INTERFACES_MAX = 4,
};

static int64_t time_of(const uint8_t *at)
{
	int64_t time_ns = 0;

	for (size_t i = 0; i < 7; i++)
		time_ns = time_ns << 8 | at[i];
	return time_ns;
}

/* Takes a packet off the input; false: there is none. */
static bool next_packet(struct slice *in, const uint8_t **head, struct slice *bytes)
{
	if (in->len < HEAD_LEN)
		return false;
	*head = in->data;
	*bytes = slice_sub(*in, HEAD_LEN, in->data[9]);
	*in = slice_after(*in, HEAD_LEN + bytes->len);
	return true;
}

static void write_all(struct slice in, struct buffer *out)
{
	uint32_t interfaces = in.len > 0 ? in.data[0] % INTERFACES_MAX + 1U : 1;
	const uint8_t *head;
	struct slice bytes;

	pcapng_put_section(out);
	for (uint32_t i = 0; i < interfaces; i++)
		pcapng_put_interface(out, &(struct pcapng_interface){.link_type = (int)(100 + i),
								     .snaplen = PACKET_SNAPLEN,
								     .digits = 9,
								     .name = i % 2 == 0 ? NULL : "eth0"});
	in = slice_after(in, 1);
	while (next_packet(&in, &head, &bytes))
		pcapng_put_packet(out, head[0] % interfaces, (uint64_t)time_of(head + 1), bytes,
				  (uint32_t)bytes.len + head[8]);
}

/* How a packet's interface is described, by its first bytes. */
static struct pcapng_interface interface_of(const uint8_t *head)
{
	static const char *const names[] = {NULL, "eth0", "eth1", "lo"};
	static const uint8_t digits[] = {0, 3, 6, 9};

	return (struct pcapng_interface){.link_type = 100 + head[0] % 2,
					 .snaplen = PACKET_SNAPLEN,
					 .digits = digits[head[0] >> 1 & 3],
					 .name = names[head[0] >> 3 & 3],
					 .description = head[0] & 0x20 ? "a file" : NULL};
}

/* The same packets, each with an interface that is described when it is first met. */
static void check_described(struct slice in)
{
	struct pcapng_interfaces known = {0};
	struct buffer file = {0};
	struct slice rest = in;
	struct source_packet packet;
	struct savefile *s;
	const uint8_t *head;
	struct slice bytes;
	struct error err;

	pcapng_put_section(&file);
	while (next_packet(&rest, &head, &bytes)) {
		struct pcapng_interface of = interface_of(head);

		assert(pcapng_interfaces_put(&known, &file, &of, time_of(head + 1), bytes, (uint32_t)bytes.len));
	}
	s = savefile_new(input_new_memory(buffer_slice(&file)));
	while (next_packet(&in, &head, &bytes)) {
		assert(savefile_read(s, &packet, &err) == SOURCE_PACKET && slice_equals(packet.bytes, bytes));
		assert(packet.record.time_ns == time_of(head + 1) && packet.record.link_type == 100 + head[0] % 2);
	}
	savefile_free(s);
	pcapng_interfaces_fini(&known);
	buffer_fini(&file);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	uint32_t interfaces = size > 0 ? data[0] % INTERFACES_MAX + 1U : 1;
	struct slice in = slice_after(slice_of(data, size), 1);
	struct buffer file = {0};
	struct source_packet packet;
	struct savefile *s;
	const uint8_t *head;
	struct slice bytes;
	struct error err;

	write_all(slice_of(data, size), &file);
	s = savefile_new(input_new_memory(buffer_slice(&file)));
	while (next_packet(&in, &head, &bytes)) {
		assert(savefile_read(s, &packet, &err) == SOURCE_PACKET);
		assert(slice_equals(packet.bytes, bytes) && packet.record.caplen == bytes.len);
		assert(packet.record.wire_len == bytes.len + head[8] && packet.record.time_ns == time_of(head + 1));
		assert(packet.record.link_type == 100 + head[0] % interfaces && packet.record.time_digits == 9);
	}
	assert(savefile_read(s, &packet, &err) == SOURCE_END && err.text[0] == '\0');
	savefile_free(s);
	buffer_fini(&file);
	check_described(slice_after(slice_of(data, size), 1));
	return 0;
}
