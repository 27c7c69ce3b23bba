#include "app/key_sources.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "../main.h"
#include "base/buffer.h"
#include "base/clock.h"
#include "config/options.h"

static char folder[64];
static char path[128];
static char other_path[128];
static struct key_sources *k;
static struct error err;
static size_t told;

static void setup(void)
{
	strcpy(folder, "/tmp/mailtap-keys-XXXXXX");
	ck_assert_ptr_nonnull(mkdtemp(folder));
	snprintf(path, sizeof(path), "%s/keys.log", folder);
	snprintf(other_path, sizeof(other_path), "%s/other.log", folder);
	k = NULL;
	told = 0;
}

static int remove_one(const char *name, const struct stat *st, int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(name);
}

static void teardown(void)
{
	key_sources_free(k);
	nftw(folder, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

/* ---- lines ---- */

/* Of the handshake whose random is all this number, with a secret that is, too. */
static const char *line_of(unsigned int number)
{
	static char line[256];
	size_t len = (size_t)snprintf(line, sizeof(line), "CLIENT_RANDOM ");

	for (int i = 0; i < KEY_RANDOM_LEN; i++)
		len += (size_t)snprintf(line + len, sizeof(line) - len, "%02x", number);
	line[len++] = ' ';
	for (int i = 0; i < 48; i++)
		len += (size_t)snprintf(line + len, sizeof(line) - len, "%02x", number ^ 0xff);
	snprintf(line + len, sizeof(line) - len, "\n");
	return line;
}

static bool is_known(unsigned int number)
{
	struct key_set set = {0};
	uint8_t random[KEY_RANDOM_LEN];

	memset(random, (int)number, sizeof(random));
	if (!key_sources_find(k, random, &set))
		return false;
	ck_assert_uint_eq(set.of[KEY_CLIENT_RANDOM].len, 48);
	ck_assert_uint_eq(set.of[KEY_CLIENT_RANDOM].bytes[47], number ^ 0xff);
	return true;
}

static void put(const char *name, const char *text, int flags)
{
	int fd = open(name, O_WRONLY | O_CREAT | flags, 0600);

	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
	close(fd);
}

static void tell(void *ctx, const uint8_t random[KEY_RANDOM_LEN])
{
	(void)random;
	ck_assert_ptr_eq(ctx, &told);
	told++;
}

static void read_all(void)
{
	while (key_sources_read(k, tell, &told))
		;
}

static void open_named(const char *name)
{
	k = key_sources_open(&name, 1, &err);
	ck_assert_msg(k != NULL, "%s", err.text);
}

/* What a look at the file's name brings: there is one a second. */
static bool becomes_known(unsigned int number)
{
	int64_t end_ns = clock_monotonic_ns() + 10 * CLOCK_NS_PER_S;

	while (!is_known(number) && clock_monotonic_ns() < end_ns) {
		read_all();
		usleep(10000);
	}
	return is_known(number);
}

/* ---- files ---- */

START_TEST(a_file_is_read_as_it_grows)
{
	put(path, line_of(1), 0);
	open_named(path);
	ck_assert(!is_known(1));
	read_all();
	ck_assert_uint_eq(told, 1);
	ck_assert(is_known(1) && !is_known(2));
	put(path, line_of(2), O_APPEND);
	put(path, "# a comment\nNO_SUCH_LABEL 00 11\n\nCLIENT_RANDOM 12 34\n", O_APPEND);
	put(path, line_of(3), O_APPEND);
	read_all();
	ck_assert_uint_eq(told, 3);
	ck_assert(is_known(1) && is_known(2) && is_known(3));
	ck_assert(key_sources_are_any(k) && !key_sources_are_open(k));
	ck_assert(!key_sources_take_error(k, &err));
}
END_TEST

/* A line counts when its end has come; the last one at the end of all. */
START_TEST(half_a_line_waits_for_its_end)
{
	char line[256];

	snprintf(line, sizeof(line), "%s", line_of(5));
	put(path, "", 0);
	open_named(path);
	for (size_t i = 0; line[i] != '\0'; i++) {
		char byte[2] = {line[i], '\0'};

		read_all();
		ck_assert(!is_known(5));
		put(path, byte, O_APPEND);
	}
	read_all();
	ck_assert(is_known(5));
	snprintf(line, sizeof(line), "%s", line_of(6));
	line[strlen(line) - 1] = '\0';
	put(path, line, O_APPEND);
	read_all();
	ck_assert(!is_known(6));
	key_sources_finish(k, tell, &told);
	ck_assert(is_known(6));
	ck_assert_uint_eq(told, 2);
}
END_TEST

/* Programs that rotate it give its name to another file. What was in the old one, also what was not read of it yet, is
 * found in it. */
START_TEST(a_file_is_replaced)
{
	put(path, line_of(1), 0);
	open_named(path);
	read_all();
	put(path, line_of(2), O_APPEND);
	ck_assert_int_eq(rename(path, other_path), 0);
	put(path, line_of(3), 0);
	usleep((useconds_t)_i * 1100000); /* by then it is time to look at the name again */
	ck_assert(becomes_known(3));
	ck_assert(is_known(1) && is_known(2));
	ck_assert_int_eq(unlink(other_path), 0);
	ck_assert(is_known(1) && is_known(2));
}
END_TEST

START_TEST(a_file_is_replaced_several_times)
{
	put(path, line_of(0), 0);
	open_named(path);
	read_all();
	for (unsigned int i = 1; i < 4; i++) {
		ck_assert_int_eq(rename(path, other_path), 0);
		put(path, line_of(i), 0);
		ck_assert(becomes_known(i));
	}
	for (unsigned int i = 0; i < 4; i++)
		ck_assert(is_known(i));
}
END_TEST

/* It begins anew, and what was in it is gone. */
START_TEST(a_file_is_cut)
{
	put(path, line_of(1), 0);
	put(path, line_of(2), O_APPEND);
	open_named(path);
	read_all();
	ck_assert(is_known(1) && is_known(2));
	put(path, line_of(3), O_TRUNC);
	read_all();
	ck_assert(is_known(3));
	ck_assert(!is_known(1) && !is_known(2));
}
END_TEST

START_TEST(a_file_may_come_later)
{
	open_named(path);
	read_all();
	ck_assert(key_sources_are_any(k) && !key_sources_are_open(k));
	put(path, line_of(1), 0);
	ck_assert(becomes_known(1));
	ck_assert_int_eq(unlink(path), 0);
	read_all();
	ck_assert(is_known(1));
	put(path, line_of(2), 0);
	ck_assert(becomes_known(2));
	ck_assert(is_known(1));
}
END_TEST

/* More than is read in one go. */
START_TEST(a_large_file_is_read_in_several_goes)
{
	const size_t count = 110000;
	struct buffer text = {0};
	size_t goes = 1;

	for (size_t i = 0; i < count; i++)
		buffer_append_text(&text, line_of(i + 1 < count ? (unsigned int)(i % 200) : 201));
	buffer_append_byte(&text, '\0');
	put(path, (const char *)text.data, 0);
	buffer_fini(&text);
	open_named(path);
	while (key_sources_read(k, tell, &told))
		goes++;
	ck_assert_uint_gt(goes, 1);
	ck_assert_uint_eq(told, count);
	ck_assert(is_known(0) && is_known(199) && !is_known(200) && is_known(201));
}
END_TEST

START_TEST(several_are_read)
{
	const char *names[] = {path, other_path};

	put(path, line_of(1), 0);
	put(other_path, line_of(2), 0);
	k = key_sources_open(names, 2, &err);
	ck_assert_ptr_nonnull(k);
	read_all();
	ck_assert(is_known(1) && is_known(2));
}
END_TEST

/* ---- what stays in memory ---- */

enum {
	HIDDEN = 0xdd, /* of which no other test makes a line: its secret, of 48 bytes, is 2s alone */
};

/* Whether the text of that secret is in these bytes. */
static bool has_secret(const uint8_t *bytes, size_t len)
{
	size_t run = 0;

	for (size_t i = 0; i < len; i++) {
		run = bytes[i] == '2' ? run + 1 : 0;
		if (run == 2 * 48)
			return true;
	}
	return false;
}

/* `begin` to `end` of this process, a page at a time. */
static bool is_secret_between(int memory, uint64_t begin, uint64_t end)
{
	static uint8_t page[4096];

	for (; begin < end; begin += sizeof(page))
		if (pread(memory, page, sizeof(page), (off_t)begin) == sizeof(page) && has_secret(page, sizeof(page)))
			return true;
	return false;
}

/* In memory that this process may write; of sanitizers there is too much. */
static bool is_secret_in_memory(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	int memory = open("/proc/self/mem", O_RDONLY | O_CLOEXEC);
	bool is_there = false;
	char line[512];

	ck_assert(maps != NULL && memory >= 0);
	while (!is_there && fgets(line, sizeof(line), maps) != NULL) {
		char *at = line;
		uint64_t begin = strtoull(at, &at, 16);
		uint64_t end = strtoull(at + 1, &at, 16);

		if (strncmp(at, " rw", 3) == 0 && end - begin < UINT64_C(1) << 30)
			is_there = is_secret_between(memory, begin, end);
	}
	fclose(maps);
	close(memory);
	return is_there;
}

/* A swapped page would have it, and what looks at this process. */
START_TEST(no_text_of_a_secret_stays_in_memory)
{
	put(path, line_of(HIDDEN), 0);
	ck_assert(is_secret_in_memory()); /* that of the test itself */
	line_of(1);
	ck_assert(!is_secret_in_memory());
	if (_i == 1) {
		ck_assert_int_eq(unlink(path), 0);
		ck_assert_int_eq(mkfifo(path, 0600), 0);
	}
	open_named(path);
	if (_i == 1) {
		put(path, line_of(HIDDEN), O_NONBLOCK);
		line_of(1);
	}
	read_all();
	ck_assert_uint_eq(told, 1);
	ck_assert(!is_secret_in_memory());
	ck_assert(is_known(HIDDEN));
}
END_TEST

/* ---- pipes and sockets ---- */

START_TEST(a_fifo_has_writers_that_come_and_go)
{
	int fd;

	ck_assert_int_eq(mkfifo(path, 0600), 0);
	open_named(path);
	read_all();
	ck_assert(!key_sources_are_open(k));
	for (unsigned int i = 0; i < 3; i++) {
		fd = open(path, O_WRONLY | O_NONBLOCK);
		ck_assert_int_ge(fd, 0);
		ck_assert_int_gt(write(fd, line_of(i), strlen(line_of(i))), 0);
		read_all();
		ck_assert(is_known(i));
		ck_assert(key_sources_are_open(k));
		close(fd);
		read_all();
		ck_assert(!key_sources_are_open(k));
	}
	ck_assert(is_known(0) && is_known(1) && is_known(2));
	ck_assert_uint_eq(told, 3);
	ck_assert(!key_sources_take_error(k, &err));
}
END_TEST

static int listen_at(const char *name)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "%s", name);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	ck_assert_int_eq(listen(fd, 1), 0);
	return fd;
}

START_TEST(a_socket_is_read_until_it_is_closed)
{
	int listening = listen_at(path);
	int fd;

	open_named(path);
	fd = accept(listening, NULL, NULL);
	ck_assert(key_sources_are_open(k));
	read_all();
	ck_assert_int_gt(write(fd, line_of(1), strlen(line_of(1))), 0);
	read_all();
	ck_assert(is_known(1));
	ck_assert(key_sources_are_open(k));
	close(fd);
	read_all();
	ck_assert(!key_sources_are_open(k));
	ck_assert(!key_sources_take_error(k, &err));
	close(listening);
}
END_TEST

/* ---- what cannot be read ---- */

START_TEST(what_cannot_be_read_is_said)
{
	char below[160];
	const char *names[] = {path, folder};

	put(path, line_of(1), 0);
	snprintf(below, sizeof(below), "%s/below", path);
	names[1] = _i == 0 ? folder : _i == 1 ? below : other_path;
	if (_i == 2) { /* nobody listens any more */
		close(listen_at(other_path));
	} else if (_i == 3) {
		ck_assert_int_eq(symlink(other_path, other_path), 0);
	}
	ck_assert_ptr_null(key_sources_open(names, 2, &err));
	ck_assert_ptr_nonnull(strstr(err.text, names[1]));
	ck_assert_ptr_nonnull(strstr(err.text, "cannot read the key log"));
}
END_TEST

START_TEST(no_key_log_is_no_error)
{
	k = key_sources_open(NULL, 0, &err);
	ck_assert_ptr_nonnull(k);
	read_all();
	ck_assert(!key_sources_are_any(k) && !key_sources_are_open(k));
	key_sources_finish(k, tell, &told);
	ck_assert_uint_eq(told, 0);
}
END_TEST

/* ---- what they gave ---- */

START_TEST(what_gave_nothing_is_told)
{
	static struct snapshot_about about;
	const char *names[] = {path, other_path, "/nonexistent/keys.log"};

	put(path, line_of(1), 0);
	put(path, line_of(1), O_APPEND);
	put(path, line_of(2), O_APPEND);
	put(other_path, "# SSL/TLS secrets log file\nCLIENT_RANDOM 12 34\n\1\2\3", 0);
	k = key_sources_open(names, 3, &err);
	read_all();
	key_sources_finish(k, tell, &told);
	ck_assert_uint_eq(key_sources_count(k), 3);
	ck_assert(!key_sources_is_vain(k, 0, &err));
	ck_assert(key_sources_is_vain(k, 1, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "no line of a key log was found in"));
	ck_assert(key_sources_is_vain(k, 2, &err));
	ck_assert_str_eq(err.text, "the key log /nonexistent/keys.log was never there");
	key_sources_fill(k, &about);
	ck_assert_uint_eq(about.key_log_count, 3);
	ck_assert_str_eq(about.key_logs[0].name, path);
	ck_assert_uint_eq(about.key_logs[0].lines, 3);
	ck_assert(!about.key_logs[1].is_missing && about.key_logs[1].lines == 0);
	ck_assert(about.key_logs[2].is_missing);
	ck_assert_uint_eq(about.key_handshakes, 2);
}
END_TEST

/* A last line without its end counts, too. */
START_TEST(a_log_of_half_a_line_gave_something)
{
	char line[256];

	snprintf(line, sizeof(line), "%.*s", (int)strlen(line_of(1)) - 1, line_of(1));
	put(path, line, 0);
	open_named(path);
	read_all();
	ck_assert(key_sources_is_vain(k, 0, &err));
	key_sources_finish(k, tell, &told);
	ck_assert(!key_sources_is_vain(k, 0, &err));
}
END_TEST

START_TEST(standard_input_is_no_key_log)
{
	const char *name = "-";

	ck_assert_ptr_null(key_sources_open(&name, 1, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "standard input is none"));
	ck_assert_uint_eq(key_sources_count(NULL), 0);
}
END_TEST

/* ---- while it runs ---- */

START_TEST(one_more_is_named_while_it_runs)
{
	put(path, line_of(1), 0);
	k = key_sources_open(NULL, 0, &err);
	ck_assert_msg(key_sources_add(k, path, &err), "%s", err.text);
	ck_assert(key_sources_are_any(k));
	read_all();
	ck_assert(is_known(1));
	put(path, line_of(2), O_APPEND);
	read_all();
	ck_assert(is_known(2));
	ck_assert(!key_sources_add(k, path, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "is read already"));
	ck_assert(!key_sources_add(k, folder, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "it is a folder"));
}
END_TEST

/* As those that are named at the start. */
START_TEST(one_that_is_named_while_it_runs_may_come_later)
{
	k = key_sources_open(NULL, 0, &err);
	ck_assert_msg(key_sources_add(k, path, &err), "%s", err.text);
	ck_assert(key_sources_is_missing(k, path));
	read_all();
	put(path, line_of(1), 0);
	ck_assert(becomes_known(1));
	ck_assert(!key_sources_is_missing(k, path));
	put(path, line_of(2), O_APPEND);
	read_all();
	ck_assert(is_known(2));
}
END_TEST

/* It is opened without waiting for a writer. */
START_TEST(a_fifo_is_named_while_it_runs)
{
	int fd;

	ck_assert_int_eq(mkfifo(path, 0600), 0);
	k = key_sources_open(NULL, 0, &err);
	ck_assert(key_sources_add(k, path, &err));
	fd = open(path, O_WRONLY | O_NONBLOCK);
	ck_assert_int_gt(write(fd, line_of(1), strlen(line_of(1))), 0);
	read_all();
	ck_assert(is_known(1));
	ck_assert(key_sources_are_open(k));
	close(fd);
}
END_TEST

/* Nothing is connected to any more. */
START_TEST(a_socket_is_named_at_the_start_only)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);

	strcpy(address.sun_path, path);
	ck_assert_int_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	k = key_sources_open(NULL, 0, &err);
	ck_assert(!key_sources_add(k, path, &err));
	ck_assert_ptr_nonnull(strstr(err.text, "only at its start: name it by --keylog"));
	close(fd);
}
END_TEST

/* Of each that is named, when and as it may be; and what is to be done. */
START_TEST(whoever_lets_everybody_read_it_is_warned)
{
	int count = 0;

	put(path, line_of(1), 0);
	put(other_path, line_of(2), 0);
	open_named(path);
	ck_assert(!key_sources_take_error(k, &err));
	key_sources_free(k);
	ck_assert_int_eq(chmod(path, 0644) + chmod(other_path, 0644), 0);
	open_named(path);
	ck_assert(key_sources_add(k, other_path, &err));
	read_all();
	while (key_sources_take_error(k, &err)) {
		ck_assert_ptr_nonnull(strstr(err.text, "everybody can read the key log"));
		ck_assert_ptr_nonnull(strstr(err.text, "chmod 600"));
		ck_assert_ptr_nonnull(strstr(err.text, count++ == 0 ? path : other_path));
	}
	ck_assert_int_eq(count, 2);
}
END_TEST

enum {
	OTHER_GROUP = 4711,
};

static const struct {
	mode_t mode;
	bool is_of_a_group; /* that is not its owner's alone */
	bool is_pipe;
	const char *who; /* NULL: nobody but its owner */
} readers[] = {
	{0600, false, false, NULL},
	{0640, false, false, NULL},
	{0600, true, false, NULL},
	{0620, true, false, NULL}, /* who can only write there learns nothing */
	{0640, true, false, "the group 4711 can read the key log"},
	{0644, true, false, "everybody can read the key log"},
	{0604, false, false, "everybody can read the key log"},
	{0600, false, true, NULL},
	{0644, false, true, "everybody can read the key log"},
};

START_TEST(who_else_can_read_it_is_told)
{
	struct snapshot_about about = {0};

	if (readers[_i].is_of_a_group && geteuid() != 0)
		return; /* only root gives a file away */
	if (readers[_i].is_pipe)
		ck_assert_int_eq(mkfifo(path, 0600), 0);
	else
		put(path, line_of(1), 0);
	ck_assert_int_eq(chown(path, (uid_t)-1, readers[_i].is_of_a_group ? OTHER_GROUP : geteuid()), 0);
	ck_assert_int_eq(chmod(path, readers[_i].mode), 0);
	open_named(path);
	read_all();
	ck_assert_int_eq(key_sources_take_error(k, &err), readers[_i].who != NULL);
	key_sources_fill(k, &about);
	ck_assert_int_eq(about.key_logs[0].is_open_to_others, readers[_i].who != NULL);
	if (readers[_i].who == NULL)
		return;
	ck_assert_msg(strstr(err.text, readers[_i].who) != NULL, "%s", err.text);
	ck_assert(!key_sources_take_error(k, &err));
}
END_TEST

/* The screen has room for so much of a message. */
START_TEST(the_warning_fits_however_long_the_path_is)
{
	char name[256] = "/";

	snprintf(name, sizeof(name), "%s/%0150d", folder, 1);
	put(name, line_of(1), 0);
	ck_assert_int_eq(chmod(name, 0644), 0);
	open_named(name);
	ck_assert(key_sources_take_error(k, &err));
	ck_assert_uint_lt(strlen(err.text), sizeof(((struct snapshot *)0)->message));
	ck_assert_ptr_nonnull(strstr(err.text, "chmod 600"));
}
END_TEST

START_TEST(there_is_an_end_of_naming)
{
	char name[160];
	int count = 0;

	k = key_sources_open(NULL, 0, &err);
	for (;; count++) {
		snprintf(name, sizeof(name), "%s/%d", folder, count);
		put(name, line_of(1), 0);
		if (!key_sources_add(k, name, &err))
			break;
		ck_assert_int_lt(count, 10000);
	}
	ck_assert_int_eq(count, OPTIONS_SOURCES_MAX);
	ck_assert_ptr_nonnull(strstr(err.text, "no more than"));
}
END_TEST

/* ---- blocks ---- */

static void add_block(const char *text, size_t len)
{
	key_sources_add_block(k, slice_of(text, len), tell, &told);
}

/* Of capture files; in any pieces. */
START_TEST(blocks_of_capture_files_are_read)
{
	char text[600];
	size_t len;

	k = key_sources_open(NULL, 0, &err);
	len = (size_t)snprintf(text, sizeof(text), "# from a capture\r\n%s", line_of(1));
	len += (size_t)snprintf(text + len, sizeof(text) - len, "%s", line_of(2));
	for (size_t at = 0; at < len; at += (size_t)_i + 1)
		add_block(text + at, len - at < (size_t)_i + 1 ? len - at : (size_t)_i + 1);
	ck_assert(is_known(1) && is_known(2));
	ck_assert_uint_eq(told, 2);
	ck_assert(!key_sources_are_any(k));
}
END_TEST

static void add_keys(size_t *number, size_t count)
{
	char text[256];

	for (; count > 0; count--, ++*number)
		add_block(text,
			  (size_t)snprintf(text, sizeof(text), "CLIENT_RANDOM %064zx %096zx\n", *number, *number));
}

/* Once, however many more come. */
START_TEST(keys_that_are_forgotten_are_told)
{
	size_t number = 0;

	k = key_sources_open(NULL, 0, &err);
	add_keys(&number, 100000);
	ck_assert(!key_sources_take_error(k, &err));
	while (!key_sources_take_error(k, &err) && number < 1000000)
		add_keys(&number, 1000);
	ck_assert_uint_lt(number, 1000000);
	ck_assert_ptr_nonnull(strstr(err.text, "the oldest are forgotten"));
	ck_assert_ptr_nonnull(strstr(err.text, "files rather than pipes"));
	add_keys(&number, 100000);
	ck_assert(!key_sources_take_error(k, &err));
}
END_TEST

void list_tests(TCase *t)
{
	tcase_set_timeout(t, 60);
	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, a_file_is_read_as_it_grows);
	tcase_add_test(t, half_a_line_waits_for_its_end);
	tcase_add_loop_test(t, a_file_is_replaced, 0, 2);
	tcase_add_test(t, a_file_is_replaced_several_times);
	tcase_add_test(t, a_file_is_cut);
	tcase_add_test(t, a_file_may_come_later);
	tcase_add_test(t, a_large_file_is_read_in_several_goes);
	tcase_add_test(t, several_are_read);
	tcase_add_loop_test(t, no_text_of_a_secret_stays_in_memory, 0, 2);
	tcase_add_test(t, a_fifo_has_writers_that_come_and_go);
	tcase_add_test(t, a_socket_is_read_until_it_is_closed);
	tcase_add_loop_test(t, what_cannot_be_read_is_said, 0, 4);
	tcase_add_test(t, no_key_log_is_no_error);
	tcase_add_test(t, one_more_is_named_while_it_runs);
	tcase_add_test(t, one_that_is_named_while_it_runs_may_come_later);
	tcase_add_test(t, a_fifo_is_named_while_it_runs);
	tcase_add_test(t, a_socket_is_named_at_the_start_only);
	tcase_add_test(t, whoever_lets_everybody_read_it_is_warned);
	tcase_add_loop_test(t, who_else_can_read_it_is_told, 0, sizeof(readers) / sizeof(readers[0]));
	tcase_add_test(t, the_warning_fits_however_long_the_path_is);
	tcase_add_test(t, there_is_an_end_of_naming);
	tcase_add_test(t, what_gave_nothing_is_told);
	tcase_add_test(t, a_log_of_half_a_line_gave_something);
	tcase_add_test(t, standard_input_is_no_key_log);
	tcase_add_loop_test(t, blocks_of_capture_files_are_read, 0, 4);
	tcase_add_test(t, keys_that_are_forgotten_are_told);
}
