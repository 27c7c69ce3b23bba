/* Keys on their way from a log to the sessions that wait for them: TLS of libssl, and its key log as a file. */
#include "app/key_feed.h"

#include <unistd.h>

#include "../engine/tap.h"
#include "../main.h"

static struct tap t;
static struct doorbell bell;
static struct key_sources *sources;
static struct key_feed feed;
static char path[64];
static struct error err;

static const struct peers_plan plan = {.names = TAP_NAMES, .version = TLS1_3_VERSION};

static void setup(void)
{
	const char *names[] = {path};
	int fd;

	strcpy(path, "/tmp/mailtap-feed-XXXXXX");
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	close(fd);
	ck_assert(doorbell_init(&bell, NULL));
	sources = key_sources_open(names, 1, &err);
	ck_assert_ptr_nonnull(sources);
	tap_init(&t, false);
	t.w.options.find_keys = key_sources_find;
	t.w.options.find_keys_ctx = sources;
	t.w.options.key_wait_ns = 1000 * CLOCK_NS_PER_S;
	wire_begin(&t.w);
	key_feed_init(&feed, sources, &bell);
}

static void teardown(void)
{
	tap_fini(&t);
	key_sources_free(sources);
	doorbell_fini(&bell);
	unlink(path);
}

static void write_log(struct slice text)
{
	FILE *file = fopen(path, "a");

	ck_assert_uint_eq(fwrite(text.data, 1, text.len, file), text.len);
	fclose(file);
}

static void read_all(void)
{
	while (key_feed_read(&feed, t.w.engine))
		;
}

/* The lines of one session that is over and waits; another is begun. */
static void play(struct buffer *lines)
{
	tap_starttls(&t, &plan);
	buffer_append(lines, buffer_slice(&t.p.log));
	peers_end(&t.p);
}

static size_t count_of(const char *text)
{
	size_t count = 0;

	for (size_t at = 0; at + strlen(text) <= t.w.out.len; at++)
		count += memcmp(t.w.out.data + at, text, strlen(text)) == 0;
	return count;
}

static void begin_peers(void)
{
	peers_begin(&t.p, &plan); /* for tap_fini */
}

START_TEST(sessions_are_read_when_their_lines_come)
{
	struct buffer lines = {0};

	play(&lines);
	read_all();
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 1);
	ck_assert_uint_eq(count_of("mail 1 accepted 30"), 0);
	write_log(buffer_slice(&lines));
	read_all();
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 0);
	ck_assert_uint_eq(count_of("mail 1 accepted 30"), 1);
	buffer_fini(&lines);
	begin_peers();
}
END_TEST

/* However the log is cut when it is read: lines of several sessions stand between each other. */
START_TEST(lines_may_come_in_any_pieces)
{
	struct buffer lines[2] = {{0}, {0}};
	struct buffer mixed = {0};
	struct slice rest[2];

	play(&lines[0]);
	play(&lines[1]);
	for (int i = 0; i < 2; i++)
		rest[i] = buffer_slice(&lines[i]);
	while (rest[0].len > 0 || rest[1].len > 0)
		for (int i = 0; i < 2; i++) {
			size_t len = slice_find(rest[i], '\n') + 1;

			buffer_append(&mixed, slice_sub(rest[i], 0, len));
			rest[i] = slice_after(rest[i], len);
		}
	for (size_t at = 0; at < mixed.len; at += 100 + (size_t)_i * 37) {
		write_log(slice_sub(buffer_slice(&mixed), at, 100 + (size_t)_i * 37));
		read_all();
	}
	ck_assert_uint_eq(engine_key_waits(t.w.engine), 0);
	ck_assert_uint_eq(count_of("mail 1 accepted 30"), 2);
	ck_assert_uint_eq(count_of("(unsolicited)"), 0);
	buffer_fini(&lines[0]);
	buffer_fini(&lines[1]);
	buffer_fini(&mixed);
	begin_peers();
}
END_TEST

START_TEST(a_block_of_a_capture_is_as_good)
{
	struct buffer lines = {0};

	play(&lines);
	for (size_t at = 0; at < lines.len; at += 64)
		key_feed_add_block(&feed, t.w.engine, slice_sub(buffer_slice(&lines), at, 64));
	ck_assert_uint_eq(count_of("mail 1 accepted 30"), 1);
	buffer_fini(&lines);
	begin_peers();
}
END_TEST

static bool never(void *ctx)
{
	(void)ctx;
	return false;
}

/* A last line need not have its end. */
START_TEST(at_the_end_what_is_there_counts)
{
	struct buffer lines = {0};

	play(&lines);
	write_log(slice_sub(buffer_slice(&lines), 0, lines.len - 1));
	key_feed_finish(&feed, t.w.engine, _i == 1, never, NULL);
	ck_assert_uint_eq(count_of("mail 1 accepted 30"), 1);
	buffer_fini(&lines);
	begin_peers();
}
END_TEST

/* Logs are looked at more often while somebody waits for them; without any, never. */
START_TEST(it_is_looked_at_from_time_to_time)
{
	struct buffer lines = {0};
	struct key_feed none;
	int idle = key_feed_period_ms(&feed, t.w.engine);

	key_feed_init(&none, NULL, &bell);
	ck_assert(!key_feed_work(&none, t.w.engine) && !key_feed_read(&none, t.w.engine));
	ck_assert(!key_feed_take_error(&none, &err));
	key_feed_add_block(&none, t.w.engine, slice_from_text("x"));
	key_feed_finish(&none, t.w.engine, true, never, NULL);
	play(&lines);
	ck_assert_int_lt(key_feed_period_ms(&feed, t.w.engine), idle);
	ck_assert_int_gt(key_feed_period_ms(&feed, t.w.engine), 0);
	key_feed_work(&feed, t.w.engine);
	write_log(buffer_slice(&lines));
	for (int i = 0; i < 2000 && engine_key_waits(t.w.engine) > 0; i++) {
		key_feed_work(&feed, t.w.engine);
		usleep(5000);
	}
	ck_assert_uint_eq(count_of("mail 1 accepted 30"), 1);
	buffer_fini(&lines);
	begin_peers();
}
END_TEST

void list_tests(TCase *c)
{
	tcase_set_timeout(c, 60);
	tcase_add_checked_fixture(c, setup, teardown);
	tcase_add_test(c, sessions_are_read_when_their_lines_come);
	tcase_add_loop_test(c, lines_may_come_in_any_pieces, 0, 12);
	tcase_add_test(c, a_block_of_a_capture_is_as_good);
	tcase_add_loop_test(c, at_the_end_what_is_there_counts, 0, 2);
	tcase_add_test(c, it_is_looked_at_from_time_to_time);
}
