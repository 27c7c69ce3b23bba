#include "tls/key_log.h"

#include <stdio.h>
#include <stdlib.h>

#include "../main.h"
#include "base/buffer.h"

#define SIXTEEN	  "fedcba9876543210"
#define RANDOM	  "00112233445566778899AABBCCDDEEFF00112233445566778899aabbccddeeff"
#define OTHER	  "a0112233445566778899AABBCCDDEEFF00112233445566778899aabbccddeeff"
#define SECRET_32 "0123456789abcdef" SIXTEEN SIXTEEN SIXTEEN
#define SECRET_48 "ABCDEF9876543210" SIXTEEN SIXTEEN SIXTEEN SIXTEEN SIXTEEN
#define MASTER	  "CLIENT_RANDOM " RANDOM " " SECRET_48
#define TRAFFIC	  "SERVER_TRAFFIC_SECRET_0 " OTHER " " SECRET_32

static void write_down(void *ctx, const struct key_line *line)
{
	struct buffer *out = ctx;

	buffer_printf(out, "%d %02x%02x %d-%d %u:", (int)line->label, line->client_random[0], line->client_random[31],
		      (int)line->begin, (int)line->end, line->secret.len);
	for (int i = 0; i < 4; i++)
		buffer_printf(out, "%02x", line->secret.bytes[i]);
	buffer_printf(out, "%02x\n", line->secret.bytes[line->secret.len - 1]);
}

static void expect_in(struct slice text, size_t first_len, size_t piece_len, const char *said)
{
	struct buffer out = {0};
	struct key_log log;

	key_log_init(&log);
	key_log_feed(&log, slice_sub(text, 0, first_len), write_down, &out);
	for (text = slice_after(text, first_len); text.len > 0; text = slice_after(text, piece_len))
		key_log_feed(&log, slice_sub(text, 0, piece_len), write_down, &out);
	key_log_finish(&log, write_down, &out);
	buffer_append_byte(&out, '\0');
	ck_assert_str_eq((const char *)out.data, said);
	buffer_fini(&out);
}

/* Whole, byte by byte, and in two at each place. */
static void expect(const char *text, size_t len, const char *said)
{
	expect_in(slice_of(text, len), len, 1, said);
	for (size_t piece = 1; piece < 10; piece++)
		expect_in(slice_of(text, len), 0, piece, said);
	for (size_t split = 0; split <= len; split++)
		expect_in(slice_of(text, len), split, len, said);
}

#define EXPECT(text, said) expect((text), sizeof(text) - 1, (said))
#define SAID_MASTER	   "0 00ff 0-175 48:abcdef9810\n"
#define SAID_TRAFFIC	   "5 a0ff 0-153 32:0123456710\n"

START_TEST(each_label_is_read)
{
	EXPECT(MASTER "\n", SAID_MASTER);
	EXPECT(TRAFFIC "\n", SAID_TRAFFIC);
	EXPECT("CLIENT_EARLY_TRAFFIC_SECRET " RANDOM " " SECRET_32 "\n", "1 00ff 0-157 32:0123456710\n");
	EXPECT("CLIENT_HANDSHAKE_TRAFFIC_SECRET " RANDOM " " SECRET_48 "\n", "2 00ff 0-193 48:abcdef9810\n");
	EXPECT("SERVER_HANDSHAKE_TRAFFIC_SECRET " RANDOM " " SECRET_32 "\n", "3 00ff 0-161 32:0123456710\n");
	EXPECT("CLIENT_TRAFFIC_SECRET_0 " RANDOM " " SECRET_48 "\n", "4 00ff 0-185 48:abcdef9810\n");
}
END_TEST

START_TEST(lines_end_by_lf_or_cr_or_both_or_not_at_all)
{
	EXPECT(MASTER, SAID_MASTER);
	EXPECT(MASTER "\n" TRAFFIC "\n", SAID_MASTER "5 a0ff 176-329 32:0123456710\n");
	EXPECT(MASTER "\r" TRAFFIC "\r", SAID_MASTER "5 a0ff 176-329 32:0123456710\n");
	EXPECT(MASTER "\r\n" TRAFFIC "\r\n", SAID_MASTER "5 a0ff 177-330 32:0123456710\n");
	EXPECT("\n\r\r\n" TRAFFIC, "5 a0ff 4-157 32:0123456710\n");
}
END_TEST

START_TEST(what_does_not_fit_is_passed_over)
{
	static const char *const lines[] = {
		"# a comment\n",
		"\xef\xbb\xbf" MASTER "\n", /* a byte order mark */
		" " MASTER "\n",
		MASTER " \n",
		MASTER "0\n",
		MASTER "00\n",
		"client_random " RANDOM " " SECRET_48 "\n",
		"CLIENT_RANDOM  " RANDOM " " SECRET_48 "\n",
		"CLIENT_RANDOM " RANDOM "  " SECRET_48 "\n",
		"CLIENT_RANDOM\t" RANDOM " " SECRET_48 "\n",
		"CLIENT_RANDOM " RANDOM "\t" SECRET_48 "\n",
		"CLIENT_RANDOM " RANDOM " " SECRET_32 "\n", /* no master secret is so long */
		"CLIENT_TRAFFIC_SECRET_0 " RANDOM " " SECRET_32 "00\n",
		"CLIENT_TRAFFIC_SECRET_0 " RANDOM " " SIXTEEN "\n",
		"CLIENT_TRAFFIC_SECRET_0 " RANDOM " \n",
		"CLIENT_TRAFFIC_SECRET_0 " RANDOM "\n",
		"CLIENT_TRAFFIC_SECRET_0 " SIXTEEN " " SECRET_32 "\n",
		"CLIENT_TRAFFIC_SECRET_0\n",
		"CLIENT_TRAFFIC_SECRET_1 " RANDOM " " SECRET_32 "\n",
		"EXPORTER_SECRET " RANDOM " " SECRET_32 "\n",
		"RSA 0123456789abcdef " SECRET_48 "\n",
		"\n",
	};

	for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		struct buffer text = {0};
		char said[128];

		buffer_append_text(&text, lines[i]);
		expect((const char *)text.data, text.len, "");
		snprintf(said, sizeof(said), "5 a0ff %zu-%zu 32:0123456710\n", text.len, text.len + strlen(TRAFFIC));
		buffer_append_text(&text, TRAFFIC);
		expect((const char *)text.data, text.len, said);
		buffer_fini(&text);
	}
}
END_TEST

START_TEST(only_hexadecimal_digits_are_digits)
{
	static const char hex[] = "0123456789abcdefABCDEF";
	char text[] = MASTER;
	struct key_line line;

	for (int c = 0; c < 256; c++)
		for (size_t at = 14; at < sizeof(text) - 1; at += at == 14 ? 9 : 72) {
			char was = text[at];
			bool is_digit = c != 0 && strchr(hex, c) != NULL;
			char two[3] = {0};

			text[at] = (char)c;
			ck_assert_int_eq(key_log_parse(slice_of(text, sizeof(text) - 1), &line), is_digit);
			memcpy(two, at == 14 ? "x0" : text + at, 2);
			two[0] = (char)c;
			if (is_digit && at == 14)
				ck_assert_uint_eq(line.client_random[0], strtoul(two, NULL, 16));
			text[at] = was;
		}
}
END_TEST

static void append_many(struct buffer *text, char byte, size_t times)
{
	while (times-- > 0)
		buffer_append_byte(text, (uint8_t)byte);
}

/* What is too long is none, nor is its end. */
START_TEST(a_long_line_is_passed_over)
{
	for (size_t len = KEY_LINE_MAX - 200; len < 3 * KEY_LINE_MAX; len += 7) {
		struct buffer text = {0};
		char said[128];

		append_many(&text, 'x', len);
		buffer_append_text(&text, MASTER "\n" TRAFFIC);
		snprintf(said, sizeof(said), "5 a0ff %zu-%zu 32:0123456710\n", len + 176, len + 176 + 153);
		for (size_t piece = 1; piece < 400; piece += 13)
			expect_in(buffer_slice(&text), 0, piece, said);
		expect_in(buffer_slice(&text), SIZE_MAX, 1, said);
		buffer_fini(&text);
	}
}
END_TEST

static void ignore(void *ctx, const struct key_line *line)
{
	(void)ctx;
	(void)line;
}

START_TEST(no_secret_stays_in_the_parser)
{
	struct key_log log;

	key_log_init(&log);
	key_log_feed(&log, slice_from_text(MASTER), ignore, NULL);
	ck_assert_ptr_nonnull(memmem(log.line, sizeof(log.line), SECRET_48, 96));
	key_log_feed(&log, slice_from_text("\n# x"), ignore, NULL);
	ck_assert_ptr_null(memmem(log.line, sizeof(log.line), SIXTEEN, 16));
	key_log_feed(&log, slice_from_text("\n" MASTER), ignore, NULL);
	key_log_finish(&log, ignore, NULL);
	ck_assert_ptr_null(memmem(log.line, sizeof(log.line), SIXTEEN, 16));
}
END_TEST

START_TEST(a_line_alone_is_parsed)
{
	struct key_line line;

	ck_assert(key_log_parse(slice_from_text(TRAFFIC), &line));
	ck_assert_int_eq(line.label, KEY_SERVER_TRAFFIC_SECRET_0);
	ck_assert_uint_eq(line.secret.len, 32);
	ck_assert(!key_log_parse(slice_from_text(TRAFFIC "\n"), &line));
	for (size_t len = 0; len < strlen(MASTER); len++) {
		char *cut = strndup(MASTER, len); /* of its own, so that it is seen what reads beyond it */

		ck_assert(!key_log_parse(slice_of(cut, len), &line));
		free(cut);
	}
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_test(t, each_label_is_read);
	tcase_add_test(t, lines_end_by_lf_or_cr_or_both_or_not_at_all);
	tcase_add_test(t, what_does_not_fit_is_passed_over);
	tcase_add_test(t, only_hexadecimal_digits_are_digits);
	tcase_add_test(t, a_long_line_is_passed_over);
	tcase_add_test(t, no_secret_stays_in_the_parser);
	tcase_add_test(t, a_line_alone_is_parsed);
}
