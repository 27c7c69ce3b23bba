#include "mime/message.h"
#include "mime/render.h"

#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "../main.h"
#include "base/text.h"
#include "mime/fields.h"

#define SAFE "\345\256\211\345\205\250"
#define HEAD "MIME-Version: 1.0\r\nContent-Type: "

static void setup(void)
{
	static const char *const charsets[] = {"gb18030"};

	fields_init(charsets, 1);
}

static void hash_text(const char *text, size_t len, char out[MESSAGE_SHA256_SIZE])
{
	struct message_hash *hash = message_hash_new();

	message_hash_add(hash, slice_of(text, len));
	message_hash_finish(hash, out);
}

/* ---- attachments ---- */

struct expected {
	const char *name;
	const char *type;
	const char *bytes;
};

static void check_attachment(const struct message *m, size_t number, const struct expected *e)
{
	const struct message_attachment *a = message_attachment(m, number);
	struct buffer bytes = {0};
	char sha256[MESSAGE_SHA256_SIZE];

	ck_assert_str_eq(a->name, e->name);
	ck_assert_str_eq(a->mime_type, e->type);
	message_attachment_bytes(m, number, &bytes);
	ck_assert_uint_eq(bytes.len, a->size);
	hash_text((const char *)bytes.data, bytes.len, sha256);
	ck_assert_str_eq(a->sha256, sha256);
	buffer_append_byte(&bytes, '\0');
	ck_assert_str_eq((const char *)bytes.data, e->bytes);
	buffer_fini(&bytes);
}

static const struct {
	const char *mail;
	struct expected attachments[3]; /* up to the first without a name */
} vectors[] = {
	{HEAD "text/plain\r\n\r\nHi\r\n", {{0}}},
	{"", {{0}}},
	{"no header at all", {{0}}},
	{HEAD "application/pdf; name=\"a.pdf\"\r\n\r\nx\r\n", {{"a.pdf", "application/pdf", "x\r\n"}}},
	{HEAD "multipart/mixed; boundary=b\r\n\r\npreamble\r\n--b\r\n\r\ntext\r\n--b\r\n"
	      "Content-Type: Image/PNG\r\nContent-Disposition: attachment; filename=\"x y.png\"\r\n"
	      "Content-Transfer-Encoding: base64\r\n\r\naGVs\r\nbG8=\r\n--b--\r\nepilogue\r\n",
	 {{"x y.png", "image/png", "hello"}}},
	{HEAD "multipart/mixed; boundary=b\r\n\r\n--b\r\n"
	      "Content-Disposition: attachment\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
	      "a=3Db=\r\nc\r\nd\r\n--b--\r\n",
	 {{"", "text/plain", "a=bc\r\nd"}}},
	/* 8bit: as sent, without the line end before the boundary */
	{HEAD "multipart/mixed; boundary=\"b b\"\r\n\r\n--b b\r\nContent-Type: text/plain; name=n\r\n"
	      "Content-Transfer-Encoding: 8bit\r\n\r\n\377\n\r\n\r\n--b b--\r\n",
	 {{"n", "text/plain", "\377\n\r\n"}}},
	/* inline, but with a name; a picture without one is no attachment */
	{HEAD
	 "multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: image/gif\r\n"
	 "Content-Disposition: inline; filename=i.gif\r\n\r\nG\r\n--b\r\nContent-Type: image/gif\r\n\r\nG\r\n--b--\r\n",
	 {{"i.gif", "image/gif", "G"}}},
	/* RFC 2231: charset, continuations, both */
	{HEAD "application/x; name*=utf-8''%E5%AE%89%E5%85%A8.doc\r\n\r\n", {{SAFE ".doc", "application/x", ""}}},
	{HEAD "application/x\r\nContent-Disposition: attachment;\r\n filename*0*=gb2312''%B0%B2;\r\n"
	      " filename*1*=%C8%AB;\r\n filename*2=\".doc\"\r\n\r\n",
	 {{SAFE ".doc", "application/x", ""}}},
	{HEAD "application/x\r\nContent-Disposition: attachment; filename*0=\"long\"; filename*1=\"er.txt\"\r\n\r\n",
	 {{"longer.txt", "application/x", ""}}},
	/* what RFC 2231 forbids and everybody does */
	{HEAD "application/x; name=\"=?gb2312?B?sLI=?=\r\n =?gb2312?B?yKs=?=.doc\"\r\n\r\n",
	 {{SAFE ".doc", "application/x", ""}}},
	{HEAD "application/x; name=\"\260\262\310\253.doc\"\r\n\r\n", {{SAFE ".doc", "application/x", ""}}},
	/* multiparts in multiparts, in the order of the mail */
	{HEAD
	 "multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n"
	 "--i\r\nContent-Type: a/one; name=1\r\n\r\n1\r\n--i\r\nContent-Type: a/two; name=2\r\n\r\n2\r\n--i--\r\n\r\n"
	 "--o\r\nContent-Type: a/three; name=3\r\n\r\n3\r\n--o--\r\n",
	 {{"1", "a/one", "1"}, {"2", "a/two", "2"}, {"3", "a/three", "3"}}},
	/* a message in the mail: once, as sent, without its own parts */
	{HEAD "multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n"
	      "subject:  odd   blanks\r\nContent-Type: multipart/mixed;boundary=i\r\n\r\n--i\r\n"
	      "Content-Type: a/b; name=inner\r\n\r\nx\r\n--i--\r\n\r\n--b\r\nContent-Type: a/b; "
	      "name=2\r\n\r\n2\r\n--b--\r\n",
	 {{"", "message/rfc822",
	   "subject:  odd   blanks\r\nContent-Type: multipart/mixed;boundary=i\r\n\r\n--i\r\n"
	   "Content-Type: a/b; name=inner\r\n\r\nx\r\n--i--\r\n"},
	  {"2", "a/b", "2"}}},
	{HEAD "message/rfc822\r\n\r\nSubject: y\r\n\r\nbody\r\n",
	 {{"", "message/rfc822", "Subject: y\r\n\r\nbody\r\n"}}},
	{HEAD "multipart/digest; boundary=b\r\n\r\n--b\r\n\r\nSubject: y\r\n\r\nbody\r\n--b--\r\n",
	 {{"", "message/rfc822", "Subject: y\r\n\r\nbody"}}},
	{HEAD "multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n"
	      "Content-Transfer-Encoding: base64\r\n\r\nU3ViamVjdDogeA0KDQpi\r\n--b--\r\n",
	 {{"", "message/rfc822", "Subject: x\r\n\r\nb"}}},
	/* cut off in the middle of the message in it */
	{HEAD
	 "multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822; name=f\r\n\r\nSubject: y\r\n\r\nbo",
	 {{"f", "message/rfc822", "Subject: y\r\n\r\nbo"}}},
	{HEAD "multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: a/b; name=f\r\n"
	      "Content-Transfer-Encoding: base64\r\n\r\naGVsbG",
	 {{"f", "a/b", "hell"}}},
	/* padding forgotten, or in the middle */
	{HEAD "a/b; name=f\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8\r\n", {{"f", "a/b", "hello"}}},
	{HEAD "a/b; name=f\r\nContent-Transfer-Encoding: base64\r\n\r\naGVsbG8=\r\naGVsbA==\r\n",
	 {{"f", "a/b", "hellohell"}}},
	/* what people write for "base64" and the like */
	{HEAD "a/b; name=f\r\nContent-Transfer-Encoding: base64;\r\n\r\naGVsbG8=\r\n", {{"f", "a/b", "hello"}}},
	{HEAD "a/b; name=f\r\nContent-Transfer-Encoding: \"base64\"\r\n\r\naGVsbG8=\r\n", {{"f", "a/b", "hello"}}},
	{HEAD "a/b; name=f\r\nContent-Transfer-Encoding: (it is) BASE64 (really)\r\n\r\naGVsbG8=\r\n",
	 {{"f", "a/b", "hello"}}},
	{HEAD "a/b; name=f\r\nContent-Transfer-Encoding: Quoted-Printable; x=y\r\n\r\nhel=6Co",
	 {{"f", "a/b", "hello"}}},
	{HEAD "a/b; name=f\r\nContent-Transfer-Encoding: 7bit;\r\n\r\nhel=6Co", {{"f", "a/b", "hel=6Co"}}},
	/* a boundary that ends in blanks, which its lines do not have; also within another */
	{HEAD "multipart/mixed; boundary=\"b \"\r\n\r\n--b\r\nContent-Type: a/b; name=f\r\n\r\nx\r\n--b--\r\n",
	 {{"f", "a/b", "x"}}},
	{HEAD "multipart/mixed; boundary=\"b  \"; x=y\r\n\r\n--b  \r\nContent-Type: multipart/mixed;\r\n"
	      "\tboundary=\"c \"\r\n\r\n--c\r\nContent-Type: a/b; name=f\r\n\r\nboundary=\"b \"\r\n--c--\r\n--b--\r\n",
	 {{"f", "a/b", "boundary=\"b \""}}},
	{HEAD "multipart/mixed; boundary=\"b \"\r\n\r\n--b \r\nContent-Type: a/b; name=f\r\n\r\nx\r\n--b --\r\n",
	 {{"f", "a/b", "x"}}},
	/* names of files: none where one is announced, and a quote without its partner */
	{HEAD "a/b; name=f\r\nContent-Disposition: attachment; filename=\"\"\r\n\r\nx", {{"f", "a/b", "x"}}},
	{HEAD "a/b\r\nContent-Disposition: attachment; filename=\"f.bin\r\n\r\nx", {{"f.bin", "a/b", "x"}}},
	/* names of files: in charsets of their own, in pieces, undeclared in a mail that declares one */
	{HEAD "a/b; name*=gb2312''%96%40\r\n\r\nx", {{"\346\234\204", "a/b", "x"}}},
	{HEAD "a/b\r\nContent-Disposition: attachment; filename*1*=%e9; filename*0*=gb18030''%b0%b2%c8;\r\n"
	      " filename*2=\".txt\"\r\n\r\nx",
	 {{"\345\256\211\344\271\263.txt", "a/b", "x"}}},
	{HEAD "a/b; name=g\r\nContent-Disposition: attachment; filename=g; filename*=\"utf-8'en'h%20i\"\r\n\r\nx",
	 {{"h i", "a/b", "x"}}},
	{HEAD
	 "multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=windows-1251\r\n\r\nHi\r\n--b\r\n"
	 "Content-Type: a/b; name=\"\317\360.txt\"\r\n\r\nx\r\n--b--\r\n",
	 {{"\320\237\321\200.txt", "a/b", "x"}}},
};

START_TEST(attachments_are_found)
{
	struct message *m = message_parse(slice_from_text(vectors[_i].mail));
	size_t count = 0;

	while (count < 3 && vectors[_i].attachments[count].name != NULL)
		count++;
	ck_assert_uint_eq(message_attachment_count(m), count);
	for (size_t i = 0; i < count; i++)
		check_attachment(m, i, &vectors[_i].attachments[i]);
	message_free(m);
}
END_TEST

/* Each mail cut at each byte: no crash (the sanitizers watch), and no more bytes than the mail has. */
START_TEST(every_beginning_is_read)
{
	const char *mail = vectors[_i].mail;

	for (size_t len = 0; len <= strlen(mail); len++) {
		char *copy = malloc(len + 1);
		struct message *m;
		struct styled_text out = {0};

		ck_assert_ptr_nonnull(copy);
		memcpy(copy, mail, len);
		m = message_parse(slice_of(copy, len));
		for (size_t i = 0; i < message_attachment_count(m); i++)
			ck_assert_uint_le(message_attachment(m, i)->size, len);
		render_message(m, &out);
		ck_assert(text_is_utf8(buffer_slice(&out.text)));
		message_free(m);
		styled_text_fini(&out);
		free(copy);
	}
}
END_TEST

/* ---- for reading ---- */

static const struct {
	const char *mail;
	const char *text;
} texts[] = {
	{"From: =?gb2312?B?sLLIqw==?= <a@b>\r\nTo: c@d\r\nSubject: =?utf-8?Q?x?=\r\n =?utf-8?Q?y?=\r\n"
	 "Date: Tue, 14 Mar 2023 09:26:53 +0800\r\nX-Other: z\r\n\r\none\r\ntwo",
	 "From: " SAFE " <a@b>\nTo: c@d\nDate: Tue, 14 Mar 2023 09:26:53 +0800\nSubject: xy\n\none\ntwo\n"},
	{HEAD "text/plain; charset=gb2312\r\n\r\n\260\262\310\253\r\n", "\n" SAFE "\n"},
	{HEAD "text/plain; charset=gb2312\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n=B0=B2=C8=AB\r\n",
	 "\n" SAFE "\n"},
	{HEAD "text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n5a6J5YWo\r\n", "\n" SAFE "\n"},
	{HEAD "text/plain; charset=iso-8859-1\r\n\r\n\344\r\n", "\n\303\244\n"},
	{HEAD "text/plain; charset=no-such\r\n\r\nabc\377\r\n", "\nabc\357\277\275\n"},
	{HEAD "text/html; charset=big5\r\n\r\n<p>\271\161\r\n", "\n\351\233\273\n"},
	{HEAD "multipart/alternative; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nplain\r\n--b\r\n"
	      "Content-Type: text/html\r\n\r\n<p>html\r\n--b--\r\n",
	 "\nplain\n\nParts:\n- multipart/alternative\n  - text/plain\n  - text/html\n"},
	{HEAD "multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHi\r\n--b\r\nContent-Type: text/plain; name=a.txt\r\n\r\n"
	      "attached\r\n--b--\r\n",
	 "\nHi\n\nParts:\n- multipart/mixed\n  - text/plain\n  - text/plain  a.txt  8 bytes\n"},
	{HEAD "application/pdf; name=a.pdf\r\n\r\nx", "\n\nParts:\n- application/pdf  a.pdf  1 bytes\n"},
	/* a CR alone stays, NUL and escapes do too: who shows it makes them visible */
	{"A: b\r\n\r\na\rb\033[m\r\n", "\na\rb\033[m\n"},
};

START_TEST(mails_are_shown_as_a_reader_would)
{
	struct message *m = message_parse(slice_from_text(texts[_i].mail));
	struct styled_text out = {0};

	render_message(m, &out);
	buffer_append_byte(&out.text, '\0');
	ck_assert_str_eq((const char *)out.text.data, texts[_i].text);
	styled_text_fini(&out);
	message_free(m);
}
END_TEST

/* ---- limits ---- */

static double seconds_now(void)
{
	return (double)clock() / (double)CLOCKS_PER_SEC;
}

static void parse_within_a_second(struct buffer *mail, size_t attachments_max)
{
	double start = seconds_now();
	struct message *m = message_parse(buffer_slice(mail));
	struct styled_text out = {0};

	ck_assert_uint_le(message_attachment_count(m), attachments_max);
	render_message(m, &out);
	message_free(m);
	/* generous: what is meant is that it does not grow with the square */
	ck_assert_msg(seconds_now() - start < 20, "%f s", seconds_now() - start);
	styled_text_fini(&out);
	buffer_fini(mail);
}

START_TEST(multiparts_may_lie_deep)
{
	struct buffer mail = {0};

	buffer_append_text(&mail, "MIME-Version: 1.0\r\n");
	for (int i = 0; i < 5000; i++)
		buffer_printf(&mail, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i);
	buffer_append_text(&mail, "Content-Type: a/b; name=x\r\n\r\nx\r\n");
	parse_within_a_second(&mail, 1);
}
END_TEST

START_TEST(messages_may_lie_deep)
{
	struct buffer mail = {0};

	for (int i = 0; i < 5000; i++)
		buffer_append_text(&mail, "Content-Type: message/rfc822\r\n\r\n");
	parse_within_a_second(&mail, 1);
}
END_TEST

START_TEST(thousands_of_parts_are_counted_to_the_limit)
{
	struct buffer mail = {0};

	buffer_append_text(&mail, HEAD "multipart/mixed; boundary=b\r\n\r\n");
	for (int i = 0; i < 20000; i++)
		buffer_append_text(&mail, _i ? "--b\r\nContent-Type: message/rfc822\r\n\r\nA: b\r\n\r\nx\r\n"
					     : "--b\r\nContent-Type: a/b; name=x\r\n\r\nx\r\n");
	parse_within_a_second(&mail, MESSAGE_PARTS_MAX);
}
END_TEST

START_TEST(a_part_as_large_as_a_mail_is_read_once)
{
	struct buffer mail = {0};
	struct message *m;

	buffer_append_text(&mail, HEAD "multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: a/b; name=x\r\n"
				       "Content-Transfer-Encoding: base64\r\n\r\n");
	for (int i = 0; i < 100000; i++)
		buffer_append_text(&mail, "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVpBQkNERUZHSElKS0xNTk9QUVJTVFVWV1hZ\r\n");
	buffer_append_text(&mail, "--b--\r\n");
	m = message_parse(buffer_slice(&mail));
	ck_assert_uint_eq(message_attachment_count(m), 1);
	ck_assert_uint_eq(message_attachment(m, 0)->size, 5100000);
	message_free(m);
	buffer_fini(&mail);
}
END_TEST

/* ---- the list of parts ---- */

#define NESTED                                                                                                         \
	HEAD "multipart/mixed; boundary=o\r\n\r\n--o\r\nContent-Type: text/plain\r\n\r\nsee below\r\n--o\r\n"          \
	     "Content-Type: message/rfc822\r\n\r\nSubject: in\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n"    \
	     "--i\r\nContent-Type: text/html\r\n\r\n<p>hi\r\n--i\r\nContent-Type: a/b; "                               \
	     "name=f\r\n\r\nfile\r\n--i--\r\n"                                                                         \
	     "\r\n--o\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"                    \
	     "U3ViamVjdDogeA0KDQpib2R5\r\n--o\r\n\r\nbegin 644 u.txt\r\n#86)C\r\n`\r\nend\r\n--o--\r\n"

static const struct {
	const char *type;
	const char *name;
	const char *bytes; /* NULL: a multipart */
	bool is_mail;
	bool is_attachment;
} listed[] = {
	{"multipart/mixed", "", NULL, false, false},
	{"text/plain", "", "see below", false, false},
	{"message/rfc822", "",
	 "Subject: in\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\nContent-Type: text/html\r\n\r\n<p>hi"
	 "\r\n--i\r\nContent-Type: a/b; name=f\r\n\r\nfile\r\n--i--\r\n",
	 true, true},
	{"multipart/mixed", "", NULL, false, false},
	{"text/html", "", "<p>hi", false, false},
	{"a/b", "f", "file", false, false},
	{"message/rfc822", "", "Subject: x\r\n\r\nbody", true, true},
	{"text/plain", "", "body", false, false},
	{"text/plain", "", "begin 644 u.txt\r\n#86)C\r\n`\r\nend", false, false},
	{"", "u.txt", "abc", false, true},
};

START_TEST(parts_are_listed)
{
	struct message *m = message_parse(slice_from_text(NESTED));
	struct message_part *parts;
	size_t count = message_list_parts(m, &parts);

	ck_assert_uint_eq(count, sizeof(listed) / sizeof(listed[0]));
	for (size_t i = 0; i < count; i++) {
		struct buffer bytes = {0};

		ck_assert_str_eq(parts[i].type, listed[i].type);
		ck_assert_str_eq(parts[i].name, listed[i].name);
		ck_assert(parts[i].has_bytes == (listed[i].bytes != NULL));
		ck_assert(parts[i].is_mail == listed[i].is_mail);
		ck_assert((parts[i].attachment != NULL) == listed[i].is_attachment);
		if (listed[i].bytes != NULL) {
			message_part_bytes(&parts[i], &bytes);
			ck_assert(slice_equals(buffer_slice(&bytes), slice_from_text(listed[i].bytes)));
		}
		buffer_fini(&bytes);
	}
	free(parts);
	message_free(m);
}
END_TEST

/* The paths of parts, also within mails that are opened by themselves. */
START_TEST(a_part_is_found_by_its_path)
{
	static const struct {
		struct part_path path;
		const char *type;
		const char *bytes; /* NULL: it is not there */
	} paths[] = {
		{{0}, "message/rfc822", NESTED}, {{1, {2}}, "text/plain", "see below"},
		{{1, {6}}, "a/b", "file"},	 {{2, {3, 2}}, "text/html", "<p>hi"},
		{{2, {3, 3}}, "a/b", "file"},	 {{2, {7, 1}}, "text/plain", "body"},
		{{1, {10}}, "", "abc"},		 {{1, {1}}, NULL, NULL},
		{{1, {11}}, NULL, NULL},	 {{2, {2, 2}}, NULL, NULL},
		{{3, {3, 3, 9}}, NULL, NULL},	 {{2, {99, 1}}, NULL, NULL},
	};

	for (size_t i = 0; i < sizeof(paths) / sizeof(paths[0]); i++) {
		struct message_found found;
		bool is_there = message_find(slice_from_text(NESTED), &paths[i].path, &found);

		ck_assert_msg(is_there == (paths[i].bytes != NULL), "path %zu", i);
		if (is_there) {
			ck_assert_str_eq(found.type, paths[i].type);
			ck_assert_msg(slice_equals(buffer_slice(&found.bytes), slice_from_text(paths[i].bytes)),
				      "path %zu", i);
		}
		message_found_fini(&found);
	}
}
END_TEST

/* ---- hash ---- */

START_TEST(a_hash_does_not_depend_on_the_pieces)
{
	char whole[MESSAGE_SHA256_SIZE];
	char pieces[MESSAGE_SHA256_SIZE];
	struct message_hash *hash = message_hash_new();

	hash_text("abc", 3, whole);
	ck_assert_str_eq(whole, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
	message_hash_add(hash, slice_from_text("a"));
	message_hash_add(hash, slice_of(NULL, 0));
	message_hash_add(hash, slice_from_text("bc"));
	message_hash_finish(hash, pieces);
	ck_assert_str_eq(pieces, whole);
	hash_text("", 0, whole);
	ck_assert_str_eq(whole, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, fields_fini);
	tcase_add_loop_test(t, attachments_are_found, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_loop_test(t, every_beginning_is_read, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_loop_test(t, mails_are_shown_as_a_reader_would, 0, sizeof(texts) / sizeof(texts[0]));
	tcase_add_test(t, multiparts_may_lie_deep);
	tcase_add_test(t, messages_may_lie_deep);
	tcase_add_loop_test(t, thousands_of_parts_are_counted_to_the_limit, 0, 2);
	tcase_add_test(t, a_part_as_large_as_a_mail_is_read_once);
	tcase_add_test(t, parts_are_listed);
	tcase_add_test(t, a_part_is_found_by_its_path);
	tcase_add_test(t, a_hash_does_not_depend_on_the_pieces);
}
