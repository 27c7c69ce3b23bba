/* Which names the interfaces of a pcapng file have: what packets carry is a number, so these are read back by it. */
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "../main.h"
#include "base/buffer.h"
#include "capture/savefile.h"

enum {
	OPTION_END = 0,
	OPTION_COMMENT = 1,
	OPTION_NAME = 2,
	OPTION_DESCRIPTION = 3,
	BLOCKS_MAX = 10,
};

enum block_kind {
	NO_BLOCK,
	SECTION,     /* in this machine's byte order */
	SECTION_BIG, /* in that of the network */
	INTERFACE,   /* `text`: its name */
	DESCRIBED,   /* its description, and no name */
	BOTH,	     /* a description first, then the name */
	TWICE,	     /* the name, then another */
	TOO_LONG,    /* the name's length goes on behind the block by `number` bytes */
	BEHIND_END,  /* the name stands behind the end of the options */
	PACKET,	     /* of interface `number`; `text`: the name that must come out, NULL: none */
	SIMPLE,	     /* likewise, of interface 0 */
	OBSOLETE,
};

struct block_row {
	enum block_kind kind;
	uint32_t number;
	const char *text;
};

static const struct {
	const char *about;
	struct block_row blocks[BLOCKS_MAX];
} files[] = {
	{"one", {{SECTION, 0, NULL}, {INTERFACE, 0, "eth0"}, {PACKET, 0, "eth0"}}},
	{"names of any length",
	 {{SECTION, 0, NULL},
	  {INTERFACE, 0, "l"},
	  {INTERFACE, 0, "lo"},
	  {INTERFACE, 0, "any"},
	  {INTERFACE, 0, "wlan0"},
	  {PACKET, 3, "wlan0"},
	  {PACKET, 0, "l"},
	  {PACKET, 2, "any"},
	  {PACKET, 1, "lo"}}},
	{"none", {{SECTION, 0, NULL}, {INTERFACE, 0, ""}, {PACKET, 0, NULL}}},
	{"an empty one beside others",
	 {{SECTION, 0, NULL}, {INTERFACE, 0, "eth0"}, {INTERFACE, 0, ""}, {PACKET, 1, NULL}, {PACKET, 0, "eth0"}}},
	{"only described", {{SECTION, 0, NULL}, {DESCRIBED, 0, "The network"}, {PACKET, 0, NULL}}},
	{"described, too", {{SECTION, 0, NULL}, {BOTH, 0, "eth0"}, {PACKET, 0, "eth0"}}},
	{"the first of two", {{SECTION, 0, NULL}, {TWICE, 0, "eth0"}, {PACKET, 0, "eth0"}}},
	{"longer than its block", {{SECTION, 0, NULL}, {TOO_LONG, 1, "eth0"}, {PACKET, 0, NULL}}},
	{"much longer than its block", {{SECTION, 0, NULL}, {TOO_LONG, 65000, "eth0"}, {PACKET, 0, NULL}}},
	{"behind the end", {{SECTION, 0, NULL}, {BEHIND_END, 0, "eth0"}, {PACKET, 0, NULL}}},
	{"the other byte order",
	 {{SECTION_BIG, 0, NULL},
	  {INTERFACE, 0, "eth0"},
	  {INTERFACE, 0, "eth1"},
	  {PACKET, 1, "eth1"},
	  {PACKET, 0, "eth0"}}},
	{"two sections, numbered by themselves",
	 {{SECTION, 0, NULL},
	  {INTERFACE, 0, "eth0"},
	  {INTERFACE, 0, "eth1"},
	  {PACKET, 1, "eth1"},
	  {SECTION_BIG, 0, NULL},
	  {INTERFACE, 0, "tun0"},
	  {PACKET, 0, "tun0"},
	  {INTERFACE, 0, "eth0"},
	  {PACKET, 1, "eth0"}}},
	{"a section without a name forgets the one before",
	 {{SECTION, 0, NULL},
	  {INTERFACE, 0, "eth0"},
	  {PACKET, 0, "eth0"},
	  {SECTION, 0, NULL},
	  {INTERFACE, 0, ""},
	  {PACKET, 0, NULL}}},
	{"other kinds of packets",
	 {{SECTION, 0, NULL},
	  {INTERFACE, 0, "eth0"},
	  {INTERFACE, 0, "eth1"},
	  {OBSOLETE, 1, "eth1"},
	  {SIMPLE, 0, "eth0"},
	  {OBSOLETE, 0, "eth0"}}},
	{"not UTF-8", {{SECTION, 0, NULL}, {INTERFACE, 0, "a\xff\xc3"}, {PACKET, 0, "a\xff\xc3"}}},
};

enum {
	FILES = sizeof(files) / sizeof(files[0]),
};

/* A file, the names that its packets must have, and where these end. */
struct vector {
	struct buffer file;
	bool big_endian;
	size_t count;
	const char *names[BLOCKS_MAX];
	size_t ends[BLOCKS_MAX];
};

static void put16(struct vector *v, uint16_t value)
{
	uint8_t bytes[2];

	for (int i = 0; i < 2; i++)
		bytes[v->big_endian ? 1 - i : i] = (uint8_t)(value >> 8 * i);
	buffer_append(&v->file, slice_of(bytes, sizeof(bytes)));
}

static void put32(struct vector *v, uint32_t value)
{
	put16(v, (uint16_t)(v->big_endian ? value >> 16 : value));
	put16(v, (uint16_t)(v->big_endian ? value : value >> 16));
}

static void put_option(struct vector *v, uint16_t code, struct slice text, uint32_t more)
{
	put16(v, code);
	put16(v, (uint16_t)(text.len + more));
	buffer_append(&v->file, text);
	while (v->file.len % 4 != 0)
		buffer_append_byte(&v->file, 0);
}

static size_t begin_block(struct vector *v, uint32_t type)
{
	size_t at = v->file.len;

	put32(v, type);
	put32(v, 0);
	return at;
}

/* Now its length is known. */
static void end_block(struct vector *v, size_t begin)
{
	uint32_t len = (uint32_t)(v->file.len + 4 - begin);

	put32(v, len);
	memcpy(v->file.data + begin + 4, v->file.data + v->file.len - 4, 4);
}

static void put_section(struct vector *v, bool big_endian)
{
	size_t begin;

	v->big_endian = big_endian;
	begin = begin_block(v, 0x0a0d0d0a);
	put32(v, 0x1a2b3c4d);
	put16(v, 1);
	put16(v, 0);
	put32(v, UINT32_MAX);
	put32(v, UINT32_MAX);
	end_block(v, begin);
}

static void put_options(struct vector *v, enum block_kind kind, struct slice text, uint32_t more)
{
	if (kind == DESCRIBED || kind == BOTH)
		put_option(v, OPTION_DESCRIPTION, slice_from_text("The network"), 0);
	if (kind == BEHIND_END)
		put_option(v, OPTION_END, slice_of(NULL, 0), 0);
	if (kind == TWICE)
		put_option(v, OPTION_COMMENT, slice_from_text("twice"), 0);
	if (kind != DESCRIBED && text.len > 0)
		put_option(v, OPTION_NAME, text, more);
	if (kind == TWICE)
		put_option(v, OPTION_NAME, slice_from_text("eth7"), 0);
	if (kind != TOO_LONG)
		put_option(v, OPTION_END, slice_of(NULL, 0), 0);
}

static void put_interface(struct vector *v, enum block_kind kind, struct slice text, uint32_t more)
{
	size_t begin = begin_block(v, 1);

	put16(v, 1);
	put16(v, 0);
	put32(v, 0);
	put_options(v, kind, text, more);
	end_block(v, begin);
}

static void put_packet(struct vector *v, enum block_kind kind, uint32_t interface)
{
	size_t begin = begin_block(v, kind == SIMPLE ? 3 : kind == OBSOLETE ? 2 : 6);

	if (kind == PACKET) {
		put32(v, interface);
	} else if (kind == OBSOLETE) {
		put16(v, (uint16_t)interface);
		put16(v, 0);
	}
	for (int i = 0; kind != SIMPLE && i < 3; i++)
		put32(v, i < 2 ? 0 : 4);
	put32(v, 4);
	put32(v, 0x01020304);
	end_block(v, begin);
}

static void put_block(struct vector *v, const struct block_row *b)
{
	switch (b->kind) {
	case SECTION:
	case SECTION_BIG:
		put_section(v, b->kind == SECTION_BIG);
		break;
	case PACKET:
	case SIMPLE:
	case OBSOLETE:
		put_packet(v, b->kind, b->number);
		v->names[v->count] = b->text;
		v->ends[v->count++] = v->file.len;
		break;
	default:
		put_interface(v, b->kind, slice_from_text(b->text), b->number);
		break;
	}
}

static void make_vector(struct vector *v, int number)
{
	*v = (struct vector){0};
	for (size_t i = 0; i < BLOCKS_MAX && files[number].blocks[i].kind != NO_BLOCK; i++)
		put_block(v, &files[number].blocks[i]);
	ck_assert_uint_gt(v->count, 0);
}

/* Reads on until there is no more; `*number` counts the packets. */
static enum source_status read_on(struct savefile *s, const struct name_table *names, const struct vector *v,
				  size_t *number)
{
	struct source_packet packet;
	enum source_status status;
	struct error err;

	while ((status = savefile_read(s, &packet, &err)) == SOURCE_PACKET) {
		ck_assert_uint_lt(*number, v->count);
		ck_assert_pstr_eq(name_table_text(names, packet.record.interface), v->names[*number]);
		++*number;
	}
	ck_assert_int_ne(status, SOURCE_ERROR);
	return status;
}

/* As much of the file as there is: the packets that are there whole have their names. */
static void read_beginning(const struct vector *v, size_t len)
{
	struct name_table *names = name_table_new();
	uint8_t *copy = malloc(len);
	struct savefile *s;
	size_t number = 0;
	size_t whole = 0;

	memcpy(copy, v->file.data, len);
	s = savefile_new(input_new_memory(slice_of(copy, len)));
	savefile_name_interfaces(s, names);
	ck_assert_int_eq(read_on(s, names, v, &number), SOURCE_END);
	while (whole < v->count && v->ends[whole] <= len)
		whole++;
	ck_assert_uint_eq(number, whole);
	savefile_free(s);
	name_table_free(names);
	free(copy);
}

START_TEST(packets_have_their_interfaces_names_wherever_the_file_ends)
{
	struct vector v;

	make_vector(&v, _i);
	for (size_t len = 4; len <= v.file.len; len++)
		read_beginning(&v, len);
	buffer_fini(&v.file);
}
END_TEST

START_TEST(and_when_the_file_comes_byte_by_byte)
{
	struct name_table *names = name_table_new();
	struct error err = {{0}};
	struct savefile *s;
	struct vector v;
	char path[40];
	size_t number = 0;
	int fds[2];

	make_vector(&v, _i);
	ck_assert_int_eq(pipe(fds), 0);
	snprintf(path, sizeof(path), "/dev/fd/%d", fds[0]);
	s = savefile_new(input_open(path, false, &err));
	savefile_name_interfaces(s, names);
	for (size_t i = 0; i < v.file.len; i++) {
		ck_assert_int_eq(write(fds[1], v.file.data + i, 1), 1);
		ck_assert_int_eq(read_on(s, names, &v, &number), SOURCE_IDLE);
	}
	ck_assert_uint_eq(number, v.count);
	savefile_free(s);
	close(fds[0]);
	close(fds[1]);
	name_table_free(names);
	buffer_fini(&v.file);
}
END_TEST

START_TEST(who_wants_no_names_gets_none)
{
	struct source_packet packet;
	struct vector v;
	struct savefile *s;
	struct error err;

	make_vector(&v, 0);
	s = savefile_new(input_new_memory(buffer_slice(&v.file)));
	ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_PACKET);
	ck_assert_uint_eq(packet.record.interface, 0);
	savefile_free(s);
	buffer_fini(&v.file);
}
END_TEST

/* A section has `count` interfaces, each of another name, and a packet of the first and of the last. */
static void put_many(struct vector *v, unsigned int from, unsigned int count)
{
	char name[20];

	put_section(v, false);
	for (unsigned int i = from; i < from + count; i++) {
		snprintf(name, sizeof(name), "veth%u", i);
		put_interface(v, INTERFACE, slice_from_text(name), 0);
	}
	put_packet(v, PACKET, 0);
	put_packet(v, PACKET, count - 1);
}

static const char *next_name(struct savefile *s, const struct name_table *names)
{
	struct source_packet packet;
	struct error err;

	ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_PACKET);
	return name_table_text(names, packet.record.interface);
}

/* Those that were met are known in later sections, too; further ones have no names, and their packets are read. */
START_TEST(a_bounded_number_of_names_is_kept)
{
	struct name_table *names = name_table_new();
	struct vector v = {0};
	struct source_packet packet;
	struct savefile *s;
	struct error err;

	put_many(&v, 0, 10000);
	put_many(&v, 0, 2);
	put_many(&v, 20000, 2);
	s = savefile_new(input_new_memory(buffer_slice(&v.file)));
	savefile_name_interfaces(s, names);
	ck_assert_pstr_eq(next_name(s, names), "veth0");
	ck_assert_pstr_eq(next_name(s, names), NULL);
	ck_assert_pstr_eq(next_name(s, names), "veth0");
	ck_assert_pstr_eq(next_name(s, names), "veth1");
	ck_assert_pstr_eq(next_name(s, names), NULL);
	ck_assert_pstr_eq(next_name(s, names), NULL);
	ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_END);
	savefile_free(s);
	name_table_free(names);
	buffer_fini(&v.file);
}
END_TEST

START_TEST(a_name_may_fill_an_option)
{
	static uint8_t text[65535];
	struct name_table *names = name_table_new();
	struct vector v = {0};
	struct savefile *s;

	memset(text, 'x', sizeof(text));
	put_section(&v, false);
	put_interface(&v, INTERFACE, slice_of(text, sizeof(text)), 0);
	put_packet(&v, PACKET, 0);
	s = savefile_new(input_new_memory(buffer_slice(&v.file)));
	savefile_name_interfaces(s, names);
	ck_assert_uint_eq(strlen(next_name(s, names)), NAME_TABLE_LEN_MAX);
	savefile_free(s);
	name_table_free(names);
	buffer_fini(&v.file);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, packets_have_their_interfaces_names_wherever_the_file_ends, 0, FILES);
	tcase_add_loop_test(t, and_when_the_file_comes_byte_by_byte, 0, FILES);
	tcase_add_test(t, who_wants_no_names_gets_none);
	tcase_add_test(t, a_bounded_number_of_names_is_kept);
	tcase_add_test(t, a_name_may_fill_an_option);
}
