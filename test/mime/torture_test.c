/* Mails that no standard allows, or only just: what a reader would see of them is shown, and nothing is lost silently.
 */
#include <stdio.h>
#include <stdlib.h>

#include "../main.h"
#include "base/text.h"
#include "mime/fields.h"
#include "mime/message.h"
#include "mime/render.h"

#define SAFE  "\345\256\211\345\205\250"
#define HEAD  "MIME-Version: 1.0\r\nContent-Type: "
#define MIXED HEAD "multipart/mixed; boundary=b\r\n\r\n"

static void setup(void)
{
	static const char *const charsets[] = {"gb18030", "big5", "iso-2022-jp", "koi8-r"};

	fields_init(charsets, 4);
}

static const struct {
	const char *mail;
	const char *shown[4];	/* in this order */
	const char *hidden;	/* must not be shown; NULL: anything */
	const char *attachment; /* name of the first; NULL: there is none */
	uint64_t size;
} vectors[] = {
	/* no end boundary */
	{MIXED "--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n", {"one", "two"}, NULL, NULL, 0},
	/* the boundary's words in the preamble */
	{MIXED "see --b for more\r\n --b\r\n--b\r\n\r\none\r\n--b--\r\n", {"one"}, "see", NULL, 0},
	/* a boundary that never comes: the bytes are in the source only, and the part is listed */
	{MIXED "text without a boundary\r\n", {""}, NULL, NULL, 0},
	/* no boundary parameter */
	{HEAD "multipart/mixed\r\n\r\n--b\r\n\r\none\r\n", {""}, NULL, NULL, 0},
	/* a character cut between two words, base64 and Q, and a quantum cut too */
	{"Subject: =?utf-8?B?5a4=?= =?utf-8?B?ieWFqA==?=\r\n\r\nx", {"Subject: " SAFE}, NULL, NULL, 0},
	{"Subject: =?gb2312?Q?=B0?=\r\n =?gb2312?Q?=B2=C8?= =?GB2312?B?qw==?=\r\n\r\nx",
	 {"Subject: " SAFE},
	 NULL,
	 NULL,
	 0},
	/* raw bytes in header fields: UTF-8 (RFC 6532), GB 2312, ISO-2022-JP */
	{"Subject: " SAFE "\r\n\r\nx", {"Subject: " SAFE}, NULL, NULL, 0},
	{"Subject: \260\262\310\253\r\nFrom: \260\262 <a@b>\r\n\r\nx",
	 {"From: \345\256\211 <a@b>", "Subject: " SAFE},
	 NULL,
	 NULL,
	 0},
	{"Subject: \033$B0BA4\033(B\r\n\r\nx", {"Subject: " SAFE}, NULL, NULL, 0},
	/* RFC 2231: continuations out of order, with a charset, with a hole */
	{HEAD "a/b\r\nContent-Disposition: attachment; filename*1=\"b.t\"; filename*0=\"a\"; filename*2=xt\r\n\r\nx",
	 {"ab.txt"},
	 NULL,
	 "ab.txt",
	 1},
	{HEAD "a/b; name*1*=%85%A8.doc; name*0*=utf-8''%E5%AE%89%E5\r\n\r\nx", {SAFE ".doc"}, NULL, SAFE ".doc", 1},
	/* base64 with junk between, without padding, with text after the padding */
	{HEAD "a/b; name=f\r\nContent-Transfer-Encoding: base64\r\n\r\naG*Vs\r\n \tbG8=\r\n",
	 {"f  5 bytes"},
	 NULL,
	 "f",
	 5},
	/* quoted-printable: soft line ends at the very end, wrong sequences, lower case */
	{HEAD "text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\na=\r\nb=3d=ZZ=\r\n",
	 {"ab==ZZ"},
	 NULL,
	 NULL,
	 0},
	{HEAD "text/plain\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nend=", {"end"}, NULL, NULL, 0},
	/* an encoding that nobody knows */
	{HEAD "text/plain\r\nContent-Transfer-Encoding: x-none\r\n\r\nas it is\r\n", {"as it is"}, NULL, NULL, 0},
	/* wrong charset: declared UTF-8, is GB 2312 */
	{HEAD "text/plain; charset=utf-8\r\n\r\n\260\262\310\253\r\n", {SAFE}, NULL, NULL, 0},
	{HEAD "text/html\r\n\r\n<meta charset=big5><p>\246w\245\376", {SAFE}, "<p>", NULL, 0},
	/* a mail in base64 in the mail */
	{MIXED "--b\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	       "U3ViamVjdDogaW5uZXINCg0KaW5uZXIgdGV4dA0K\r\n--b--\r\n",
	 {"[A mail within this mail:]", "Subject: inner", "inner text", "- message/rfc822"},
	 NULL,
	 "",
	 30},
	/* a refusal, as a mail server reports it */
	{HEAD "multipart/report; report-type=delivery-status; boundary=b\r\n\r\n--b\r\n\r\nNot delivered.\r\n--b\r\n"
	      "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx\r\n\r\nAction: failed\r\n"
	      "Status: 5.1.1\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: lost\r\n\r\nbody\r\n--b--\r\n",
	 {"Not delivered.", "Status: 5.1.1", "Subject: lost", "(delivery status)"},
	 NULL,
	 "",
	 21},
	/* uuencoded in the text */
	{"Subject: x\r\n\r\nSee:\r\nbegin 644 a.txt\r\n%:&5L;&\\\r\n`\r\nend\r\nbye\r\n",
	 {"See:", "[a.txt, uuencoded, 5 bytes]", "bye", "- uuencoded: a.txt  5 bytes"},
	 "begin 644",
	 NULL,
	 0},
	/* Outlook's container: one attachment, "a.doc" with three bytes */
	{HEAD "application/ms-tnef; name=winmail.dat\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	      "eJ8+IgEAAgKQBgACAAAAAQABAAIQgAEABgAAAGEuZG9jAAAAAg+ABgADAAAAYWJjAAA=\r\n",
	 {"winmail.dat", "TNEF", "in TNEF: a.doc  3 bytes"},
	 NULL,
	 "winmail.dat",
	 50},
	/* OpenPGP and S/MIME */
	{HEAD "multipart/encrypted; protocol=\"application/pgp-encrypted\"; boundary=b\r\n\r\n--b\r\n"
	      "Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n--b\r\n"
	      "Content-Type: application/octet-stream\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n--b--\r\n",
	 {"encrypted by OpenPGP", "multipart/encrypted", "(OpenPGP, encrypted)"},
	 "BEGIN PGP",
	 NULL,
	 0},
	{HEAD "multipart/signed; protocol=\"application/pkcs7-signature\"; boundary=b\r\n\r\n--b\r\n\r\nsigned "
	      "text\r\n--b\r\n"
	      "Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nx\r\n--b--\r\n",
	 {"signed by S/MIME", "signed text", "(S/MIME signature)"},
	 NULL,
	 "smime.p7s",
	 1},
	{HEAD "application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n\r\nx",
	 {"encrypted by S/MIME", "(S/MIME, encrypted)"},
	 NULL,
	 "smime.p7m",
	 1},
	{HEAD "application/x-pkcs7-mime; smime-type=signed-data; name=smime.p7m\r\n\r\nx",
	 {"S/MIME signature", "(S/MIME, signed)"},
	 NULL,
	 "smime.p7m",
	 1},
	{"A: b\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n\r\nx\r\n", {"encrypted by OpenPGP", "BEGIN PGP"}, NULL, NULL, 0},
	/* the plain text is empty: the other is meant */
	{HEAD "multipart/alternative; boundary=b\r\n\r\n--b\r\n\r\n \r\n--b\r\nContent-Type: text/html\r\n\r\n"
	      "<p>only <b>here</b></p><script>x</script>\r\n--b--\r\n",
	 {"only here"},
	 "script>",
	 NULL,
	 0},
	/* HTML with pictures, and a picture beside it */
	{HEAD "multipart/related; boundary=b\r\n\r\n--b\r\nContent-Type: text/html; charset=gb2312\r\n\r\n"
	      "<table><tr><td>\260\262<td>1</table><img src=cid:1 alt=logo>\r\n--b\r\nContent-Type: image/png\r\n"
	      "Content-ID: <1>\r\n\r\nPNG\r\n--b--\r\n",
	 {"\345\256\211   1", "[logo]", "- image/png"},
	 "<td>",
	 NULL,
	 0},
	{HEAD "text/plain; format=flowed; delsp=yes\r\n\r\none \r\ntwo\r\n", {"onetwo"}, NULL, NULL, 0},
	/* all of the mail is a text with a name: it is shown as well */
	{HEAD "text/plain; name=report.txt\r\n\r\nthe report\r\n",
	 {"the report", "report.txt"},
	 NULL,
	 "report.txt",
	 12},
};

static void check_shown(const char *text, size_t number)
{
	const char *at = text;

	for (int i = 0; i < 4 && vectors[number].shown[i] != NULL; i++) {
		const char *found = strstr(at, vectors[number].shown[i]);

		ck_assert_msg(found != NULL, "\"%s\" is not in:\n%s", vectors[number].shown[i], text);
		at = found + strlen(vectors[number].shown[i]);
	}
	if (vectors[number].hidden != NULL)
		ck_assert_msg(strstr(text, vectors[number].hidden) == NULL, "%s", text);
}

START_TEST(strange_mails_are_read)
{
	struct message *m = message_parse(slice_from_text(vectors[_i].mail));
	struct styled_text out = {0};

	render_message(m, &out);
	buffer_append_byte(&out.text, '\0');
	check_shown((const char *)out.text.data, (size_t)_i);
	if (vectors[_i].attachment == NULL) {
		ck_assert_uint_eq(message_attachment_count(m), 0);
	} else {
		ck_assert_uint_ge(message_attachment_count(m), 1);
		ck_assert_str_eq(message_attachment(m, 0)->name, vectors[_i].attachment);
		ck_assert_uint_eq(message_attachment(m, 0)->size, vectors[_i].size);
	}
	styled_text_fini(&out);
	message_free(m);
}
END_TEST

/* Each mail cut at each byte, and with each byte wrong: it is read, and what is shown is UTF-8. */
static void read_any(struct slice mail)
{
	struct message *m = message_parse(mail);
	struct styled_text out = {0};
	struct buffer bytes = {0};

	render_message(m, &out);
	ck_assert(text_is_utf8(buffer_slice(&out.text)));
	for (size_t i = 0; i < message_embedded_count(m); i++) {
		buffer_clear(&bytes);
		message_embedded_bytes(m, i, &bytes);
		ck_assert_uint_eq(bytes.len, message_embedded(m, i)->size);
	}
	buffer_fini(&bytes);
	styled_text_fini(&out);
	message_free(m);
}

START_TEST(damaged_strange_mails_are_read)
{
	size_t len = strlen(vectors[_i].mail);
	char *copy = malloc(len + 1);

	ck_assert_ptr_nonnull(copy);
	for (size_t at = 0; at < len; at++) {
		memcpy(copy, vectors[_i].mail, len);
		read_any(slice_of(copy, at));
		copy[at] = (char)(at % 3 == 0 ? 0 : at % 3 == 1 ? copy[at] ^ 0x80 : '\n');
		read_any(slice_of(copy, len));
	}
	free(copy);
}
END_TEST

START_TEST(depth_is_limited_and_said)
{
	struct buffer mail = {0};
	struct styled_text out = {0};
	struct message *m;

	for (int i = 0; i < 30; i++)
		buffer_printf(&mail, "Content-Type: multipart/mixed; boundary=b%d\r\n\r\n--b%d\r\n", i, i);
	buffer_append_text(&mail, "\r\ndeep\r\n");
	m = message_parse(buffer_slice(&mail));
	render_message(m, &out);
	buffer_append_byte(&out.text, '\0');
	ck_assert_ptr_nonnull(strstr((const char *)out.text.data, "than are read; v shows the source"));
	ck_assert_ptr_null(strstr((const char *)out.text.data, "deep\n"));
	message_free(m);
	styled_text_fini(&out);
	buffer_fini(&mail);
}
END_TEST

START_TEST(headers_have_limits)
{
	struct buffer value = {0};
	struct buffer out = {0};

	for (int i = 0; i < FIELDS_WORDS_MAX + 100; i++)
		buffer_append_text(&value, i % 2 ? "=?utf-8?Q?a?=," : "=?us-ascii?Q?b?=,");
	fields_decode_text(buffer_slice(&value), NULL, &out);
	ck_assert_uint_eq(out.data[0], 'b');
	ck_assert_uint_gt(out.len, FIELDS_WORDS_MAX);
	ck_assert_ptr_nonnull(memmem(out.data, out.len, "=?utf-8?B?YQ==?=", 16));
	buffer_clear(&value);
	buffer_clear(&out);
	for (int i = 0; i < FIELDS_VALUE_MAX; i++)
		buffer_append_text(&value, "xy");
	fields_decode_text(buffer_slice(&value), NULL, &out);
	ck_assert_uint_eq(out.len, FIELDS_VALUE_MAX);
	buffer_fini(&value);
	buffer_fini(&out);
}
END_TEST

void list_tests(TCase *t)
{
	tcase_add_checked_fixture(t, setup, fields_fini);
	tcase_add_loop_test(t, strange_mails_are_read, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_loop_test(t, damaged_strange_mails_are_read, 0, sizeof(vectors) / sizeof(vectors[0]));
	tcase_add_test(t, depth_is_limited_and_said);
	tcase_add_test(t, headers_have_limits);
}
