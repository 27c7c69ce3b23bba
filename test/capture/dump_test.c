#include <sys/stat.h>

#include "../main.h"
#include "base/clock.h"
#include "capture/dump.h"
#include "capture/savefile.h"
#include "sample.h"

static struct source_packet packet_of(const uint8_t *bytes, uint32_t len, int64_t time_ns, uint8_t digits)
{
	return (struct source_packet){
		.bytes = slice_of(bytes, len),
		.record = {.time_ns = time_ns,
			   .caplen = len,
			   .wire_len = len + 10,
			   .link_type = 276,
			   .time_digits = digits},
	};
}

static struct dump *open_dump(const char *path, struct error *err)
{
	return dump_open(&(struct dump_options){.path = path}, err);
}

static void fresh_path(char path[SAMPLE_PATH_SIZE])
{
	strcpy(path, "/tmp/mailtap-test-XXXXXX");
	close(mkstemp(path));
	unlink(path);
}

static struct savefile *read_back(const char *path)
{
	struct error err = {{0}};
	struct input *in = input_open(path, false, &err);

	ck_assert_msg(in != NULL, "%s", err.text);
	return savefile_new(in);
}

/* Row: digits of the first packet. */
START_TEST(what_is_written_can_be_read)
{
	static const uint8_t bytes[300] = {1, 2, 3, [299] = 9};
	uint8_t digits = _i == 0 ? 6 : 9;
	int64_t time_ns = 1700000000123456789;
	char path[SAMPLE_PATH_SIZE];
	struct error err = {{0}};
	struct stat status;
	struct dump *d;
	struct savefile *s;
	struct source_packet packet;

	fresh_path(path);
	d = open_dump(path, &err);
	ck_assert_msg(d != NULL, "%s", err.text);
	for (uint32_t len = 0; len <= 300; len += 100) {
		packet = packet_of(bytes, len, time_ns + len * CLOCK_NS_PER_US, digits);
		ck_assert(dump_write(d, &packet, 0, &err));
	}
	ck_assert(dump_flush(d, &err));
	ck_assert_int_eq(stat(path, &status), 0);
	ck_assert_int_eq(status.st_mode & 0777, 0600);
	ck_assert_int_eq(status.st_size, 24 + 4 * 16 + 600);
	ck_assert(dump_close(d, &err));
	s = read_back(path);
	for (uint32_t len = 0; len <= 300; len += 100) {
		int64_t want = time_ns + len * CLOCK_NS_PER_US;

		ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_PACKET);
		ck_assert_int_eq(packet.record.time_ns, digits == 9 ? want : want / 1000 * 1000);
		ck_assert_uint_eq(packet.record.time_digits, digits);
		ck_assert_uint_eq(packet.record.caplen, len);
		ck_assert_uint_eq(packet.record.wire_len, len + 10);
		ck_assert_uint_eq(packet.record.link_type, 276);
		ck_assert(slice_equals(packet.bytes, slice_of(bytes, len)));
	}
	ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_END);
	savefile_free(s);
	unlink(path);
}
END_TEST

START_TEST(a_capture_without_packets_is_a_capture)
{
	char path[SAMPLE_PATH_SIZE];
	struct error err = {{0}};
	struct source_packet packet;
	struct savefile *s;

	fresh_path(path);
	ck_assert(dump_close(open_dump(path, &err), &err));
	s = read_back(path);
	ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_END);
	ck_assert_str_eq(err.text, "");
	savefile_free(s);
	unlink(path);
}
END_TEST

static off_t size_of(const char *path)
{
	struct stat status;

	ck_assert_int_eq(stat(path, &status), 0);
	return status.st_size;
}

START_TEST(what_is_there_stays_until_it_begins)
{
	char path[] = "/tmp/mailtap-test-XXXXXX";
	int fd = mkstemp(path);
	struct error err = {{0}};
	struct dump *d;

	ck_assert_int_eq(write(fd, "precious", 8), 8);
	close(fd);
	d = open_dump(path, &err);
	ck_assert_msg(d != NULL, "%s", err.text);
	dump_free(d);
	ck_assert_int_eq(size_of(path), 8);
	d = open_dump(path, &err);
	ck_assert(dump_begin(d, &err));
	ck_assert_int_eq(size_of(path), 0);
	ck_assert(dump_close(d, &err));
	ck_assert_int_eq(size_of(path), 24);
	unlink(path);
}
END_TEST

START_TEST(packets_of_another_link_type_are_reported)
{
	char path[SAMPLE_PATH_SIZE];
	struct error err = {{0}};
	struct source_packet packet = packet_of((const uint8_t *)"x", 1, 5, 6);
	struct dump *d;

	fresh_path(path);
	d = open_dump(path, &err);
	ck_assert(dump_write(d, &packet, 0, &err));
	packet.record.link_type = 1;
	ck_assert(dump_write(d, &packet, 0, &err));
	ck_assert(!dump_close(d, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "1 packet is not in"));
	unlink(path);
}
END_TEST

START_TEST(a_full_disk_is_told_and_remembered)
{
	struct error err = {{0}};
	struct source_packet packet = packet_of((const uint8_t *)"x", 1, 5, 6);
	struct dump *d = open_dump("/dev/full", &err);

	ck_assert_msg(d != NULL, "%s", err.text);
	ck_assert(dump_write(d, &packet, 0, &err));
	ck_assert(!dump_flush(d, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "No space left"));
	err.text[0] = '\0';
	ck_assert(!dump_write(d, &packet, 0, &err));
	ck_assert(!dump_close(d, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "/dev/full"));
}
END_TEST

START_TEST(a_path_that_cannot_be_is_refused)
{
	struct error err = {{0}};

	ck_assert_ptr_null(open_dump("/nonexistent/x.pcap", &err));
	ck_assert_ptr_nonnull(strstr(err.text, "/nonexistent/x.pcap"));
}
END_TEST

/* ---- pcapng ---- */

START_TEST(pcapng_holds_packets_of_all_link_types)
{
	static const uint16_t link_types[] = {1, 276, 1, 101};
	char path[SAMPLE_PATH_SIZE + 8];
	struct error err = {{0}};
	struct source_packet packet = packet_of((const uint8_t *)"xyz", 3, 1700000000123456789, 9);
	struct dump *d;
	struct savefile *s;

	fresh_path(path);
	strcat(path, ".pcapng");
	d = open_dump(path, &err);
	ck_assert_msg(d != NULL, "%s", err.text);
	for (size_t i = 0; i < 4; i++) {
		packet.record.link_type = link_types[i];
		ck_assert(dump_write(d, &packet, i / 2, &err));
	}
	ck_assert_msg(dump_close(d, &err), "%s", err.text);
	s = read_back(path);
	for (size_t i = 0; i < 4; i++) {
		ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_PACKET);
		ck_assert_int_eq(packet.record.time_ns, 1700000000123456789);
		ck_assert_uint_eq(packet.record.link_type, link_types[i]);
		ck_assert_uint_eq(packet.record.wire_len, 13);
		ck_assert(slice_equals(packet.bytes, slice_from_text("xyz")));
	}
	ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_END);
	ck_assert_str_eq(err.text, "");
	savefile_free(s);
	unlink(path);
}
END_TEST

/* Secrets may come behind the last packet, too. */
START_TEST(pcapng_holds_all_secrets)
{
	char path[SAMPLE_PATH_SIZE + 8];
	struct error err = {{0}};
	struct source_packet packet = packet_of((const uint8_t *)"xyz", 3, 1700000000123456789, 9);
	struct dump *d;
	struct savefile *s;

	fresh_path(path);
	strcat(path, ".pcapng");
	d = open_dump(path, &err);
	ck_assert_msg(d != NULL, "%s", err.text);
	dump_put_secrets(d, slice_from_text("first\n"));
	ck_assert(dump_write(d, &packet, 0, &err));
	dump_put_secrets(d, slice_from_text("last\n"));
	ck_assert_msg(dump_close(d, &err), "%s", err.text);
	s = read_back(path);
	ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_PACKET);
	ck_assert(slice_equals(savefile_secrets(s), slice_from_text("first\n\n")));
	savefile_wipe_secrets(s);
	ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_END);
	ck_assert(slice_equals(savefile_secrets(s), slice_from_text("last\n\n")));
	savefile_free(s);
	unlink(path);
}
END_TEST

static struct source *open_source(uint8_t link_type)
{
	struct source_options options = {0};
	struct error err = {{0}};
	char path[SAMPLE_PATH_SIZE];
	struct source *source;
	int fd;

	sample_file(path, 1, 0, 1);
	fd = open(path, O_WRONLY);
	ck_assert_int_eq(pwrite(fd, &link_type, 1, 20), 1);
	close(fd);
	source = source_open_file(path, &options, &err);
	ck_assert_msg(source != NULL, "%s", err.text);
	unlink(path);
	return source;
}

START_TEST(pcapng_is_chosen_when_sources_differ)
{
	struct source *sources[3] = {open_source(1), open_source(1), open_source(101)};
	char path[SAMPLE_PATH_SIZE];
	struct error err = {{0}};
	uint32_t magic;

	for (size_t count = 2; count <= 3; count++) {
		int fd;

		fresh_path(path);
		ck_assert(dump_close(
			dump_open(&(struct dump_options){.path = path, .sources = sources, .source_count = count},
				  &err),
			&err));
		fd = open(path, O_RDONLY);
		ck_assert_int_eq(read(fd, &magic, 4), 4);
		ck_assert_uint_eq(magic, count == 2 ? 0xa1b2c3d4 : 0x0a0d0d0a);
		close(fd);
		unlink(path);
	}
	for (size_t i = 0; i < 3; i++)
		source_free(sources[i]);
}
END_TEST

static const struct {
	const char *name; /* NULL: not known */
	size_t source;
	uint16_t link_type;
	uint8_t digits;
	const char *read_as;
} packets[] = {
	{"eth0", 0, 1, 6, "eth0"}, {"eth1", 0, 1, 9, "eth1"},	{"eth0", 0, 1, 6, "eth0"}, {NULL, 0, 1, 6, NULL},
	{NULL, 1, 1, 6, NULL},	   {"eth0", 0, 113, 6, "eth0"}, {"eth0", 0, 1, 3, "eth0"}, {"eth0", 1, 1, 6, "eth0"},
};

enum {
	PACKETS = sizeof(packets) / sizeof(packets[0]),
};

static void write_named(struct dump *d, struct name_table *names)
{
	static const uint8_t bytes[4];
	struct error err = {{0}};

	for (size_t i = 0; i < PACKETS; i++) {
		struct source_packet packet = packet_of(bytes, 4, 1700000000 * CLOCK_NS_PER_S, packets[i].digits);
		const char *name = packets[i].name;

		packet.record.link_type = packets[i].link_type;
		packet.record.interface = name != NULL ? name_table_add(names, slice_from_text(name)) : 0;
		ck_assert_msg(dump_write(d, &packet, packets[i].source, &err), "%s", err.text);
	}
}

/* With other numbers for the names. */
static void read_named(const char *path)
{
	struct savefile *s = read_back(path);
	struct name_table *names = name_table_new();
	struct source_packet packet;
	struct error err;

	name_table_add(names, slice_from_text("another"));
	savefile_name_interfaces(s, names);
	for (size_t i = 0; i < PACKETS; i++) {
		ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_PACKET);
		ck_assert_pstr_eq(name_table_text(names, packet.record.interface), packets[i].read_as);
		ck_assert_uint_eq(packet.record.link_type, packets[i].link_type);
		ck_assert_uint_eq(packet.record.time_digits, packets[i].digits);
		ck_assert_int_eq(packet.record.time_ns, 1700000000 * CLOCK_NS_PER_S);
	}
	ck_assert_int_eq(savefile_read(s, &packet, &err), SOURCE_END);
	savefile_free(s);
	name_table_free(names);
}

static size_t count_in_file(const char *path, const char *text)
{
	static char bytes[4096];
	int fd = open(path, O_RDONLY);
	ssize_t len = read(fd, bytes, sizeof(bytes));
	size_t count = 0;

	ck_assert_int_gt(len, 0);
	ck_assert_int_lt(len, (ssize_t)sizeof(bytes));
	close(fd);
	for (const char *at = bytes; (at = memmem(at, (size_t)(bytes + len - at), text, strlen(text))) != NULL; at++)
		count++;
	return count;
}

/* A source without a name of an interface is not one, but tells where its packets are from; so it does where several
 * have an interface of the same name. */
START_TEST(packets_keep_their_interfaces)
{
	struct name_table *names = name_table_new();
	struct source *sources[2] = {open_source(1), open_source(1)};
	char path[SAMPLE_PATH_SIZE + 8];
	struct error err = {{0}};
	struct dump *d;

	fresh_path(path);
	strcat(path, ".pcapng");
	d = dump_open(
		&(struct dump_options){
			.path = path, .sources = sources, .source_count = _i ? 2 : 0, .interfaces = names},
		&err);
	ck_assert_msg(d != NULL, "%s", err.text);
	write_named(d, names);
	ck_assert_msg(dump_close(d, &err), "%s", err.text);
	read_named(path);
	ck_assert_uint_eq(count_in_file(path, "eth0"), _i ? 4 : 3);
	ck_assert_uint_eq(count_in_file(path, strrchr(source_name(sources[0]), '/') + 1), _i ? 5 : 0);
	ck_assert_uint_eq(count_in_file(path, strrchr(source_name(sources[1]), '/') + 1), _i ? 2 : 0);
	for (size_t i = 0; i < 2; i++)
		source_free(sources[i]);
	name_table_free(names);
	unlink(path);
}
END_TEST

/* ---- rotation ---- */

/* An empty directory, and the path of a capture in it. */
struct place {
	char directory[40];
	char path[60];
};

static void make_place(struct place *p, const char *name)
{
	strcpy(p->directory, "/tmp/mailtap-test-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(p->directory));
	snprintf(p->path, sizeof(p->path), "%s/%s", p->directory, name);
}

static void in_place(const struct place *p, const char *command)
{
	char line[300];

	snprintf(line, sizeof(line), "cd %s && %s", p->directory, command);
	ck_assert_msg(system(line) == 0, "%s", line);
}

static void remove_place(const struct place *p)
{
	in_place(p, "rm -r \"$PWD\"");
}

/* Packets of 100 bytes, `step_ms` apart, from 2023-11-14 22:13:20 on. */
static void write_packets(struct dump *d, int from, int count, int step_ms)
{
	static const uint8_t bytes[100];
	struct error err = {{0}};

	for (int i = from; i < from + count; i++) {
		struct source_packet packet =
			packet_of(bytes, sizeof(bytes), 1700000000 * CLOCK_NS_PER_S + i * step_ms * CLOCK_NS_PER_MS, 6);

		ck_assert_msg(dump_write(d, &packet, 0, &err), "%s", err.text);
	}
}

START_TEST(a_new_file_begins_at_a_size)
{
	struct error err = {{0}};
	struct place p;
	struct dump_options o = {.path = p.path, .rotate_bytes = 24 + 3 * 116};
	struct dump *d;

	make_place(&p, "a.b.pcap");
	d = dump_open(&o, &err);
	ck_assert_msg(d != NULL, "%s", err.text);
	in_place(&p, "[ -z \"$(ls)\" ]");
	write_packets(d, 0, 8, 1000);
	ck_assert_msg(dump_close(d, &err), "%s", err.text);
	in_place(&p, "[ \"$(stat -c '%n %s %a' *)\" = 'a.b-0001-20231114-221320.pcap 372 600\n"
		     "a.b-0002-20231114-221323.pcap 372 600\n"
		     "a.b-0003-20231114-221326.pcap 256 600' ]");
	remove_place(&p);
}
END_TEST

/* Packets larger than a file may be have one each. */
START_TEST(no_file_is_without_a_packet)
{
	struct error err = {{0}};
	struct place p;
	struct dump_options o = {.path = p.path, .rotate_bytes = 1};
	struct dump *d;

	make_place(&p, ".hidden");
	d = dump_open(&o, &err);
	write_packets(d, 0, 3, 0);
	ck_assert(dump_close(d, &err));
	in_place(&p, "[ \"$(stat -c '%n %s' .h*)\" = '.hidden-0001-20231114-221320 140\n"
		     ".hidden-0002-20231114-221320 140\n"
		     ".hidden-0003-20231114-221320 140' ]");
	remove_place(&p);
}
END_TEST

START_TEST(a_new_file_begins_after_a_time)
{
	struct error err = {{0}};
	struct place p;
	struct dump_options o = {.path = p.path, .rotate_ns = 60 * CLOCK_NS_PER_S};
	struct dump *d;

	make_place(&p, "x.pcapng");
	d = dump_open(&o, &err);
	write_packets(d, 0, 9, 20000);
	write_packets(d, 1, 1, 0); /* the clock is set back by 160 s */
	ck_assert(dump_close(d, &err));
	in_place(&p, "[ \"$(ls | tr '\\n' ' ')\" = 'x-0001-20231114-221320.pcapng x-0002-20231114-221420.pcapng "
		     "x-0003-20231114-221520.pcapng x-0004-20231114-221320.pcapng ' ]");
	in_place(&p, "for f in *; do [ $(head -c 4 $f | od -An -tx4) = 0a0d0d0a ] || exit 1; done");
	remove_place(&p);
}
END_TEST

START_TEST(the_last_files_are_kept)
{
	struct error err = {{0}};
	struct place p;
	struct dump_options o = {.path = p.path, .rotate_bytes = 200, .keep = 3};
	struct dump *d;

	make_place(&p, "x.pcap");
	in_place(&p, "touch x-0000-20231114-221320.pcap x-0099-20231114-221320.pcap");
	d = dump_open(&o, &err);
	write_packets(d, 0, 4, 1000);
	in_place(&p, "[ $(ls | wc -l) = 5 ] && [ ! -e x-0001* ]");
	/* what another program put in a file's place is not ours */
	in_place(&p, "rm x-0002* && echo precious >x-0002-20231114-221321.pcap && rm x-0003*");
	write_packets(d, 4, 4, 1000);
	ck_assert(dump_close(d, &err));
	in_place(&p, "[ \"$(ls | cut -c1-6 | tr '\\n' ' ')\" = 'x-0000 x-0002 x-0006 x-0007 x-0008 x-0099 ' ]");
	in_place(&p, "grep -q precious x-0002*");
	remove_place(&p);
}
END_TEST

START_TEST(a_number_that_is_taken_is_passed_over)
{
	struct error err = {{0}};
	struct place p;
	struct dump_options o = {.path = p.path, .rotate_bytes = 200};
	struct dump *d;

	make_place(&p, "x.pcap");
	in_place(&p, "echo precious >x-0001-20231114-221320.pcap && ln -s nowhere x-0002-20231114-221320.pcap");
	d = dump_open(&o, &err);
	write_packets(d, 0, 2, 0);
	ck_assert(dump_close(d, &err));
	in_place(&p, "grep -q precious x-0001* && [ ! -e nowhere ] && [ -s x-0003* ] && [ -s x-0004* ]");
	remove_place(&p);
}
END_TEST

START_TEST(a_rotation_without_packets_leaves_a_capture)
{
	struct error err = {{0}};
	struct place p;
	struct dump_options o = {.path = p.path, .rotate_bytes = 200};

	make_place(&p, "x.pcap");
	ck_assert(dump_close(dump_open(&o, &err), &err));
	in_place(&p, "[ $(stat -c %s x-0001*) = 24 ]");
	remove_place(&p);
}
END_TEST

START_TEST(a_rotation_needs_a_name)
{
	static const char *const names[] = {"/tmp/", "/", ".", "..", "/tmp/..", ""};
	struct error err = {{0}};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		ck_assert_ptr_null(dump_open(&(struct dump_options){.path = names[i], .rotate_bytes = 200}, &err));
		ck_assert_ptr_nonnull(strstr(err.text, "add a name"));
	}
}
END_TEST

START_TEST(a_rotation_needs_a_directory)
{
	struct error err = {{0}};
	struct place p;
	struct dump_options o = {.path = p.path, .rotate_bytes = 200};
	struct dump *d;

	make_place(&p, "nowhere/x.pcap");
	ck_assert_ptr_null(dump_open(&o, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "/nowhere: No such file or directory"));
	/* one that vanishes later */
	in_place(&p, "mkdir nowhere");
	d = dump_open(&o, &err);
	ck_assert_msg(d != NULL, "%s", err.text);
	in_place(&p, "rmdir nowhere");
	ck_assert(!dump_write(d, &(struct source_packet){.record.link_type = 1}, 0, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "the capture goes on without it"));
	ck_assert_ptr_null(strchr(err.text, '\n'));
	ck_assert(!dump_close(d, &err));
	remove_place(&p);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_loop_test(t, what_is_written_can_be_read, 0, 2);
	tcase_add_test(t, a_capture_without_packets_is_a_capture);
	tcase_add_test(t, what_is_there_stays_until_it_begins);
	tcase_add_test(t, packets_of_another_link_type_are_reported);
	tcase_add_test(t, a_full_disk_is_told_and_remembered);
	tcase_add_test(t, a_path_that_cannot_be_is_refused);
	tcase_add_test(t, pcapng_holds_packets_of_all_link_types);
	tcase_add_test(t, pcapng_holds_all_secrets);
	tcase_add_test(t, pcapng_is_chosen_when_sources_differ);
	tcase_add_loop_test(t, packets_keep_their_interfaces, 0, 2);
	tcase_add_test(t, a_new_file_begins_at_a_size);
	tcase_add_test(t, no_file_is_without_a_packet);
	tcase_add_test(t, a_new_file_begins_after_a_time);
	tcase_add_test(t, the_last_files_are_kept);
	tcase_add_test(t, a_number_that_is_taken_is_passed_over);
	tcase_add_test(t, a_rotation_without_packets_leaves_a_capture);
	tcase_add_test(t, a_rotation_needs_a_name);
	tcase_add_test(t, a_rotation_needs_a_directory);
}
